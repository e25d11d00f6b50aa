// HostProbe on a whole machine. Expected values are worked out by hand beside the numbers they come from.
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

class MachineTest : public HostProbeTest {
 protected:
  void SetUp() override { Write(0); }
  void Write(int round) {
    File("/proc/stat") =
        "cpu  " + std::to_string(35189 + 100 * round) + " " + std::to_string(14781 + 20 * round) +
        " " + std::to_string(8239 + 40 * round) + " " + std::to_string(266386 + 200 * round) + " " +
        std::to_string(965 + 10 * round) + " 0 " + std::to_string(204 + 10 * round) +
        " 64 0 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n";
    File("/proc/loadavg") = "0.41 0.47 0.36 1/91 14867\n";
    File("/proc/pressure/cpu") = PressureText(109419835 + 500000 * round, 0);
    File("/proc/pressure/io") = PressureText(5, 5);
    File("/proc/pressure/memory") = PressureText(5, 5);
    File("/proc/meminfo") =
        "MemTotal:       24683656 kB\nMemFree:        22959656 kB\nAnonPages:        910544 kB\n";
    File("/proc/vmstat") = "nr_free_pages 1230397\npgfault " + std::to_string(100 + 400 * round) +
                           "\npgmajfault " + std::to_string(4425 + 2 * round) + "\n";
    File("/sys/block/vda/stat") = std::to_string(100 + 10 * round) + " 0 0 0 0 0 0 0 1 " +
                                  std::to_string(500 * round) + " 0 0 0 0 0 0 0\n";
    File("/sys/block/vdb/stat") = std::to_string(200 + 30 * round) + " 0 0 0 0 0 0 0 2 " +
                                  std::to_string(1000 * round) + " 0 0 0 0 0 0 0\n";
    File("/sys/block/loop0/stat") =
        std::to_string(9000 * round) + " 0 0 0 0 0 0 0 9 0 0 0 0 0 0 0 0\n";
    File("/proc/812/stat") =
        ProcessStatText(812, "mariadbd", 'S', 1000 + 60 * round, 300 + 20 * round, 77);
    File("/var/run/mysqld/mysqld.pid") = "812\n";
    WriteNetwork("/proc/net", "ens3", round);
  }
};

TEST_F(MachineTest, TheWholeMachineIsTheNode) {
  const auto probe = NewProbe({.node = {},
                               .cgroup = "/",
                               .database_group = {},
                               .rest_group = {},
                               .database_pid_file = "/var/run/mysqld/mysqld.pid",
                               .database_process = {},
                               .devices = {},
                               .mount_point = {},
                               .interfaces = {},
                               .network_pid_file = {},
                               .box = BoxValues::kOn});
  auto first = Read(*probe);
  EXPECT_EQ(first["h_mem_mb"], 1765.376F);  // 1724000 KiB
  EXPECT_EQ(first["h_mem_rss_mb"], 932.397056F);
  EXPECT_EQ(first["h_procs"], 91.0F);
  EXPECT_EQ(first["h_disk_inflight"], 3.0F);  // vda and vdb; the loop device's are theirs already
  Write(1);
  clock_.Advance(std::chrono::seconds(2));
  auto values = Read(*probe);
  EXPECT_THAT(limits_, IsEmpty());
  EXPECT_EQ(values["h_cpu_user"], 0.6F);  // 120 ticks of user and nice in 2 s
  EXPECT_EQ(values["h_cpu_sys"], 0.25F);  // 50 of system and interrupts
  EXPECT_EQ(values["h_cpu_db"], 0.4F);    // 80 ticks
  EXPECT_NEAR(values["h_cpu_ext"], 0.45F, 1e-6);
  EXPECT_EQ(values["h_cpu_throttled"], 0.0F);
  EXPECT_EQ(values["h_cpu_nr_throttled"], 0.0F);
  EXPECT_EQ(values["h_psi_cpu_some"], 0.25F);
  EXPECT_EQ(values["h_psi_io_full"], 0.0F);
  EXPECT_EQ(values["h_pgfault"], 200.0F);
  EXPECT_EQ(values["h_pgmajfault"], 1.0F);
  EXPECT_EQ(values["h_disk_reads"], 20.0F);
  EXPECT_EQ(values["h_disk_util"], 0.5F);  // vdb, the busier one
  EXPECT_EQ(values["x_box_idle"], 1.0F);
  EXPECT_EQ(values["x_box_iowait"], 0.05F);
  ExpectNetwork(values);
}

TEST_F(MachineTest, TheDatabaseIsFoundByNameAndFoundAgain) {
  HostProbeOptions options;
  options.database_process = "mariadbd";
  options.devices = {"/dev/vda"};
  File("/sys/class/block/vda/stat") = File("/sys/block/vda/stat");
  const auto probe = NewProbe(options);
  EXPECT_EQ(Read(*probe)["h_up"], 1.0F);
  Write(1);
  File("/sys/class/block/vda/stat") = File("/sys/block/vda/stat");
  clock_.Advance(std::chrono::seconds(2));
  auto values = Read(*probe);
  EXPECT_EQ(values["h_cpu_db"], 0.4F);
  EXPECT_EQ(values["h_disk_reads"], 5.0F);
  EXPECT_EQ(values["h_disk_inflight"], 1.0F);
  EXPECT_FALSE(values.contains("x_box_idle"));
  tree_.Remove("/proc/812");
  clock_.Advance(std::chrono::seconds(2));
  EXPECT_EQ(Read(*probe)["h_up"], 0.0F);
  File("/proc/913/stat") = ProcessStatText(913, "mariadbd", 'R', 5, 5, 9000);
  clock_.Advance(std::chrono::seconds(2));
  EXPECT_EQ(Read(*probe)["h_up"], 1.0F);
}

TEST_F(MachineTest, AnotherMachinesTreeMountedSomewhere) {
  tree_.files.clear();
  File("/host/proc/stat") = "cpu  1 0 1 1 1 1 1 1 1 1\n";
  File("/host/proc/loadavg") = "0 0 0 1/7 9\n";
  WriteNetwork("/host/proc/1/net", "eth0", 0);
  HostProbeOptions options;
  options.procfs = "/host/proc";
  options.sysfs = "/host/sys";
  const auto probe = NewProbe(options);
  Read(*probe);
  WriteNetwork("/host/proc/1/net", "eth0", 1);
  clock_.Advance(std::chrono::seconds(2));
  auto values = Read(*probe);
  ExpectNetwork(values);
  EXPECT_THAT(limits_, Contains(HasSubstr("CONFIG_PSI")));
  EXPECT_THAT(limits_, Contains(HasSubstr("no physical disk in /host/sys/block")));
}

TEST_F(MachineTest, NothingAtAllIsAFailure) {
  tree_.files.clear();
  const auto probe = NewProbe({});
  const auto reading = probe->Read(clock_.Now() + std::chrono::seconds(1));
  ASSERT_FALSE(reading.has_value());
  EXPECT_EQ(reading.error().code(), base::StatusCode::kUnavailable);
  EXPECT_THAT(reading.error().message(), HasSubstr("host: nothing could be read"));
  EXPECT_FALSE(probe->Read(clock_.Now()).has_value());  // no time left
}

}  // namespace
}  // namespace distdiag::collect
