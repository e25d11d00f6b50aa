// The lab's terminals against a real MariaDB with data that go-tpc (tools/go-tpc) loads and checks: what they write keeps TPC-C's
// consistency conditions, and they live through a server that stands still or goes away.
//
// Here, unlike in unit tests, time passes for real. Limits are checked with room for a busy machine.
#include "lab/workload/load.h"
#include "base/clock.h"
#include "base/process.h"
#include "lab/workload/data.h"

#include <unistd.h>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using testing::Each;
using testing::Gt;

constexpr std::uint16_t kPort = 14375;

// Reports as name -> value, in the order they came.
class Reports {
 public:
  ReportSink Sink() {
    return [this](const std::string& text) {
      std::map<std::string, double> values;
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        const std::string line = text.substr(at, end - at);
        at = end + 1;
        if (line.starts_with("#")) continue;
        const std::string name = line.substr(0, line.find_first_of("{ "));
        values[name.substr(std::string("distdiag_client_").size())] =
            std::stod(line.substr(line.rfind(' ')));
      }
      const std::lock_guard lock(mutex_);
      all_.push_back(values);
      return base::OkStatus();
    };
  }
  std::vector<double> Column(const std::string& name, std::size_t from = 0) const {
    const std::lock_guard lock(mutex_);
    std::vector<double> column;
    for (std::size_t i = from; i < all_.size(); ++i) column.push_back(all_[i].at(name));
    return column;
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return all_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::map<std::string, double>> all_;
};

double Sum(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

class LoadTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = (fs::temp_directory_path() / fmt::format("distdiag-load-{}", ::getpid())).string();
    fs::create_directories(folder_);
    fs::permissions(folder_, fs::perms::all);
    ASSERT_TRUE(Server("start"));
    sql::Endpoint root;
    root.socket = folder_ + "/mariadb.sock";
    root.user = "root";
    auto connection = sql::Connection::Open(root, seconds(10), clock_);
    ASSERT_TRUE(connection) << connection.error().message();
    for (const char* statement :
         {"CREATE DATABASE tpcc", "CREATE USER tpcc@'%' IDENTIFIED BY 'tpcc'",
          "GRANT ALL ON tpcc.* TO tpcc@'%'"})
      ASSERT_TRUE((*connection)->Query(statement, seconds(10)));
    const auto go_tpc = base::RunChecked({DISTDIAG_SOURCE_DIR "/tools/go-tpc"}, seconds(600));
    ASSERT_TRUE(go_tpc) << go_tpc.error().message();
    std::string path = go_tpc->substr(0, go_tpc->find_last_not_of('\n') + 1);
    data_ = {.go_tpc = path.substr(path.rfind('\n') + 1),
             .host = "127.0.0.1",
             .port = kPort,
             .warehouses = 1,
             .network_namespace = {},
             .log_path = folder_ + "/go-tpc.log",
             .endpoint = {}};
    data_.endpoint.host = "127.0.0.1";
    data_.endpoint.port = kPort;
    data_.endpoint.user = data_.endpoint.password = data_.endpoint.database = "tpcc";
    base::StopSignal stop;
    double done = -1;
    const base::Status loaded = LoadData(
        data_, [&](double share) { done = share; }, clock_, stop);
    ASSERT_TRUE(loaded.ok()) << loaded.message();
    EXPECT_EQ(done, 1);
  }
  static void TearDownTestSuite() {
    Server("stop");
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  static bool Server(const char* action) {
    const auto done =
        base::RunChecked({DISTDIAG_SOURCE_DIR "/tools/servers/mariadb", action, folder_,
                          std::to_string(kPort), "--innodb-buffer-pool-size=256M"},
                         seconds(60));
    if (!done) ADD_FAILURE() << done.error().message();
    return done.has_value();
  }
  static pid_t ServerPid() {
    pid_t pid = 0;
    std::ifstream(folder_ + "/mariadb.pid") >> pid;
    return pid;
  }
  static void Wait(double seconds_long) {
    base::StopSignal never;
    clock_.SleepUntil(clock_.Now() + base::FromSeconds(seconds_long), never);
  }

  LoadOptions Options() {
    LoadOptions options{.node = "n1",
                        .report = reports_.Sink(),
                        .open_session = SqlSessions({.endpoint = data_.endpoint}, clock_),
                        .shape = {},
                        .pace = {},
                        .workload = WorkloadKind::kTpcc,
                        .warehouses = 1,
                        .home_warehouse = 1,
                        .seed = 1};
    return options;
  }
  base::Status Check() {
    base::StopSignal stop;
    return CheckData(data_, clock_, stop);
  }

  static base::RealClock clock_;
  static std::string folder_;
  static DataOptions data_;
  Reports reports_;
};
base::RealClock LoadTest::clock_;
std::string LoadTest::folder_;
DataOptions LoadTest::data_;

TEST_F(LoadTest, KeepsTheConsistencyConditions) {
  LoadOptions options = Options();
  options.pace.think_mean = std::chrono::milliseconds(20);
  Load load(options, clock_);
  load.Start();
  Wait(6);
  EXPECT_EQ(load.Stop(), LoadEnd::kAllEnded);
  const double transactions = Sum(reports_.Column("transactions_per_second"));
  EXPECT_GT(transactions, 50);
  // About 28 statements each, see docs/lab.md.
  EXPECT_GT(Sum(reports_.Column("queries_per_second")), 20 * transactions);
  EXPECT_THAT(reports_.Column("threads"), Each(8));
  const base::Status status = Check();
  EXPECT_TRUE(status.ok()) << status.message();
}

TEST_F(LoadTest, WrongDataIsNoticed) {
  auto connection = sql::Connection::Open(data_.endpoint, seconds(10), clock_);
  ASSERT_TRUE(connection);
  ASSERT_TRUE((*connection)->Query("UPDATE warehouse SET w_ytd = w_ytd + 7", seconds(10)));
  const base::Status status = Check();
  EXPECT_EQ(status.code(), base::StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), testing::HasSubstr("3.3.2."));
  ASSERT_TRUE((*connection)->Query("UPDATE warehouse SET w_ytd = w_ytd - 7", seconds(10)));
}

TEST_F(LoadTest, ReportsWhileAllTerminalsHangAndStopsPromptly) {
  Load load(Options(), clock_);
  load.Start();
  Wait(2);
  const pid_t server = ServerPid();
  ASSERT_GT(server, 0);
  ::kill(server, SIGSTOP);
  Wait(2);
  const std::size_t from = reports_.size();
  Wait(3);
  EXPECT_GE(reports_.size(), from + 2);
  EXPECT_THAT(reports_.Column("transactions_per_second", from), Each(0));
  const auto times = reports_.Column("time_seconds");
  for (std::size_t i = 1; i < times.size(); ++i) EXPECT_GT(times[i], times[i - 1]);
  const base::Timestamp before = clock_.Now();
  const LoadEnd end = load.Stop();
  EXPECT_LT(clock_.Now() - before, seconds(3));
  ::kill(server, SIGCONT);
  EXPECT_EQ(end, LoadEnd::kStatementsHang);
  Wait(1);  // its threads end with the server's answers
}

TEST_F(LoadTest, ComesBackWithItsServer) {
  Load load(Options(), clock_);
  load.Start();
  Wait(2);
  ASSERT_TRUE(Server("stop"));
  ASSERT_TRUE(Server("start"));
  const std::size_t from = reports_.size();
  Wait(5);
  EXPECT_EQ(load.Stop(), LoadEnd::kAllEnded);
  EXPECT_GT(Sum(reports_.Column("transactions_per_second", from)), 10);
  EXPECT_GE(Sum(reports_.Column("reconnects_per_second")), 5);
  const base::Status status = Check();
  EXPECT_TRUE(status.ok()) << status.message();
}

TEST_F(LoadTest, FixedRateIsKept) {
  LoadOptions options = Options();
  options.workload = WorkloadKind::kOltp;
  options.pace.rate = 100;
  Load load(options, clock_);
  load.Start();
  Wait(5);
  EXPECT_EQ(load.Stop(), LoadEnd::kAllEnded);
  const auto rates = reports_.Column("transactions_per_second", 1);
  ASSERT_THAT(rates.size(), Gt(1u));
  EXPECT_NEAR(Sum(rates) / static_cast<double>(rates.size()), 100, 15);
}

}  // namespace
}  // namespace distdiag::lab
