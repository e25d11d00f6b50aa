// MysqlProbe against a real MariaDB that tools/servers/mariadb starts: what goes wrong, what is measured, what has changed.
//
// Here, unlike in unit tests, time passes for real. Limits are checked with room for a busy machine.
#include "base/clock.h"
#include "base/file_system.h"
#include "base/process.h"
#include "collect/mysql/mysql_probe.h"
#include "sql/connection.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kScript = DISTDIAG_SOURCE_DIR "/tools/servers/mariadb";
constexpr std::uint16_t kPort = 14371;
constexpr std::uint16_t kSecondPort = 14372;

// A server of its own folder; ended and removed at the end of the test.
class Server {
 public:
  Server(const std::string& name, std::uint16_t port)
      : folder_(fs::temp_directory_path() / fmt::format("distdiag-{}-{}", name, ::getpid())),
        port_(port) {
    // Installing the system tables takes seconds: once for all tests of this build.
    const fs::path installed = fs::path(DISTDIAG_BINARY_DIR) / "integration-mariadb" / "data";
    if (fs::exists(installed / "mysql")) {
      fs::create_directories(folder_);
      Run({"cp", "-a", installed.string(), folder_.string()});
    }
    Start({});
    if (!fs::exists(installed / "mysql") && !::testing::Test::HasFatalFailure()) {
      Stop();
      fs::create_directories(installed.parent_path());
      Run({"cp", "-a", (folder_ / "data").string(), installed.parent_path().string()});
      Start({});
    }
  }
  ~Server() {
    if (pid() > 0) ::kill(pid(), SIGKILL);  // nobody needs its data
    Stop();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void Start(const std::vector<std::string>& options) {
    std::vector<std::string> argv = {kScript,
                                     "start",
                                     folder_.string(),
                                     std::to_string(port_),
                                     "--performance-schema=ON",
                                     "--max-connections=10"};
    argv.insert(argv.end(), options.begin(), options.end());
    Run(argv);
  }
  void Stop() { Run({kScript, "stop", folder_.string(), std::to_string(port_)}); }
  void Signal(int signal) const { ASSERT_EQ(::kill(pid(), signal), 0); }
  // SIGSTOP is acted upon some time after kill() returned.
  void Freeze() const {
    Signal(SIGSTOP);
    const std::string stat = fmt::format("/proc/{}/stat", pid());
    for (int i = 0; i < 1000; ++i) {
      const auto text = base::RealFileSystem().ReadFile(stat);
      if (text && text->find(") T ") != std::string::npos) return;
      std::this_thread::sleep_for(milliseconds(1));
    }
    FAIL() << "the server does not stop";
  }
  pid_t pid() const {
    const auto text = base::RealFileSystem().ReadFile((folder_ / "mariadb.pid").string());
    return text ? static_cast<pid_t>(std::strtol(text->c_str(), nullptr, 10)) : -1;
  }
  const fs::path& folder() const { return folder_; }

  sql::Endpoint Root() const {
    sql::Endpoint endpoint;
    endpoint.socket = (folder_ / "mariadb.sock").string();
    endpoint.user = "root";
    return endpoint;
  }
  sql::Endpoint As(const std::string& user, const std::string& password) const {
    sql::Endpoint endpoint;
    endpoint.port = port_;
    endpoint.user = user;
    endpoint.password = password;
    return endpoint;
  }
  sql::ResultSet Sql(const std::string& statement) {
    auto connection = sql::Connection::Open(Root(), seconds(5), clock_);
    EXPECT_TRUE(connection) << (connection ? "" : connection.error().message());
    if (!connection) return {};
    auto result = (*connection)->Query(statement, seconds(10));
    EXPECT_TRUE(result) << statement << (result ? "" : result.error().message());
    return result.value_or(sql::ResultSet{});
  }

  static void Run(const std::vector<std::string>& argv) {
    const auto done = base::RunChecked(argv, seconds(60));
    ASSERT_TRUE(done) << done.error().message();
  }

 private:
  const fs::path folder_;
  const std::uint16_t port_;
  base::RealClock clock_;
};

class MysqlCollectorTest : public ::testing::Test {
 protected:
  MysqlCollectorTest() : server_("mariadb", kPort) {}

  MysqlProbe ProbeAs(const sql::Endpoint& endpoint) {
    MysqlProbeOptions options;
    options.node = "n1";
    options.endpoint = endpoint;
    options.activity_interval = base::Duration::zero();  // a slow part at every reading
    options.variables_interval = base::Duration::zero();
    return MysqlProbe(std::move(options), clock_);
  }

  base::Result<ProbeReading> Read(MysqlProbe& probe, base::Duration limit = seconds(3)) {
    return probe.Read(clock_.Now() + limit);
  }

  // Each slow part is asked once in four readings.
  ProbeReading ReadAll(MysqlProbe& probe) {
    ProbeReading all;
    for (int i = 0; i < 4; ++i) {
      auto reading = Read(probe);
      EXPECT_TRUE(reading) << (reading ? "" : reading.error().message());
      if (!reading) break;
      all.changes.insert(all.changes.end(), reading->changes.begin(), reading->changes.end());
      all.values.insert(all.values.end(), reading->values.begin(), reading->values.end());
      all.limits = std::move(reading->limits);
      // A part may be asked twice: the look at statements that saw most stays.
      if (all.facts.statements && reading->facts.statements &&
          all.facts.statements->seconds_per_second > reading->facts.statements->seconds_per_second)
        reading->facts.statements.reset();
      all.facts.Take(std::move(reading->facts));
      all.time = reading->time;
    }
    return all;
  }

  static std::optional<double> Value(const ProbeReading& reading, std::string_view name) {
    const auto id = domain::FindMetric(name);
    EXPECT_TRUE(id) << name;
    std::optional<double> found;
    for (const auto& value : reading.values)
      if (id && value.metric == *id) found = value.value;
    return found;
  }

  base::RealClock clock_;
  Server server_;
};

std::string Of(const base::Result<ProbeReading>& reading) {
  return reading ? "a reading" : reading.error().message();
}

TEST_F(MysqlCollectorTest, WrongPasswordNamesTheAccountAndNotThePassword) {
  server_.Sql("CREATE USER watcher@'127.0.0.1' IDENTIFIED BY 'right'");
  MysqlProbe probe = ProbeAs(server_.As("watcher", "hunter2"));
  const auto reading = Read(probe);
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().code(), base::StatusCode::kInvalidArgument);
  EXPECT_THAT(reading.error().message(),
              AllOf(HasSubstr("error 1045"), HasSubstr("accept user 'watcher'"),
                    Not(HasSubstr("hunter2"))));
}

TEST_F(MysqlCollectorTest, WithoutRightsTheStatusIsReadAndTheGrantsAreNamed) {
  server_.Sql("CREATE USER watcher@'127.0.0.1' IDENTIFIED BY 'pw'");
  MysqlProbe probe = ProbeAs(server_.As("watcher", "pw"));
  ReadAll(probe);
  const ProbeReading reading = ReadAll(probe);
  EXPECT_TRUE(Value(reading, "d_Com_select"));
  EXPECT_THAT(reading.limits, Contains(HasSubstr("GRANT PROCESS ON *.* TO `watcher`@`127.0.0.1`")));
  EXPECT_THAT(reading.limits,
              Contains(HasSubstr("GRANT SELECT ON performance_schema.* TO `watcher`@`127.0.0.1`")));
  // And what they name helps.
  server_.Sql("GRANT PROCESS ON *.* TO `watcher`@`127.0.0.1`");
  server_.Sql("GRANT SELECT ON performance_schema.* TO `watcher`@`127.0.0.1`");
  MysqlProbe allowed = ProbeAs(server_.As("watcher", "pw"));
  EXPECT_THAT(ReadAll(allowed).limits, IsEmpty());
}

// The lines of docs/collectors.md that make the account.
std::vector<std::string> DocumentedStatements() {
  const auto text =
      base::RealFileSystem().ReadFile(DISTDIAG_SOURCE_DIR "/docs/collectors.md").value_or("");
  std::vector<std::string> statements;
  std::size_t at = text.find("## MySQL and MariaDB");
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (line.starts_with("CREATE USER ") || line.starts_with("GRANT "))
      statements.push_back(line.substr(0, line.rfind(';')));
    at = end + 1;
    if (text.compare(at, 3, "## ") == 0) break;
  }
  return statements;
}

TEST_F(MysqlCollectorTest, TheDocumentedAccountSuffices) {
  const auto statements = DocumentedStatements();
  ASSERT_EQ(statements.size(), 3U) << "docs/collectors.md";
  for (const auto& statement : statements) server_.Sql(statement);
  MysqlProbe probe = ProbeAs(server_.As("distdiag", "change-me"));
  ReadAll(probe);
  const ProbeReading reading = ReadAll(probe);
  EXPECT_THAT(reading.limits, IsEmpty());
  for (const char* name : {"d_probe_ms", "d_Questions", "d_Innodb_buffer_pool_pages_total",
                           "d_oldest_transaction_s", "d_statements_running", "d_statement_time"})
    EXPECT_TRUE(Value(reading, name)) << name;
}

TEST_F(MysqlCollectorTest, ServerGoneIsUnavailableAndItsReturnARestart) {
  MysqlProbe probe = ProbeAs(server_.Root());
  ReadAll(probe);
  // Uptime has whole seconds: the server must have been up for longer than it takes to come back.
  for (int i = 0; i < 100; ++i) {
    const auto reading = Read(probe);
    ASSERT_TRUE(reading) << Of(reading);
    if (Value(*reading, "d_Uptime").value_or(0) >= 6) break;
    std::this_thread::sleep_for(milliseconds(100));
  }
  server_.Stop();
  auto reading = Read(probe);
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().code(), base::StatusCode::kUnavailable);
  reading = Read(probe);
  ASSERT_FALSE(reading);
  EXPECT_THAT(reading.error().message(), HasSubstr("expected a server that listens there"));
  server_.Start({});
  reading = Read(probe);
  ASSERT_TRUE(reading) << Of(reading);
  ASSERT_FALSE(reading->changes.empty());
  EXPECT_EQ(reading->changes[0].kind, domain::ChangeKind::kRestart);
  EXPECT_FALSE(Value(*reading, "d_Questions"));
}

TEST_F(MysqlCollectorTest, HangingServerCostsTheDeadlineAndHoldsUpNoOtherProbe) {
  Server healthy("mariadb-second", kSecondPort);
  MysqlProbe sick_probe = ProbeAs(server_.Root());
  MysqlProbe healthy_probe = ProbeAs(healthy.Root());
  ASSERT_TRUE(Read(sick_probe));
  ASSERT_TRUE(Read(healthy_probe));
  server_.Freeze();
  std::vector<base::Duration> took;
  std::thread other([&] {
    for (int i = 0; i < 10; ++i) {
      const base::Timestamp start = clock_.Now();
      EXPECT_TRUE(Read(healthy_probe));
      took.push_back(clock_.Now() - start);
      std::this_thread::sleep_for(milliseconds(100));
    }
  });
  for (int i = 0; i < 2; ++i) {  // in a statement, then while logging in
    const base::Timestamp start = clock_.Now();
    const auto reading = Read(sick_probe, milliseconds(500));
    const base::Duration lasted = clock_.Now() - start;
    ASSERT_FALSE(reading);
    EXPECT_EQ(reading.error().code(), base::StatusCode::kUnavailable);
    EXPECT_THAT(reading.error().message(), HasSubstr("no answer within"));
    EXPECT_GE(lasted, milliseconds(450));
    EXPECT_LT(lasted, milliseconds(700));
  }
  other.join();
  server_.Signal(SIGCONT);
  EXPECT_LT(*std::max_element(took.begin(), took.end()), milliseconds(400));
  const auto reading = Read(sick_probe);
  ASSERT_TRUE(reading) << Of(reading);
  EXPECT_THAT(reading->changes, IsEmpty()) << "a hang is no restart";
}

TEST_F(MysqlCollectorTest, TooManyConnectionsSaysSo) {
  server_.Sql("CREATE USER watcher@'127.0.0.1' IDENTIFIED BY 'pw'");
  std::vector<std::unique_ptr<sql::Connection>> all;
  for (int i = 0; i < 10; ++i) {
    auto connection = sql::Connection::Open(server_.As("watcher", "pw"), seconds(3), clock_);
    ASSERT_TRUE(connection) << connection.error().message();
    all.push_back(std::move(*connection));
  }
  MysqlProbe probe = ProbeAs(server_.As("watcher", "pw"));
  const auto reading = Read(probe);
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().code(), base::StatusCode::kUnavailable);
  EXPECT_THAT(reading.error().message(),
              AllOf(HasSubstr("error 1040"), HasSubstr("raise max_connections")));
}

TEST_F(MysqlCollectorTest, TlsIsRefusedWithoutACertificateAndKeepsLimitsWithOne) {
  server_.Sql("CREATE USER watcher@'127.0.0.1' IDENTIFIED BY 'pw'");
  sql::Endpoint endpoint = server_.As("watcher", "pw");
  endpoint.tls = sql::TlsMode::kRequired;
  {
    MysqlProbe probe = ProbeAs(endpoint);
    const auto refused = Read(probe);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), base::StatusCode::kFailedPrecondition);
    EXPECT_THAT(refused.error().message(), HasSubstr("tls is required"));
  }
  const std::string key = (server_.folder() / "key.pem").string();
  const std::string certificate = (server_.folder() / "cert.pem").string();
  Server::Run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out",
               certificate, "-days", "2", "-subj", "/CN=test", "-addext",
               "subjectAltName=IP:127.0.0.1"});
  Server::Run({"chmod", "644", key});
  server_.Stop();
  server_.Start({"--ssl-cert=" + certificate, "--ssl-key=" + key});

  endpoint.tls = sql::TlsMode::kVerified;
  endpoint.tls_ca_file = certificate;
  MysqlProbe probe = ProbeAs(endpoint);
  ASSERT_TRUE(Read(probe));
  endpoint.host = "localhost";  // not in the certificate
  MysqlProbe misnamed = ProbeAs(endpoint);
  const auto refused = Read(misnamed);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), base::StatusCode::kFailedPrecondition) << Of(refused);

  server_.Freeze();
  for (int i = 0; i < 2; ++i) {  // in a statement, then in the handshake
    const base::Timestamp start = clock_.Now();
    EXPECT_FALSE(Read(probe, milliseconds(400)));
    EXPECT_LT(clock_.Now() - start, milliseconds(600));
  }
  server_.Signal(SIGCONT);
}

TEST_F(MysqlCollectorTest, CounterRatesAreThoseOfAKnownLoad) {
  auto load = sql::Connection::Open(server_.Root(), seconds(3), clock_);
  ASSERT_TRUE(load);
  MysqlProbe probe = ProbeAs(server_.Root());
  const auto first = Read(probe);
  ASSERT_TRUE(first);
  constexpr int kStatements = 2000;
  for (int i = 0; i < kStatements; ++i) ASSERT_TRUE((*load)->Query("DO 1", seconds(1)));
  std::this_thread::sleep_for(milliseconds(300));
  const auto second = Read(probe);
  ASSERT_TRUE(second);
  const double elapsed_s = base::ToSeconds(second->time - first->time);
  // The probe's own few statements come on top.
  EXPECT_NEAR(Value(*second, "d_Questions").value_or(0) * elapsed_s, kStatements, 20);
}

TEST_F(MysqlCollectorTest, ChangedSettingAndDdlAreToldOnce) {
  server_.Sql("CREATE DATABASE shop");
  server_.Sql("CREATE TABLE shop.item (id INT PRIMARY KEY, price INT)");
  MysqlProbe probe = ProbeAs(server_.Root());
  ReadAll(probe);
  EXPECT_THAT(ReadAll(probe).changes, IsEmpty());
  server_.Sql("SET GLOBAL innodb_io_capacity = 123");
  server_.Sql("ALTER TABLE shop.item ADD INDEX by_price (price)");
  server_.Sql("ALTER TABLE shop.item DROP INDEX by_price");
  std::vector<std::string> seen;
  for (const auto& change : ReadAll(probe).changes) seen.push_back(change.description);
  EXPECT_THAT(seen, Contains(HasSubstr("innodb_io_capacity changed from 200 to 123")));
  EXPECT_THAT(seen, Contains(AllOf(HasSubstr("ALTER TABLE 2x on this node"), HasSubstr("`item`"))));
  EXPECT_EQ(seen.size(), 2U);
  EXPECT_THAT(ReadAll(probe).changes, IsEmpty());
}

TEST_F(MysqlCollectorTest, LockWaitsLongStatementsAndTopStatementsAreSeen) {
  server_.Sql("CREATE DATABASE shop");
  server_.Sql("CREATE TABLE shop.item (id INT PRIMARY KEY, price INT)");
  server_.Sql("INSERT INTO shop.item VALUES (1, 1)");
  MysqlProbe probe = ProbeAs(server_.Root());
  ReadAll(probe);
  auto holder = sql::Connection::Open(server_.Root(), seconds(3), clock_);
  ASSERT_TRUE(holder);
  ASSERT_TRUE((*holder)->Query("BEGIN", seconds(1)));
  ASSERT_TRUE((*holder)->Query("UPDATE shop.item SET price = 2 WHERE id = 1", seconds(1)));
  std::thread waiter([&] { server_.Sql("UPDATE shop.item SET price = 3 WHERE id = 1"); });
  std::this_thread::sleep_for(milliseconds(2300));
  ProbeReading reading = ReadAll(probe);
  EXPECT_EQ(Value(reading, "d_lock_waiting_transactions"), 1);
  EXPECT_EQ(Value(reading, "d_lock_blocking_transactions"), 1);
  EXPECT_GE(Value(reading, "d_longest_lock_wait_s").value_or(0), 1);
  EXPECT_GE(Value(reading, "d_oldest_transaction_s").value_or(0), 2);
  EXPECT_GE(Value(reading, "d_longest_statement_s").value_or(0), 1);
  EXPECT_EQ(Value(reading, "d_statements_running"), 1);
  ASSERT_TRUE((*holder)->Query("COMMIT", seconds(1)));
  waiter.join();
  reading = ReadAll(probe);
  ASSERT_TRUE(reading.facts.statements);
  ASSERT_FALSE(reading.facts.statements->top.empty());
  EXPECT_THAT(reading.facts.statements->top.front().text, HasSubstr("UPDATE `shop`.`item`"));
  EXPECT_GT(reading.facts.statements->top.front().ms_per_call, 1000);
}

}  // namespace
}  // namespace distdiag::collect
