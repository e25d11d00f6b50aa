// HostProbe and NodeExporterProbe on the real kernel, with real load: what they say against what the processes themselves used.
//
// Here, unlike in unit tests, time passes for real: a rate needs two moments. Bounds are wide enough for a busy machine, for all
// values are compared with what was used in the same seconds, not with what should have been.
#include "base/clock.h"
#include "base/file_system.h"
#include "base/process.h"
#include "collect/host/host_probe.h"
#include "collect/host/node_exporter_probe.h"
#include "collect/host/proc_text.h"
#include "domain/metric_catalogue.h"
#include "notify/curl_transport.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace distdiag::collect {
namespace {

using testing::HasSubstr;

constexpr auto kMeasured = std::chrono::milliseconds(1500);

// A child that uses as much CPU as it gets, until the test ends.
class BusyProcess {
 public:
  // `groups` = cgroup.procs files that it writes itself into before it begins; it is in them when the constructor returns.
  explicit BusyProcess(const std::vector<std::string>& groups = {}) {
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0) return;
    pid_ = fork();
    if (pid_ != 0) {
      close(ready[1]);
      char byte = 0;
      EXPECT_EQ(read(ready[0], &byte, 1), 1) << "the process could not move into its groups";
      close(ready[0]);
      return;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (const std::string& group : groups) {
      const int fd = open(group.c_str(), O_WRONLY | O_CLOEXEC);
      if (fd < 0 || write(fd, "0", 1) != 1) _exit(1);
      close(fd);
    }
    if (write(ready[1], "r", 1) != 1) _exit(1);
    close(ready[1]);
    for (std::atomic<std::uint64_t> turns{0};;) turns.fetch_add(1, std::memory_order_relaxed);
  }
  ~BusyProcess() { Kill(); }
  BusyProcess(const BusyProcess&) = delete;
  BusyProcess& operator=(const BusyProcess&) = delete;

  void Kill() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  pid_t pid() const { return pid_; }
  // By the kernel's exact clock of that process.
  double CpuSeconds() const {
    clockid_t clock{};
    timespec time{};
    if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) return NAN;
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  }

 private:
  pid_t pid_ = 0;
};

class HostCollectorTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "distdiag_host_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string WritePidFile(const std::string& name, pid_t pid) {
    std::string path = folder_ + "/" + name;
    std::ofstream(path) << pid << "\n";
    return path;
  }
  std::map<std::string, float> Read(Probe& probe) {
    const auto reading = probe.Read(clock_.Now() + std::chrono::seconds(5));
    EXPECT_TRUE(reading.has_value()) << (reading ? "" : reading.error().message());
    std::map<std::string, float> values;
    if (!reading) return values;
    time_s_ = base::ToUnixSeconds(reading->time);
    limits_ = reading->limits;
    for (const auto& value : reading->values)
      values[std::string(domain::GetMetric(value.metric).name)] = value.value;
    return values;
  }

  base::RealClock clock_;
  std::string folder_;
  double time_s_ = 0;  // of the last reading
  std::vector<std::string> limits_;
};

TEST_F(HostCollectorTest, ABusyProcessIsSeenOnTheMachine) {
  BusyProcess busy;
  HostProbeOptions options;
  options.database_pid_file = WritePidFile("busy.pid", busy.pid());
  options.mount_point = folder_;
  options.box = BoxValues::kOn;
  HostProbe probe(options, clock_);
  auto first = Read(probe);
  const double first_s = time_s_;
  const double used_before_s = busy.CpuSeconds();
  EXPECT_EQ(first["h_up"], 1.0F);
  EXPECT_FALSE(first.contains("h_cpu_db"));
  std::this_thread::sleep_for(kMeasured);
  auto values = Read(probe);
  const double elapsed_s = time_s_ - first_s;
  const double cores = (busy.CpuSeconds() - used_before_s) / elapsed_s;
  ASSERT_GT(cores, 0.05) << "the machine gave the busy process no CPU";
  // The process's CPU is told in ticks of 10 ms.
  EXPECT_NEAR(values["h_cpu_db"], cores, 0.05);
  EXPECT_GT(values["h_cpu_user"] + values["h_cpu_sys"], values["h_cpu_db"] - 0.1);
  EXPECT_LT(values["x_box_idle"], std::thread::hardware_concurrency() - values["h_cpu_db"] + 0.1);
  EXPECT_GT(values["h_mem_mb"], values["h_mem_rss_mb"]);
  EXPECT_GT(values["h_procs"], 10.0F);
  EXPECT_TRUE(values.contains("h_tcp_in"));
  EXPECT_TRUE(values.contains("h_disk_used_pct"));
  busy.Kill();
  EXPECT_EQ(Read(probe)["h_up"], 0.0F);
}

// Control groups of the test, in every hierarchy that there is; removed with everything in them.
class Groups {
 public:
  explicit Groups(std::string name) : name_(std::move(name)) {}
  ~Groups() {
    for (const std::string& mount : mounts_)
      for (const char* group : {"/db", "/ext", ""}) Remove(mount + "/" + name_ + group);
  }
  Groups(const Groups&) = delete;
  Groups& operator=(const Groups&) = delete;

  base::Status Make() {
    const auto text = base::RealFileSystem().ReadFile("/proc/self/mountinfo");
    if (!text) return text.error();
    for (const MountLine& mount : ParseMountInfo(*text)) {
      const bool v1 = mount.type == "cgroup" &&
                      (HasOption(mount.options, "cpu") || HasOption(mount.options, "cpuacct") ||
                       HasOption(mount.options, "memory"));
      if (!v1 && mount.type != "cgroup2") continue;
      for (const char* group : {"/db", "/ext"}) {
        std::error_code error;
        std::filesystem::create_directories(mount.mount_point + "/" + name_ + group, error);
        if (error)
          return base::FailedPrecondition(mount.mount_point + ": cannot make a control group: " +
                                          error.message() + ": this test needs root");
      }
      mounts_.push_back(mount.mount_point);
      std::ofstream(mount.mount_point + "/" + name_ + "/cpu.cfs_quota_us") << 10000;  // of 100 ms
    }
    if (mounts_.empty()) return base::NotFound("no hierarchy of control groups is mounted");
    return base::OkStatus();
  }
  std::vector<std::string> ProcsFiles(const std::string& subgroup) const {
    std::vector<std::string> files;
    for (const std::string& mount : mounts_)
      files.push_back(mount + "/" + name_ + "/" + subgroup + "/cgroup.procs");
    return files;
  }

 private:
  static void Remove(const std::string& path) {
    for (int i = 0; i < 100 && rmdir(path.c_str()) != 0 && errno == EBUSY; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // a killed process is leaving
  }

  const std::string name_;
  std::vector<std::string> mounts_;
};

TEST_F(HostCollectorTest, AControlGroupsCpuIsToldApart) {
  Groups groups("distdiag_test_" + std::to_string(getpid()));
  const base::Status made = groups.Make();
  ASSERT_TRUE(made.ok()) << made.message();
  BusyProcess database(groups.ProcsFiles("db"));
  BusyProcess intruder(groups.ProcsFiles("ext"));
  HostProbeOptions options;
  options.cgroup = "distdiag_test_" + std::to_string(getpid());
  options.database_group = "db";
  options.rest_group = "ext";
  options.database_pid_file = WritePidFile("database.pid", database.pid());
  HostProbe probe(options, clock_);
  Read(probe);
  const double first_s = time_s_;
  const double database_s = database.CpuSeconds();
  const double intruder_s = intruder.CpuSeconds();
  std::this_thread::sleep_for(kMeasured);
  auto values = Read(probe);
  const double elapsed_s = time_s_ - first_s;
  EXPECT_NEAR(values["h_cpu_db"], (database.CpuSeconds() - database_s) / elapsed_s, 0.01);
  EXPECT_NEAR(values["h_cpu_ext"], (intruder.CpuSeconds() - intruder_s) / elapsed_s, 0.01);
  EXPECT_GT(values["h_cpu_db"], 0.0F);
  EXPECT_GT(values["h_cpu_ext"], 0.0F);
  EXPECT_NEAR(values["h_cpu_user"] + values["h_cpu_sys"], values["h_cpu_db"] + values["h_cpu_ext"],
              0.15);
  EXPECT_GT(values["h_psi_cpu_some"], 0.05F);
  EXPECT_GT(values["h_mem_mb"], 0.0F);
  EXPECT_EQ(values["h_procs"], 2.0F);
  EXPECT_EQ(values["h_up"], 1.0F);
  EXPECT_TRUE(values.contains("h_net_rx_kb"));
  if (std::filesystem::exists("/sys/fs/cgroup/cpu/" + options.cgroup)) {
    EXPECT_GT(values["h_cpu_nr_throttled"],
              1.0F);  // two processes want 2 cores, the quota gives a tenth
    EXPECT_GT(values["h_cpu_throttled"], 0.2F);
    EXPECT_LT(values["h_cpu_db"] + values["h_cpu_ext"], 0.15F);
    EXPECT_THAT(limits_, testing::IsEmpty());
  }
}

// A real node_exporter on a free port, ended with the object.
class NodeExporter {
 public:
  explicit NodeExporter(std::string folder) : folder_(std::move(folder)), port_(FreePort()) {}
  ~NodeExporter() { static_cast<void>(Tool("stop")); }
  NodeExporter(const NodeExporter&) = delete;
  NodeExporter& operator=(const NodeExporter&) = delete;

  base::Status Start() {
    if (auto started = Tool("start"); !started) return started.error();
    auto ready = Tool("ready");
    return ready ? base::OkStatus() : ready.error();
  }
  std::string Url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/metrics"; }

 private:
  static int FreePort() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
    close(fd);
    return ntohs(address.sin_port);
  }
  base::Result<std::string> Tool(const std::string& what) const {
    return base::RunChecked({std::string(DISTDIAG_SOURCE_DIR) + "/tools/servers/node_exporter",
                             what, folder_, std::to_string(port_)},
                            std::chrono::seconds(20));
  }

  const std::string folder_;
  const int port_;
};

// Something of everything: CPU, disk writes with flushes, page faults.
void MakeLoad(const std::string& folder) {
  const int fd = open((folder + "/load").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_GE(fd, 0);
  for (int i = 0; i < 8; ++i) {
    const std::vector<char> block(1 << 20, static_cast<char>(i));
    ASSERT_EQ(write(fd, block.data(), block.size()), static_cast<ssize_t>(block.size()));
    ASSERT_EQ(fsync(fd), 0);
    std::this_thread::sleep_for(kMeasured / 8);
  }
  close(fd);
}

TEST_F(HostCollectorTest, NodeExporterSaysTheSameAsTheKernelsFiles) {
  setenv("no_proxy", "127.0.0.1", 1);
  NodeExporter server(folder_);
  const base::Status started = server.Start();
  ASSERT_TRUE(started.ok()) << started.message();
  const auto transport = notify::NewCurlTransport();
  NodeExporterOptions remote_options;
  remote_options.url = server.Url();
  remote_options.mount_point = "/";
  NodeExporterProbe remote(remote_options, *transport, clock_);
  HostProbeOptions local_options;
  local_options.devices = {};
  HostProbe local(local_options, clock_);
  BusyProcess busy;
  Read(remote);
  Read(local);
  MakeLoad(folder_);
  auto told = Read(remote);
  EXPECT_THAT(limits_, testing::IsEmpty());
  auto seen = Read(local);
  struct Row {
    const char* metric;
    double share, least;  // allowed: this share of the value, or this much
  };
  // The two readings are some ten milliseconds apart; whoever else is at work then is in one of them only.
  const Row rows[] = {
      {"h_cpu_user", 0.15, 0.15},    {"h_cpu_sys", 0.2, 0.15},    {"h_psi_cpu_some", 0.2, 0.1},
      {"h_psi_io_some", 0.2, 0.1},   {"h_mem_mb", 0.1, 50},       {"h_mem_rss_mb", 0.1, 50},
      {"h_pgfault", 0.3, 2000},      {"h_disk_writes", 0.25, 10}, {"h_disk_write_kb", 0.25, 1000},
      {"h_disk_flushes", 0.25, 5},   {"h_disk_util", 0.25, 0.1},  {"h_disk_w_await_ms", 0.5, 2},
      {"h_disk_queue", 0.5, 0.5},    {"h_net_rx_kb", 0.25, 20},   {"h_net_tx_kb", 0.25, 20},
      {"h_net_rx_pkts", 0.25, 50},   {"h_tcp_in", 0.25, 50},      {"h_tcp_out", 0.25, 50},
      {"h_tcp_delivered", 0.25, 50}, {"h_tcp_retrans", 0.25, 5},  {"h_cpu_throttled", 0, 0},
      {"h_procs", 0.1, 30},
  };
  for (const Row& row : rows) {
    ASSERT_TRUE(told.contains(row.metric)) << row.metric;
    ASSERT_TRUE(seen.contains(row.metric)) << row.metric;
    const double value = seen[row.metric];
    EXPECT_NEAR(told[row.metric], value, std::max(row.least, row.share * value)) << row.metric;
  }
  EXPECT_GT(seen["h_disk_write_kb"], 2000.0F);  // 8 MiB in 1.5 s
  // What the one gives and the other does not: exactly what the document says.
  for (const auto& [metric, value] : seen)
    EXPECT_TRUE(told.contains(metric)) << metric << " is missing from node_exporter";
}

TEST_F(HostCollectorTest, ANodeExporterThatIsGoneIsSaid) {
  setenv("no_proxy", "127.0.0.1", 1);
  const auto transport = notify::NewCurlTransport();
  NodeExporterOptions options;
  options.url = "http://127.0.0.1:1/metrics";
  NodeExporterProbe probe(options, *transport, clock_);
  const auto reading = probe.Read(clock_.Now() + std::chrono::seconds(2));
  ASSERT_FALSE(reading.has_value());
  EXPECT_EQ(reading.error().code(), base::StatusCode::kUnavailable);
  EXPECT_THAT(reading.error().message(), HasSubstr("node_exporter does not answer"));
}

}  // namespace
}  // namespace distdiag::collect
