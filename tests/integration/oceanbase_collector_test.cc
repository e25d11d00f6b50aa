// OceanBaseProbe against the real 4.3.5 kernel, one for all cases: what goes wrong, what is measured, what has changed.
//
// Here, unlike in unit tests, time passes for real. Limits are checked with room for a busy machine.
#include "base/clock.h"
#include "base/file_system.h"
#include "base/process.h"
#include "collect/mysql/mysql_probe.h"
#include "collect/oceanbase/oceanbase_probe.h"
#include "seekdb_server.h"
#include "sql/connection.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
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
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::uint16_t kPort = 14381;
constexpr std::uint16_t kSecondPort = 14382;
constexpr std::uint16_t kMariadbPort = 14383;

class OceanBaseCollectorTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { server = std::make_unique<SeekdbServer>("seekdb", kPort); }
  static void TearDownTestSuite() { server.reset(); }

  static OceanBaseProbeOptions OptionsAs(const sql::Endpoint& endpoint) {
    OceanBaseProbeOptions options;
    options.node = "n1";
    options.endpoint = endpoint;
    options.watched = {{.node = "n1", .host = "127.0.0.1", .sql_port = kPort}};
    options.part_pace = 0;  // every part at every reading, from the second reading of all parts on
    return options;
  }

  base::Result<ProbeReading> Read(OceanBaseProbe& probe, base::Duration limit = seconds(3)) {
    return probe.Read(clock_.Now() + limit);
  }

  // Reads until every part has been asked for the first time, then once more.
  ProbeReading Settle(OceanBaseProbe& probe) {
    ProbeReading last;
    for (int i = 0; i < 14; ++i) last = MustRead(probe);
    return last;
  }

  ProbeReading MustRead(OceanBaseProbe& probe) {
    auto reading = Read(probe, seconds(10));  // a server that has just started may be slow
    EXPECT_TRUE(reading) << (reading ? "" : reading.error().message());
    return reading ? std::move(*reading) : ProbeReading{};
  }

  // The changes of the readings until one of them holds `text`, at most 15 s long.
  std::vector<std::string> ChangesUntil(OceanBaseProbe& probe, std::string_view text) {
    std::vector<std::string> told;
    for (int i = 0; i < 150; ++i) {
      for (const auto& change : MustRead(probe).changes) told.push_back(change.description);
      if (std::any_of(told.begin(), told.end(),
                      [&](const auto& one) { return one.find(text) != std::string::npos; }))
        break;
      std::this_thread::sleep_for(milliseconds(100));
    }
    return told;
  }

  static std::optional<double> Value(const ProbeReading& reading, std::string_view name) {
    const auto id = domain::FindMetric(name);
    EXPECT_TRUE(id) << name;
    std::optional<double> found;
    for (const auto& value : reading.values)
      if (id && value.metric == *id) found = value.value;
    return found;
  }

  // How much the counter behind a rate grew between two readings.
  static double Grown(const ProbeReading& before, const ProbeReading& now, std::string_view name) {
    return Value(now, name).value_or(-1e9) * base::ToSeconds(now.time - before.time);
  }

  base::RealClock clock_;
  static std::unique_ptr<SeekdbServer> server;
};

std::unique_ptr<SeekdbServer> OceanBaseCollectorTest::server;

TEST_F(OceanBaseCollectorTest, ValuesAreThoseOfAKnownLoad) {
  server->Sql("CREATE TABLE test.item (id INT PRIMARY KEY, price INT)");
  OceanBaseProbe probe(OptionsAs(server->Root()), clock_);
  Settle(probe);
  const auto load = server->Connect();
  ASSERT_NE(load, nullptr);
  const ProbeReading before = MustRead(probe);
  constexpr int kRounds = 300;
  for (int i = 0; i < kRounds; ++i) {
    ASSERT_TRUE(load->Query("BEGIN", seconds(5)));
    ASSERT_TRUE(load->Query(fmt::format("INSERT INTO test.item VALUES ({}, 1)", i), seconds(5)));
    ASSERT_TRUE(load->Query(fmt::format("SELECT * FROM test.item WHERE id = {}", i), seconds(5)));
    ASSERT_TRUE(
        load->Query(fmt::format("UPDATE test.item SET price = 2 WHERE id = {}", i), seconds(5)));
    if (i % 3 == 0) {
      ASSERT_TRUE(load->Query(fmt::format("DELETE FROM test.item WHERE id = {}", i), seconds(5)));
    }
    ASSERT_TRUE(load->Query(i % 10 == 0 ? "ROLLBACK" : "COMMIT", seconds(5)));
  }
  EXPECT_FALSE(load->Query("SELECT * FROM test.nothing", seconds(5)));
  const ProbeReading now = MustRead(probe);
  EXPECT_NEAR(Grown(before, now, "o_inserts"), kRounds, 1);
  EXPECT_NEAR(Grown(before, now, "o_updates"), kRounds, 1);
  EXPECT_NEAR(Grown(before, now, "o_deletes"), kRounds / 3, 1);
  EXPECT_NEAR(Grown(before, now, "o_selects"), kRounds, 60) << "and the probe's own";
  EXPECT_NEAR(Grown(before, now, "o_rollbacks"), kRounds / 10, 1);
  // The server commits transactions of its own too.
  EXPECT_GE(Grown(before, now, "o_commits"), 0.9 * kRounds - 1);
  EXPECT_LT(Grown(before, now, "o_commits"), 2 * kRounds);
  EXPECT_GE(Grown(before, now, "o_rows_inserted"), kRounds - 1);
  EXPECT_GE(Grown(before, now, "o_sql_fails"), 0.99);
  EXPECT_GT(Value(now, "o_log_sync_ms").value_or(0), 0.01);
  EXPECT_LT(Value(now, "o_log_sync_ms").value_or(1e9), 500);
  EXPECT_GT(Value(now, "o_sql_ms").value_or(0), 0.01);
  EXPECT_GT(Value(now, "o_commit_ms").value_or(0), 0.01);
  EXPECT_GE(Value(now, "o_queue_wait_ms").value_or(-1), 0);
  EXPECT_GT(Value(now, "o_cpu_cores").value_or(0), 0.01);
  EXPECT_LT(Value(now, "o_cpu_cores").value_or(1e9), 8);
  EXPECT_GT(Value(now, "o_log_write_ms").value_or(0), 0.001);
  EXPECT_GT(Value(now, "o_memstore_used").value_or(0), 0.0);
  EXPECT_LT(Value(now, "o_memstore_used").value_or(2), 1.0);
  EXPECT_GT(Value(now, "o_cache_bytes").value_or(0), 1e6);
  EXPECT_GT(Value(now, "o_log_disk_used").value_or(0), 0.0);
  EXPECT_LT(Value(now, "o_log_disk_used").value_or(2), 1.0);
  EXPECT_GT(Value(now, "o_data_disk_used").value_or(0), 0.0);
  EXPECT_EQ(Value(now, "o_server_memory_limit_bytes"), 1024.0 * 1024 * 1024);
  EXPECT_FALSE(Value(now, "o_meta_cpu_cores")) << "sys is the users' tenant here";
  ASSERT_EQ(now.facts.tenants.size(), 1U);
  EXPECT_EQ(now.facts.tenants[0].name, "sys");
  EXPECT_GT(now.facts.tenants[0].statements_per_second, 0);
  EXPECT_GT(now.facts.tenants[0].cpu_limit_cores, 0.5);
  EXPECT_THAT(now.limits, IsEmpty());
  EXPECT_TRUE(now.facts.role);
}

TEST_F(OceanBaseCollectorTest, SessionsAreCountedWithoutOurOwn) {
  OceanBaseProbe probe(OptionsAs(server->Root()), clock_);
  MustRead(probe);
  const double before = Value(MustRead(probe), "o_sessions").value_or(-1);
  std::vector<std::unique_ptr<sql::Connection>> idle;
  for (int i = 0; i < 3; ++i) idle.push_back(server->Connect());
  std::thread busy([&] { server->Sql("SELECT SLEEP(3)"); });
  std::this_thread::sleep_for(milliseconds(1500));
  const ProbeReading reading = MustRead(probe);
  EXPECT_EQ(Value(reading, "o_sessions"), before + 4);
  EXPECT_EQ(Value(reading, "o_active_sessions"), 1);
  EXPECT_NEAR(Value(reading, "o_longest_statement_s").value_or(0), 1.5, 1.0);
  busy.join();
}

TEST_F(OceanBaseCollectorTest, LockWaitsAndLongTransactionsAreSeen) {
  server->Sql("CREATE TABLE test.hot (id INT PRIMARY KEY, n INT)");
  server->Sql("INSERT INTO test.hot VALUES (1, 1)");
  OceanBaseProbe probe(OptionsAs(server->Root()), clock_);
  Settle(probe);
  const auto holder = server->Connect();
  ASSERT_TRUE(holder->Query("BEGIN", seconds(5)));
  ASSERT_TRUE(holder->Query("UPDATE test.hot SET n = 2 WHERE id = 1", seconds(5)));
  const ProbeReading before = MustRead(probe);
  std::thread waiter([&] { server->Sql("UPDATE test.hot SET n = 3 WHERE id = 1"); });
  std::this_thread::sleep_for(milliseconds(2200));
  const ProbeReading during = MustRead(probe);
  EXPECT_GT(Value(during, "o_oldest_transaction_s").value_or(0), 2);
  EXPECT_LT(Value(during, "o_oldest_transaction_s").value_or(1e9), 60);
  EXPECT_EQ(Value(during, "o_long_transactions"), 0);
  ASSERT_TRUE(holder->Query("COMMIT", seconds(5)));
  waiter.join();
  // A wait is counted when it ends.
  const ProbeReading after = MustRead(probe);
  EXPECT_NEAR(Grown(during, after, "o_row_lock_waits"), 1, 0.1);
  EXPECT_GT(Grown(during, after, "o_row_lock_ms"), 1500);
}

TEST_F(OceanBaseCollectorTest, ParameterMemstoreLimitFreezeCompactionAndDdlAreToldOnce) {
  OceanBaseProbe probe(OptionsAs(server->Root()), clock_);
  const ProbeReading settled = Settle(probe);
  const double limit = Value(settled, "o_memstore_limit_bytes").value_or(0);
  EXPECT_GT(limit, 1e8);
  for (int i = 0; i < 5; ++i) EXPECT_THAT(MustRead(probe).changes, IsEmpty());

  server->Sql("ALTER SYSTEM SET memstore_limit_percentage = 20");
  std::vector<std::string> told = ChangesUntil(probe, "memstore_limit_percentage");
  EXPECT_THAT(told, Contains("memstore_limit_percentage changed from 0 to 20"));
  EXPECT_LT(Value(MustRead(probe), "o_memstore_limit_bytes").value_or(0), 0.7 * limit);
  server->Sql("ALTER SYSTEM SET memstore_limit_percentage = 0");
  EXPECT_THAT(ChangesUntil(probe, "from 20 to 0"), Contains(HasSubstr("from 20 to 0")));

  server->Sql("CREATE TABLE test.secret (id INT PRIMARY KEY, word VARCHAR(20) DEFAULT 'hunter2')");
  told = ChangesUntil(probe, "test.secret");
  EXPECT_THAT(told, Contains(HasSubstr("CREATE TABLE test.secret")));
  EXPECT_THAT(told, Each(Not(HasSubstr("hunter2"))));

  server->Sql("ALTER SYSTEM MINOR FREEZE");
  EXPECT_THAT(ChangesUntil(probe, "was frozen"),
              Contains("memstore of tenant sys was frozen and is written out"));
  server->Sql("ALTER SYSTEM MAJOR FREEZE");
  told = ChangesUntil(probe, "sys began");
  EXPECT_THAT(told, Contains("major compaction of tenant sys began"));
  EXPECT_THAT(told, Contains("major compaction of tenant sys was ordered (USER_REQUEST)"));
  EXPECT_EQ(Value(MustRead(probe), "o_major_compaction").value_or(-1), 1);
  EXPECT_EQ(std::count(told.begin(), told.end(), "major compaction of tenant sys began"), 1);
}

TEST_F(OceanBaseCollectorTest, WhatWasDoneBeforeTheFirstLookIsNoNews) {
  server->Sql("CREATE TABLE test.\n\tearlier (id INT PRIMARY KEY, word VARCHAR(9) DEFAULT 'a')");
  // It is written down some time after it was done.
  for (int i = 0; i < 100; ++i) {
    const auto rows = server->Sql(
        "SELECT COUNT(*) FROM oceanbase.DBA_OB_SERVER_EVENT_HISTORY WHERE VALUE2 LIKE '%earlier%'");
    if (NumberAt(rows.rows.at(0), 0) == 1) break;
    std::this_thread::sleep_for(milliseconds(100));
  }
  OceanBaseProbe probe(OptionsAs(server->Root()), clock_);
  for (int i = 0; i < 30; ++i) EXPECT_THAT(MustRead(probe).changes, IsEmpty()) << i;
  server->Sql(
      "CREATE TABLE test.later (\n\tid INT PRIMARY KEY, word VARCHAR(9) DEFAULT 'hunter2')");
  const std::vector<std::string> told = ChangesUntil(probe, "later");
  EXPECT_THAT(told, Contains("CREATE TABLE test.later (id INT PRIMARY KEY, word VARCHAR(?) "
                             "DEFAULT ?)"));
}

TEST_F(OceanBaseCollectorTest, AnotherTimeZoneChangesNothing) {
  server->Sql("SET GLOBAL time_zone = '+08:00'");
  const auto holder = server->Connect();
  ASSERT_TRUE(holder->Query("CREATE TABLE test.far (id INT PRIMARY KEY)", seconds(10)));
  ASSERT_TRUE(holder->Query("BEGIN", seconds(5)));
  ASSERT_TRUE(holder->Query("INSERT INTO test.far VALUES (1)", seconds(5)));
  OceanBaseProbe probe(OptionsAs(server->Root()), clock_);
  const ProbeReading reading = Settle(probe);
  EXPECT_LT(Value(reading, "o_oldest_transaction_s").value_or(1e9), 60);
  EXPECT_EQ(Value(reading, "o_long_transactions"), 0);
  EXPECT_THAT(reading.changes, IsEmpty());
  server->Sql("CREATE TABLE test.farther (id INT PRIMARY KEY)");
  EXPECT_THAT(ChangesUntil(probe, "farther"), Contains(HasSubstr("test.farther")));
  ASSERT_TRUE(holder->Query("COMMIT", seconds(5)));
  server->Sql("SET GLOBAL time_zone = '+00:00'");
}

TEST_F(OceanBaseCollectorTest, WrongPasswordAndTenantNameTheAccountAndNotThePassword) {
  server->Sql("CREATE USER watcher IDENTIFIED BY 'right'");
  for (const char* user : {"watcher", "watcher@shop", "watcher@sys#other"}) {
    OceanBaseProbe probe(OptionsAs(server->As(user, "hunter2")), clock_);
    const auto reading = Read(probe);
    ASSERT_FALSE(reading) << user;
    EXPECT_EQ(reading.error().code(), base::StatusCode::kInvalidArgument);
    EXPECT_THAT(reading.error().message(),
                AllOf(HasSubstr("error 1045"), HasSubstr(fmt::format("accept user '{}'", user)),
                      Not(HasSubstr("hunter2"))));
  }
}

TEST_F(OceanBaseCollectorTest, StatementTimeoutIsUnavailableAndKeepsTheConnection) {
  const auto connection = server->Connect();
  ASSERT_TRUE(connection->Query("CREATE TABLE test.wide (id INT PRIMARY KEY)", seconds(10)));
  std::string rows;
  for (int i = 0; i < 1000; ++i) rows += fmt::format("{}({})", i == 0 ? "" : ",", i);
  ASSERT_TRUE(connection->Query("INSERT INTO test.wide VALUES " + rows, seconds(10)));
  const auto slow = connection->Query(
      "SELECT /*+ QUERY_TIMEOUT(200000) */ COUNT(*) FROM test.wide a, test.wide b, test.wide c",
      seconds(5));
  ASSERT_FALSE(slow);
  EXPECT_EQ(slow.error().code(), base::StatusCode::kUnavailable);
  EXPECT_THAT(slow.error().message(), HasSubstr("4012"));
  EXPECT_FALSE(connection->broken());
  EXPECT_TRUE(connection->Query("SELECT 1", seconds(5)));
}

// The statements of docs/oceanbase.md that make the account on a single-node server.
std::vector<std::string> DocumentedStatements() {
  const auto text =
      base::RealFileSystem().ReadFile(DISTDIAG_SOURCE_DIR "/docs/oceanbase.md").value_or("");
  std::vector<std::string> statements;
  std::size_t at = text.find("### 1. The account");
  bool is_for_cluster = false;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (line.starts_with("On a cluster")) is_for_cluster = true;
    if (line.starts_with("On a single-node server")) is_for_cluster = false;
    if (!is_for_cluster && (line.starts_with("CREATE USER ") || line.starts_with("GRANT ")))
      statements.push_back(line.substr(0, line.rfind(';')));
    at = end + 1;
    if (text.compare(at, 5, "### 2") == 0) break;
  }
  return statements;
}

std::vector<std::string> AllMissing(const ProbeReading& reading) {
  std::vector<std::string> all = reading.limits;
  if (reading.facts.structure != nullptr)
    all.insert(all.end(), reading.facts.structure->missing.begin(),
               reading.facts.structure->missing.end());
  return all;
}

TEST_F(OceanBaseCollectorTest, TheDocumentedAccountSufficesAndEachMissingRightIsNamed) {
  const auto statements = DocumentedStatements();
  ASSERT_GT(statements.size(), 15U) << "docs/oceanbase.md";
  for (const auto& statement : statements) server->Sql(statement);
  const auto endpoint = server->As("distdiag", "change-me");
  {
    OceanBaseProbe probe(OptionsAs(endpoint), clock_);
    const ProbeReading reading = Settle(probe);
    EXPECT_THAT(reading.limits, IsEmpty());
    EXPECT_THAT(AllMissing(reading), Each(Not(HasSubstr("lacks a right"))));
    for (const char* name : {"o_probe_ms", "o_qps", "o_sessions", "o_wait_system_io",
                             "o_oldest_transaction_s", "o_log_disk_used", "o_data_disk_used",
                             "o_cache_bytes", "o_compactions", "o_major_compaction", "o_freezes"})
      EXPECT_TRUE(Value(reading, name)) << name;
  }
  for (const auto& statement : statements) {
    if (!statement.starts_with("GRANT ")) continue;
    const std::string right = statement.substr(6, statement.find(" TO ") - 6);
    server->Sql(fmt::format("REVOKE {} FROM 'distdiag'@'%'", right));
    OceanBaseProbe probe(OptionsAs(endpoint), clock_);
    const ProbeReading reading = Settle(probe);
    EXPECT_THAT(AllMissing(reading),
                Contains(HasSubstr(fmt::format("GRANT {} TO `distdiag`@`%`", right))));
    EXPECT_TRUE(Value(reading, "o_probe_ms")) << right;
    server->Sql(statement);
  }
}

TEST_F(OceanBaseCollectorTest, RightsThatAreTakenAwayAreToldAndTheRestGoesOn) {
  for (const auto& statement : DocumentedStatements()) {
    if (statement.starts_with("GRANT ")) server->Sql(statement);
  }
  OceanBaseProbe probe(OptionsAs(server->As("distdiag", "change-me")), clock_);
  Settle(probe);
  server->Sql("REVOKE SELECT ON oceanbase.V$SYSTEM_EVENT FROM 'distdiag'@'%'");
  const ProbeReading reading = MustRead(probe);
  EXPECT_THAT(reading.limits, Contains(HasSubstr("GRANT SELECT ON oceanbase.V$SYSTEM_EVENT")));
  EXPECT_TRUE(Value(reading, "o_qps"));
  EXPECT_FALSE(Value(reading, "o_wait_system_io"));
  server->Sql("GRANT SELECT ON oceanbase.V$SYSTEM_EVENT TO 'distdiag'@'%'");
}

TEST_F(OceanBaseCollectorTest, AnotherDatabaseSystemIsRefused) {
  const fs::path folder =
      fs::temp_directory_path() / fmt::format("distdiag-not-oceanbase-{}", ::getpid());
  const std::string script = DISTDIAG_SOURCE_DIR "/tools/servers/mariadb";
  const std::string port = std::to_string(kMariadbPort);
  const auto started = base::RunChecked({script, "start", folder.string(), port}, seconds(60));
  ASSERT_TRUE(started) << started.error().message();
  sql::Endpoint endpoint;
  endpoint.socket = (folder / "mariadb.sock").string();
  endpoint.user = "root";
  OceanBaseProbe probe(OptionsAs(endpoint), clock_);
  const auto reading = Read(probe);
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().code(), base::StatusCode::kFailedPrecondition);
  EXPECT_THAT(reading.error().message(),
              AllOf(HasSubstr("expected an OceanBase server, found '10."), HasSubstr("MariaDB"),
                    HasSubstr("database: mysql")));
  EXPECT_TRUE(base::RunChecked({script, "stop", folder.string(), port}, seconds(60)));
  fs::remove_all(folder);
}

TEST_F(OceanBaseCollectorTest, WatchedAsMysqlItIsRefused) {
  MysqlProbeOptions options;
  options.node = "n1";
  options.endpoint = server->Root();
  MysqlProbe probe(options, clock_);
  const auto reading = probe.Read(clock_.Now() + seconds(3));
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().code(), base::StatusCode::kFailedPrecondition);
  EXPECT_THAT(reading.error().message(),
              AllOf(HasSubstr("expected a MySQL or MariaDB server, found 'OceanBase"),
                    HasSubstr("set database: oceanbase")));
}

TEST_F(OceanBaseCollectorTest, HangingServerCostsItsDeadlineAndHoldsUpNoOtherProbe) {
  OceanBaseProbe sick(OptionsAs(server->Root()), clock_);
  Settle(sick);
  SeekdbServer other("seekdb-second", kSecondPort);
  OceanBaseProbe healthy(OptionsAs(other.Root()), clock_);
  Settle(healthy);
  server->Freeze();
  std::vector<base::Duration> took;
  std::thread reader([&] {
    for (int i = 0; i < 10; ++i) {
      const base::Timestamp start = clock_.Now();
      EXPECT_TRUE(Read(healthy));
      took.push_back(clock_.Now() - start);
      std::this_thread::sleep_for(milliseconds(100));
    }
  });
  for (int i = 0; i < 2; ++i) {  // in a statement, then while logging in
    const base::Timestamp start = clock_.Now();
    const auto reading = Read(sick, milliseconds(500));
    const base::Duration lasted = clock_.Now() - start;
    ASSERT_FALSE(reading);
    EXPECT_EQ(reading.error().code(), base::StatusCode::kUnavailable);
    EXPECT_THAT(reading.error().message(), HasSubstr("no answer within"));
    EXPECT_GE(lasted, milliseconds(450));
    EXPECT_LT(lasted, milliseconds(700));
  }
  reader.join();
  server->Signal(SIGCONT);
  EXPECT_LT(*std::max_element(took.begin(), took.end()), milliseconds(400));
  std::this_thread::sleep_for(milliseconds(500));
  const ProbeReading back = MustRead(sick);
  EXPECT_THAT(back.changes, IsEmpty()) << "a hang is no restart";
  EXPECT_FALSE(Value(back, "o_qps")) << "nobody looked in between";
  EXPECT_TRUE(Value(MustRead(sick), "o_qps"));
}

TEST_F(OceanBaseCollectorTest, KilledServerIsUnavailableAndItsReturnARestart) {
  OceanBaseProbe probe(OptionsAs(server->Root()), clock_);
  Settle(probe);
  server->Kill();
  for (int i = 0; i < 2; ++i) {
    const auto reading = Read(probe);
    ASSERT_FALSE(reading);
    EXPECT_EQ(reading.error().code(), base::StatusCode::kUnavailable);
  }
  server->Start();
  const ProbeReading back = MustRead(probe);
  ASSERT_FALSE(back.changes.empty());
  EXPECT_EQ(back.changes[0].kind, domain::ChangeKind::kRestart);
  EXPECT_THAT(back.changes[0].description, HasSubstr("n1 was restarted"));
  EXPECT_FALSE(Value(back, "o_qps"));
  EXPECT_TRUE(Value(back, "o_memstore_limit_bytes"));
  const ProbeReading next = MustRead(probe);
  EXPECT_GE(Value(next, "o_qps").value_or(-1), 0);
  for (const auto& change : next.changes) EXPECT_NE(change.kind, domain::ChangeKind::kRestart);
}

}  // namespace
}  // namespace distdiag::collect
