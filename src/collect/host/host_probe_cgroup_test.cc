// HostProbe on control groups: trees as captured on Debian 12, of version 1 with the unified hierarchy beside it, and of version 2
// alone. Expected values are worked out by hand beside the numbers they come from.
#include "collect/host/host_probe.h"

#include "collect/host/host_probe_fixture.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

// ------------------------------------------------------------------ version 1 with the unified hierarchy beside it
class HybridTest : public HostProbeTest {
 protected:
  void SetUp() override {
    File("/proc/self/mountinfo") =
        "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n"
        "33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct\n"
        "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
        "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";
    File("/lab/run/n1.pid") = "22959\n";
    File("/lab/run/n1.holder.pid") = "22000\n";
    tree_.mounts["/lab/disk/n1"] = {
        .blocks = 1000, .available_blocks = 750, .device_major = 7, .device_minor = 3};
    Write(0);
  }
  void Write(int round) {
    const std::string acct = "/sys/fs/cgroup/cpuacct/ddlab/n1/";
    File(acct + "cpuacct.usage") = std::to_string(1005855088 + 900000000LL * round) + "\n";
    File(acct + "db/cpuacct.usage") = std::to_string(805855088 + 600000000LL * round) + "\n";
    File(acct + "ext/cpuacct.usage") = std::to_string(200000000 + 300000000LL * round) + "\n";
    File(acct + "cpuacct.stat") = "user " + std::to_string(37 + 50 * round) + "\nsystem " +
                                  std::to_string(63 + 40 * round) + "\n";
    File("/sys/fs/cgroup/cpu/ddlab/n1/cpu.stat") =
        "nr_periods 43\nnr_throttled " + std::to_string(39 + 10 * round) + "\nthrottled_time " +
        std::to_string(329050247 + 500000000LL * round) + "\nnr_bursts 0\nburst_time 0\n";
    File("/sys/fs/cgroup/cpu/ddlab/n1/tasks") = "";
    File("/sys/fs/cgroup/cpu/ddlab/n1/db/tasks") = "22959\n22960\n22961\n";
    File("/sys/fs/cgroup/cpu/ddlab/n1/ext/tasks") = "23001\n";
    const std::string unified = "/sys/fs/cgroup/unified/ddlab/n1/";
    File(unified + "cpu.pressure") =
        PressureText(996398 + 1000000 * round, 996251 + 500000 * round);
    File(unified + "io.pressure") = PressureText(884 + 200000 * round, 884 + 100000 * round);
    File(unified + "memory.pressure") = PressureText(0, 0);
    File(unified + "cpu.stat") = "usage_usec 1\nuser_usec 1\nsystem_usec 1\n";
    const std::string memory = "/sys/fs/cgroup/memory/ddlab/n1/";
    File(memory + "memory.usage_in_bytes") = "684032000\n";
    File(memory + "memory.stat") =
        "cache 0\nrss 0\npgfault 0\npgmajfault 0\ntotal_cache 94208\ntotal_rss 114688000\n"
        "total_pgfault " +
        std::to_string(316 + 1000 * round) + "\ntotal_pgmajfault " + std::to_string(2 + 8 * round) +
        "\n";
    File("/sys/dev/block/7:3/stat") =
        std::to_string(1000 + 100 * round) + " 0 " + std::to_string(8000 + 4000 * round) + " " +
        std::to_string(500 + 250 * round) + " " + std::to_string(2000 + 200 * round) + " 0 " +
        std::to_string(16000 + 1600 * round) + " " + std::to_string(900 + 100 * round) + " 3 " +
        std::to_string(1234 + 1500 * round) + " " + std::to_string(4321 + 5000 * round) +
        " 0 0 0 0 " + std::to_string(50 + 20 * round) + " " + std::to_string(70 + 30 * round) +
        "\n";
    File("/proc/22959/stat") = ProcessStatText(22959, "mariadbd", 'S', 100, 50, 4711);
    File("/proc/stat") = "cpu  1 0 1 " + std::to_string(1000 + 250 * round) + " " +
                         std::to_string(10 + 50 * round) + " 0 0 0 0 0\n";
    WriteNetwork("/proc/22000/net", "eth0", round);
  }
  static HostProbeOptions Options() {
    return {.node = {},
            .cgroup = "/ddlab/n1",
            .database_group = "db",
            .rest_group = "ext",
            .database_pid_file = "/lab/run/n1.pid",
            .database_process = {},
            .devices = {},
            .mount_point = "/lab/disk/n1",
            .interfaces = {"eth0"},
            .network_pid_file = "/lab/run/n1.holder.pid",
            .box = BoxValues::kOn};
  }
};

TEST_F(HybridTest, EveryRecordedColumnHasItsValue) {
  const auto probe = NewProbe(Options());
  auto first = Read(*probe);
  EXPECT_EQ(first.size(), 6U);  // gauges only
  Write(1);
  clock_.Advance(std::chrono::seconds(2));
  auto values = Read(*probe);
  EXPECT_THAT(limits_, IsEmpty());
  EXPECT_EQ(values["h_cpu_db"], 0.3F);     // 0.6 s of CPU in 2 s
  EXPECT_EQ(values["h_cpu_ext"], 0.15F);   // 0.3 s
  EXPECT_EQ(values["h_cpu_user"], 0.25F);  // 50 ticks of 10 ms
  EXPECT_EQ(values["h_cpu_sys"], 0.2F);
  EXPECT_EQ(values["h_cpu_throttled"], 0.25F);  // 0.5 s in 2 s
  EXPECT_EQ(values["h_cpu_nr_throttled"], 5.0F);
  EXPECT_EQ(values["h_psi_cpu_some"], 0.5F);  // 1 s in 2 s
  EXPECT_EQ(values["h_psi_cpu_full"], 0.25F);
  EXPECT_EQ(values["h_psi_io_some"], 0.1F);
  EXPECT_EQ(values["h_psi_io_full"], 0.05F);
  EXPECT_EQ(values["h_psi_memory_some"], 0.0F);
  EXPECT_EQ(values["h_psi_memory_full"], 0.0F);
  EXPECT_EQ(values["h_mem_mb"], 684.032F);
  EXPECT_EQ(values["h_mem_rss_mb"], 114.688F);
  EXPECT_EQ(values["h_pgfault"], 500.0F);
  EXPECT_EQ(values["h_pgmajfault"], 4.0F);
  EXPECT_EQ(values["h_disk_reads"], 50.0F);
  EXPECT_EQ(values["h_disk_read_kb"], 1000.0F);  // 4000 sectors of 512 bytes in 2 s
  EXPECT_EQ(values["h_disk_r_await_ms"], 2.5F);  // 250 ms for 100 reads
  EXPECT_EQ(values["h_disk_writes"], 100.0F);
  EXPECT_EQ(values["h_disk_write_kb"], 400.0F);
  EXPECT_EQ(values["h_disk_w_await_ms"], 0.5F);
  EXPECT_EQ(values["h_disk_inflight"], 3.0F);
  EXPECT_EQ(values["h_disk_util"], 0.75F);  // 1.5 s in 2 s
  EXPECT_EQ(values["h_disk_queue"], 2.5F);  // 5 s of requests in 2 s
  EXPECT_EQ(values["h_disk_flushes"], 10.0F);
  EXPECT_EQ(values["h_disk_f_await_ms"], 1.5F);
  EXPECT_EQ(values["h_disk_used_pct"], 25.0F);
  EXPECT_EQ(values["h_up"], 1.0F);
  EXPECT_EQ(values["h_procs"], 4.0F);
  ExpectNetwork(values);
  EXPECT_EQ(values["x_box_idle"], 1.25F);  // 2.5 s in 2 s
  EXPECT_EQ(values["x_box_iowait"], 0.25F);
  // Every h_* and x_* of the catalogue is among them.
  for (const auto& metric : domain::AllMetrics()) {
    if (metric.name.starts_with("h_") || metric.name.starts_with("x_")) {
      EXPECT_TRUE(values.contains(std::string(metric.name))) << metric.name;
    }
  }
}

TEST_F(HybridTest, ADeadDatabaseIsAReading) {
  const auto probe = NewProbe(Options());
  Read(*probe);
  tree_.Remove("/proc/22959");
  clock_.Advance(std::chrono::seconds(1));
  auto values = Read(*probe);
  EXPECT_EQ(values["h_up"], 0.0F);
  EXPECT_EQ(values["h_cpu_db"], 0.0F);
  EXPECT_TRUE(values.contains("h_net_rx_kb"));  // the holder keeps the network readable
  tree_.Remove("/lab/run/n1.pid");
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Read(*probe)["h_up"], 0.0F);
}

TEST_F(HybridTest, AZombieOrAnotherProgramIsNotTheDatabase) {
  HostProbeOptions options = Options();
  options.database_process = "mariadbd";
  const auto probe = NewProbe(options);
  EXPECT_EQ(Read(*probe)["h_up"], 1.0F);
  File("/proc/22959/stat") = ProcessStatText(22959, "mariadbd", 'Z', 100, 50, 4711);
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Read(*probe)["h_up"], 0.0F);
  File("/proc/22959/stat") = ProcessStatText(22959, "bash", 'S', 1, 1, 99999);
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Read(*probe)["h_up"], 0.0F);
  File("/proc/22959/stat") = ProcessStatText(22959, "mariadbd", 'T', 100, 50, 4711);
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Read(*probe)["h_up"], 1.0F);  // stopped, not ended
}

TEST_F(HybridTest, ADeviceThatVanishesTakesOnlyItsValues) {
  const auto probe = NewProbe(Options());
  Read(*probe);
  tree_.Remove("/sys/dev/block/7:3");
  Write(1);
  tree_.Remove("/sys/dev/block/7:3");
  clock_.Advance(std::chrono::seconds(2));
  auto values = Read(*probe);
  EXPECT_FALSE(values.contains("h_disk_reads"));
  EXPECT_FALSE(values.contains("h_disk_util"));
  EXPECT_TRUE(values.contains("h_cpu_db"));
  EXPECT_THAT(limits_, Contains(HasSubstr("/sys/dev/block/7:3/stat")));
  Write(2);  // back with higher counters: another device as far as we know
  clock_.Advance(std::chrono::seconds(2));
  values = Read(*probe);
  EXPECT_FALSE(values.contains("h_disk_reads"));
  EXPECT_THAT(limits_, IsEmpty());
  Write(3);
  clock_.Advance(std::chrono::seconds(2));
  EXPECT_EQ(Read(*probe)["h_disk_reads"], 50.0F);
}

TEST_F(HybridTest, AGroupThatIsGoneIsSaidInOneSentence) {
  HostProbeOptions options = Options();
  options.cgroup = "ddlab/n9";
  const auto probe = NewProbe(options);
  const auto values = Read(*probe);
  EXPECT_EQ(values.at("h_up"), 1.0F);
  EXPECT_FALSE(values.contains("h_mem_mb"));
  ASSERT_EQ(limits_.size(), 1U);
  EXPECT_THAT(limits_[0], HasSubstr("control group ddlab/n9: not found below"));
  EXPECT_THAT(limits_[0], HasSubstr("/sys/fs/cgroup/unified"));
}

TEST_F(HybridTest, WithoutSubgroupsTheProcessTellsTheDatabasesCpu) {
  tree_.Remove("/sys/fs/cgroup/cpuacct/ddlab/n1/db");  // named, but not there
  HostProbeOptions options = Options();
  options.rest_group = "";
  const auto probe = NewProbe(options);
  Read(*probe);
  Write(1);
  File("/proc/22959/stat") = ProcessStatText(22959, "mariadbd", 'S', 130, 70, 4711);
  clock_.Advance(std::chrono::seconds(2));
  tree_.Remove("/sys/fs/cgroup/cpuacct/ddlab/n1/db");
  auto values = Read(*probe);
  EXPECT_THAT(limits_, IsEmpty());
  EXPECT_EQ(values["h_cpu_db"], 0.25F);  // 50 ticks in 2 s
  EXPECT_EQ(values["h_cpu_ext"], 0.2F);  // 0.9 s of the group less 0.5 s
  // Restarted: the new process's CPU is not the old one's.
  Write(2);
  tree_.Remove("/sys/fs/cgroup/cpuacct/ddlab/n1/db");
  File("/proc/22959/stat") = ProcessStatText(22959, "mariadbd", 'S', 500, 70, 9999);
  clock_.Advance(std::chrono::seconds(2));
  values = Read(*probe);
  EXPECT_FALSE(values.contains("h_cpu_db"));
  EXPECT_FALSE(values.contains("h_cpu_ext"));
  EXPECT_EQ(values["h_cpu_user"], 0.25F);
}

// ------------------------------------------------------------------ version 2 alone: a container
class UnifiedTest : public HostProbeTest {
 protected:
  void SetUp() override {
    File("/proc/self/mountinfo") =
        "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 "
        "rw,nsdelegate,memory_recursiveprot\n"
        "41 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
        "50 41 0:33 / /data rw - btrfs /dev/vdb rw\n";
    tree_.mounts["/data/mysql"] = {
        .blocks = 100, .available_blocks = 20, .device_major = 0, .device_minor = 33};
    Write(0);
  }
  void Write(int round) {
    const std::string group = "/sys/fs/cgroup/system.slice/docker-1f2e.scope/";
    File(group + "cpu.stat") = "usage_usec " + std::to_string(5000000 + 1000000 * round) +
                               "\nuser_usec " + std::to_string(4000000 + 600000 * round) +
                               "\nsystem_usec " + std::to_string(1000000 + 400000 * round) +
                               "\nnr_periods 10\nnr_throttled " + std::to_string(2 + 4 * round) +
                               "\nthrottled_usec " + std::to_string(7000 + 500000 * round) + "\n";
    File(group + "cpu.pressure") = PressureText(100, 100 + 20000 * round);
    File(group + "io.pressure") = PressureText(100 + 20000 * round, 100);
    File(group + "memory.pressure") = PressureText(100 + 40000 * round, 100 + 20000 * round);
    File(group + "memory.current") = "300000000\n";
    File(group + "memory.stat") = "anon 200000000\nfile 90000000\npgfault " +
                                  std::to_string(1000 + 200 * round) + "\npgmajfault " +
                                  std::to_string(10 + 2 * round) + "\n";
    File(group + "pids.current") = "41\n";
    File(group + "cgroup.procs") = "4000\n4123\n";
    File("/proc/4000/stat") = ProcessStatText(4000, "docker-init", 'S', 1, 1, 90);
    File("/proc/4123/stat") =
        ProcessStatText(4123, "mariadbd", 'S', 300 + 50 * round, 100 + 30 * round, 100);
    File("/sys/class/block/vdb/stat") =
        std::to_string(10 + 10 * round) + " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
    WriteNetwork("/proc/4123/net", "eth0", round);
  }
  static HostProbeOptions Options() {
    return {.node = {},
            .cgroup = "system.slice/docker-1f2e.scope",
            .database_group = {},
            .rest_group = {},
            .database_pid_file = {},
            .database_process = "mariadbd",
            .devices = {},
            .mount_point = "/data/mysql",
            .interfaces = {},
            .network_pid_file = {}};
  }
};

TEST_F(UnifiedTest, AContainerIsFoundByItsGroupAndTheProcessName) {
  const auto probe = NewProbe(Options());
  auto first = Read(*probe);
  EXPECT_EQ(first["h_up"], 1.0F);
  EXPECT_EQ(first["h_mem_mb"], 300.0F);
  EXPECT_EQ(first["h_mem_rss_mb"], 200.0F);
  EXPECT_EQ(first["h_procs"], 41.0F);
  EXPECT_EQ(first["h_disk_used_pct"], 80.0F);
  Write(1);
  clock_.Advance(std::chrono::seconds(2));
  auto values = Read(*probe);
  EXPECT_THAT(limits_, IsEmpty());
  EXPECT_EQ(values["h_cpu_user"], 0.3F);
  EXPECT_EQ(values["h_cpu_sys"], 0.2F);
  EXPECT_EQ(values["h_cpu_db"], 0.4F);           // 80 ticks in 2 s
  EXPECT_NEAR(values["h_cpu_ext"], 0.1F, 1e-6);  // 1 s less 0.8 s, in 2 s
  EXPECT_EQ(values["h_cpu_nr_throttled"], 2.0F);
  EXPECT_EQ(values["h_cpu_throttled"], 0.25F);
  EXPECT_EQ(values["h_psi_cpu_full"], 0.01F);
  EXPECT_EQ(values["h_psi_io_some"], 0.01F);
  EXPECT_EQ(values["h_psi_memory_some"], 0.02F);
  EXPECT_EQ(values["h_pgfault"], 100.0F);
  EXPECT_EQ(values["h_pgmajfault"], 1.0F);
  EXPECT_EQ(values["h_disk_reads"], 5.0F);  // of the device that btrfs names
  EXPECT_FALSE(values.contains("x_box_idle"));
  ExpectNetwork(values);
}

TEST_F(UnifiedTest, AStoppedContainerIsAReadingAndARestartIsNoRate) {
  const auto probe = NewProbe(Options());
  Read(*probe);
  const HostTree whole = tree_;
  tree_.Remove("/sys/fs/cgroup/system.slice/docker-1f2e.scope");
  tree_.Remove("/proc/4000");
  tree_.Remove("/proc/4123");
  clock_.Advance(std::chrono::seconds(2));
  auto values = Read(*probe);
  EXPECT_EQ(values["h_up"], 0.0F);
  EXPECT_FALSE(values.contains("h_cpu_user"));
  EXPECT_FALSE(values.contains("h_net_rx_kb"));
  EXPECT_THAT(limits_, Contains(HasSubstr("not found below")));
  tree_ = whole;
  Write(1);
  clock_.Advance(std::chrono::seconds(2));
  values = Read(*probe);
  EXPECT_EQ(values["h_up"], 1.0F);
  EXPECT_FALSE(values.contains("h_cpu_user"));
  EXPECT_FALSE(values.contains("h_net_rx_kb"));
}

TEST_F(UnifiedTest, WhatIsMissingIsSaidOnceEach) {
  const std::string group = "/sys/fs/cgroup/system.slice/docker-1f2e.scope/";
  File(group + "cpu.stat") = "usage_usec 5000000\nuser_usec 4000000\nsystem_usec 1000000\n";
  File(group + "cpu.pressure") = "some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n";
  tree_.Remove(group + "memory.current");
  tree_.Remove(group + "pids.current");
  HostProbeOptions options = Options();
  options.database_process = "";
  options.mount_point = "/nowhere";
  options.interfaces = {"eth7"};
  const auto probe = NewProbe(options);
  const auto reading = probe->Read(clock_.Now() + std::chrono::seconds(1));
  ASSERT_FALSE(reading.has_value());  // not one gauge is left in the first reading
  File(group + "pids.current") = "3\n";
  Read(*probe);
  EXPECT_EQ(limits_.size(), 7U) << testing::PrintToString(limits_);
  EXPECT_THAT(limits_, Contains(HasSubstr("(h_up)")));
  EXPECT_THAT(limits_, Contains(HasSubstr("(h_cpu_db)")));
  EXPECT_THAT(limits_, Contains(HasSubstr("no nr_throttled in cpu.stat")));
  EXPECT_THAT(limits_, Contains(HasSubstr("cpu.pressure not there or not whole")));
  EXPECT_THAT(limits_, Contains(HasSubstr("neither memory.usage_in_bytes nor memory.current")));
  EXPECT_THAT(limits_, Contains(HasSubstr("/nowhere")));
  EXPECT_THAT(limits_, Contains(HasSubstr("whose network it is")));
}

}  // namespace
}  // namespace distdiag::collect
