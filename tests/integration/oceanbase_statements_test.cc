// Statements of a real OceanBase kernel, from the SQL audit to what explains a change.
#include "seekdb_server.h"

#include "collect/oceanbase/audit_part.h"
#include "incident/statement_evidence.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>

#include <gmock/gmock.h>

namespace distdiag::collect {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::uint16_t kPort = 23861;
constexpr auto kLimit = std::chrono::seconds(3);

class OceanBaseStatementsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = std::make_unique<SeekdbServer>("statements", kPort);
    server_->Sql("CREATE DATABASE shop");
    server_->Sql("CREATE TABLE shop.stock (id INT PRIMARY KEY, kind INT, name VARCHAR(40))");
    std::string rows;
    for (int i = 0; i < 4000; ++i)
      rows += fmt::format("{}({}, {}, 'name{}')", i == 0 ? "" : ",", i, i % 500, i);
    server_->Sql("INSERT INTO shop.stock VALUES " + rows);
    // With 3, the default, the ring of so small a server is emptied every 2000 requests.
    server_->Sql("SET GLOBAL ob_sql_audit_percentage = 20");
    server_->Sql("CREATE USER watcher IDENTIFIED BY 'pw'");
    for (const char* view : {"V$OB_SQL_AUDIT", "V$OB_PLAN_CACHE_PLAN_STAT", "V$OB_PARAMETERS"})
      server_->Sql(fmt::format("GRANT SELECT ON oceanbase.{} TO watcher", view));
  }
  static void TearDownTestSuite() { server_.reset(); }

  void SetUp() override {
    auto session = ServerSessions(server_->As("watcher", "pw"), clock_)(std::chrono::seconds(5));
    ASSERT_TRUE(session) << session.error().message();
    session_ = std::move(*session);
    application_ = server_->Connect();
    ASSERT_NE(application_, nullptr);
  }

  void Run(const std::string& statement) {
    const auto done = application_->Query(statement, std::chrono::seconds(20));
    ASSERT_TRUE(done) << statement << ": " << done.error().message();
  }
  PartReading Look(AuditPart& part) {
    // Only a look that took more than a hundredth of the time since it makes the next one wait.
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    now_ += std::chrono::seconds(60);
    auto reading = part.Read(*session_, now_, kLimit);
    EXPECT_TRUE(reading) << (reading ? "" : reading.error().message());
    return reading ? std::move(*reading) : PartReading{};
  }
  // The ring is filled by another thread than the one that answers.
  static void WaitForAudit() { std::this_thread::sleep_for(std::chrono::milliseconds(100)); }

  static const domain::StatementTime* Find(const PartReading& reading, std::string_view text) {
    if (!reading.facts.statements) return nullptr;
    for (const auto& one : reading.facts.statements->top) {
      if (one.text == text) return &one;
    }
    return nullptr;
  }
  static std::string AllTexts(const PartReading& reading) {
    std::string all;
    if (reading.facts.statements) {
      for (const auto& one : reading.facts.statements->top) all += one.text + "\n";
    }
    return all;
  }
  static double ServerCpuSeconds() {
    std::ifstream file(fmt::format("/proc/{}/stat", server_->pid()));
    std::string line;
    std::getline(file, line);
    std::istringstream fields(line.substr(line.rfind(')') + 2));
    std::string field;
    double ticks = 0;
    for (int i = 0; i < 13 && fields >> field; ++i) {
      if (i >= 11) ticks += std::stod(field);
    }
    return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }

  static std::unique_ptr<SeekdbServer> server_;
  base::RealClock clock_;
  base::Timestamp now_ = base::TimestampFromSeconds(1'700'000'000);
  std::unique_ptr<Session> session_;
  std::unique_ptr<sql::Connection> application_;
  AuditPart part_{{.account = "`watcher`@`%`", .user = "watcher", .has_tenants = false}, clock_};
};

std::unique_ptr<SeekdbServer> OceanBaseStatementsTest::server_;

TEST_F(OceanBaseStatementsTest, StatementsAreFoundWithoutLiteralsOurOwnAndInnerOnes) {
  EXPECT_FALSE(Look(part_).facts.statements);
  for (int i = 0; i < 30; ++i) {
    Run(fmt::format("SELECT kind FROM shop.stock WHERE id = {} /* secret77 */", 770 + i));
    Run(fmt::format("SELECT id FROM shop.stock WHERE name = 'secret{}' AND id IN ({}, 77{})", i, i,
                    i % 2 == 0 ? "" : ", 771"));
    Run(fmt::format("UPDATE shop.stock SET name = 'it''s secret\\'77' WHERE id = {}", i));
  }
  WaitForAudit();
  const PartReading reading = Look(part_);
  EXPECT_THAT(reading.limits, IsEmpty());
  ASSERT_TRUE(reading.facts.statements);
  EXPECT_DOUBLE_EQ(reading.facts.statements->seen_share, 1);

  const auto* select = Find(reading, "SELECT kind FROM shop.stock WHERE id = ?");
  ASSERT_NE(select, nullptr) << AllTexts(reading);
  EXPECT_DOUBLE_EQ(select->calls_per_second, 0.5) << "30 in 60 s";
  EXPECT_EQ(select->digest.size(), 32U);
  EXPECT_GT(select->ms_per_call, 0);
  EXPECT_LT(select->ms_per_call, 1000);
  EXPECT_NE(select->plan, "");
  EXPECT_DOUBLE_EQ(select->rows_per_call, 1) << "rows looked at";
  const auto* list = Find(reading, "SELECT id FROM shop.stock WHERE name = ? AND id IN (...)");
  ASSERT_NE(list, nullptr) << AllTexts(reading);
  EXPECT_DOUBLE_EQ(list->calls_per_second, 0.5) << "lists of any length are one kind";
  ASSERT_NE(Find(reading, "UPDATE shop.stock SET name = ? WHERE id = ?"), nullptr)
      << AllTexts(reading);
  EXPECT_THAT(AllTexts(reading), Not(AnyOf(HasSubstr("secret"), HasSubstr("77"))));
  EXPECT_THAT(AllTexts(reading), Not(HasSubstr("V$OB_"))) << "our own";
  EXPECT_THAT(AllTexts(reading), Not(HasSubstr("__all_"))) << "inner SQL";
}

TEST_F(OceanBaseStatementsTest, AStatementThatWaitsForALockSaysSo) {
  Look(part_);
  const auto other = server_->Connect();
  ASSERT_TRUE(other->Query("BEGIN", kLimit));
  ASSERT_TRUE(other->Query("UPDATE shop.stock SET kind = 1 WHERE id = 7", kLimit));
  std::thread unlock([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    EXPECT_TRUE(other->Query("ROLLBACK", kLimit));
  });
  Run("UPDATE shop.stock SET kind = 2 WHERE id = 7");
  unlock.join();
  WaitForAudit();
  const PartReading reading = Look(part_);
  const auto* update = Find(reading, "UPDATE shop.stock SET kind = ? WHERE id = ?");
  ASSERT_NE(update, nullptr) << AllTexts(reading);
  EXPECT_GT(update->ms_per_call, 250);
  EXPECT_EQ(update->main_wait, "row lock wait");
}

TEST_F(OceanBaseStatementsTest, AnotherPlanExplainsAChange) {
  const auto work = [&] {
    for (int i = 0; i < 40; ++i)
      Run(fmt::format("SELECT MAX(name) FROM shop.stock WHERE kind = {}", i));
    WaitForAudit();
  };
  Run("CREATE INDEX by_kind ON shop.stock (kind)");
  Look(part_);
  incident::StatementHistory history(1);
  work();
  PartReading calm = Look(part_);
  ASSERT_TRUE(calm.facts.statements);
  ASSERT_TRUE(history.Add(domain::NodeIndex{0}, *calm.facts.statements));
  domain::Incident incident;
  incident.started = now_;
  Run("DROP INDEX by_kind ON shop.stock");
  work();
  PartReading trouble = Look(part_);
  ASSERT_TRUE(trouble.facts.statements);
  ASSERT_TRUE(history.Add(domain::NodeIndex{0}, *trouble.facts.statements));

  domain::Topology topology;
  topology.nodes.resize(1);
  topology.nodes[0].name = "n1";
  domain::RankedCause cause;
  cause.target.node = domain::NodeIndex{0};
  cause.shown = true;
  incident.verdict.ranking = {cause};
  const auto evidence = incident::ExplainByStatements(incident, topology, history, now_);
  const auto found = std::find_if(
      evidence.changes.begin(), evidence.changes.end(), [](const domain::StatementChange& one) {
        return one.now.text == "SELECT MAX(name) FROM shop.stock WHERE kind = ?";
      });
  ASSERT_NE(found, evidence.changes.end()) << evidence.note_en << AllTexts(trouble);
  EXPECT_TRUE(found->plan_changed);
  EXPECT_FALSE(found->is_new);
  EXPECT_GT(found->share, 0.02);
  EXPECT_GT(found->now.rows_per_call, 50 * found->before.rows_per_call) << "a scan of the table";
}

TEST_F(OceanBaseStatementsTest, WhatIsEmptiedFromTheRingIsTold) {
  Look(part_);
  for (int i = 0; i < 200; ++i) Run(fmt::format("SELECT {} FROM DUAL", i));
  const auto id = [&](const char* which) {
    const auto rows =
        server_->Sql(fmt::format("SELECT {}(REQUEST_ID) FROM oceanbase.V$OB_SQL_AUDIT", which))
            .rows;
    return NumberAt(rows.at(0), 0).value_or(0);
  };
  const double last = id("MAX");
  // Without room the ring is emptied, some time later.
  for (int attempt = 0; attempt < 20 && id("MIN") < last; ++attempt) {
    Run("SET GLOBAL ob_sql_audit_percentage = 0");
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    Run("SET GLOBAL ob_sql_audit_percentage = 20");
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  for (int i = 0; i < 50; ++i) Run(fmt::format("SELECT kind FROM shop.stock WHERE id = {}", i));
  WaitForAudit();
  const PartReading reading = Look(part_);
  ASSERT_TRUE(reading.facts.statements) << ::testing::PrintToString(reading.limits);
  // Inner requests since then are in the ring: it is a share of all.
  EXPECT_LT(reading.facts.statements->seen_share, 0.97);
  EXPECT_GT(reading.facts.statements->seen_share, 0.05);
  const auto* seen = Find(reading, "SELECT kind FROM shop.stock WHERE id = ?");
  ASSERT_NE(seen, nullptr) << AllTexts(reading);
  EXPECT_NEAR(seen->calls_per_second * 60 * reading.facts.statements->seen_share, 50, 1)
      << "what was lost is taken to be like the rest";
}

TEST_F(OceanBaseStatementsTest, WhereTheAuditIsOffThePlanCacheIsRead) {
  server_->Sql("ALTER SYSTEM SET enable_sql_audit = False");
  PartReading reading;
  // The kernel records requests for some time yet.
  for (int round = 0; round < 20 && reading.limits.empty(); ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    reading = Look(part_);
  }
  ASSERT_EQ(reading.limits.size(), 1U);
  EXPECT_THAT(reading.limits[0], HasSubstr("ALTER SYSTEM SET enable_sql_audit = True"));

  // For up to ten seconds after a DDL of the test before, the kernel keeps no plans.
  const domain::StatementTime* found = nullptr;
  for (int round = 0; round < 100 && found == nullptr; ++round) {
    for (int i = 0; i < 30; ++i)
      Run(fmt::format("SELECT kind, id FROM shop.stock WHERE id = {}", 770 + i));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    reading = Look(part_);
    found = Find(reading, "SELECT kind, id FROM shop.stock WHERE id = ?");
  }
  ASSERT_NE(found, nullptr) << AllTexts(reading);
  EXPECT_GT(found->calls_per_second, 0);
  EXPECT_LE(found->calls_per_second, 0.5) << "30 in 60 s, fewer if the plan came meanwhile";
  EXPECT_NE(found->plan, "");
  EXPECT_THAT(AllTexts(reading), Not(HasSubstr("V$OB_"))) << "our own";

  server_->Sql("ALTER SYSTEM SET enable_sql_audit = True");
  for (int round = 0; round < 20 && !reading.limits.empty(); ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    Run("SELECT 1");
    reading = Look(part_);
  }
  EXPECT_THAT(reading.limits, IsEmpty());
}

TEST_F(OceanBaseStatementsTest, AMissingRightIsNamedAndNothingElse) {
  server_->Sql("REVOKE SELECT ON oceanbase.V$OB_SQL_AUDIT FROM watcher");
  SetUp();
  const PartReading reading = Look(part_);
  ASSERT_EQ(reading.limits.size(), 1U);
  EXPECT_THAT(reading.limits[0],
              HasSubstr("GRANT SELECT ON oceanbase.V$OB_SQL_AUDIT TO `watcher`@`%`"));
  EXPECT_FALSE(reading.is_offered);
  server_->Sql("GRANT SELECT ON oceanbase.V$OB_SQL_AUDIT TO watcher");
}

// Not a bound that a busy machine breaks: what a look takes is printed, and must not exceed what the part promises by far.
TEST_F(OceanBaseStatementsTest, ALookIsCheap) {
  for (const int statements : {0, 100, 2000, 8000}) {
    Look(part_);
    for (int i = 0; i < statements; ++i)
      Run(fmt::format("SELECT kind, {} FROM shop.stock WHERE id = {}", "name", i % 4000));
    WaitForAudit();
    const double cpu_before = ServerCpuSeconds();
    const base::Timestamp began = clock_.Now();
    const PartReading reading = Look(part_);
    const double took_s = base::ToSeconds(clock_.Now() - began) - 0.01;
    fmt::print("{} statements: a look took {:.1f} ms, the server's CPU {:.0f} ms, seen {:.2f}\n",
               statements, 1e3 * took_s, 1e3 * (ServerCpuSeconds() - cpu_before),
               reading.facts.statements ? reading.facts.statements->seen_share : 0);
    EXPECT_LT(took_s, 0.5);
  }
}

}  // namespace
}  // namespace distdiag::collect
