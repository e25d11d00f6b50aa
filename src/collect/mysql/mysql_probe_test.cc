#include "collect/mysql/mysql_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <set>

namespace distdiag::collect {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A server of captured rows: the answer is that of the longest key which the statement contains.
struct FakeServer {
  struct Answer {
    std::vector<SqlRow> rows;
    unsigned error = 0;      // of the server; the connection goes on
    bool is_silent = false;  // no answer until the limit; the connection is lost
    base::Duration takes{};
  };
  std::map<std::string, Answer> answers;
  base::SimulatedClock clock{base::TimestampFromSeconds(1'700'000'000)};
  int connections = 0;
  bool refuses = false;
  std::vector<std::string> asked;
};

class FakeSession final : public Session {
 public:
  explicit FakeSession(FakeServer& server) : server_(server) {}
  base::Result<sql::ResultSet> Query(std::string_view statement, base::Duration limit) override {
    server_.asked.emplace_back(statement);
    const FakeServer::Answer* best = nullptr;
    std::size_t length = 0;
    for (const auto& [key, answer] : server_.answers) {
      if (statement.find(key) != std::string_view::npos && key.size() >= length) {
        best = &answer;
        length = key.size();
      }
    }
    error_ = best == nullptr ? 1146 : best->error;
    if (best != nullptr && best->is_silent) {
      server_.clock.Advance(limit);
      broken_ = true;
      return base::Fail(base::Unavailable("no answer within the limit"));
    }
    if (best != nullptr) server_.clock.Advance(best->takes);
    if (error_ != 0) return base::Fail(base::InvalidArgument("as the server says"));
    return sql::ResultSet{.columns = {}, .rows = best->rows, .affected_rows = 0};
  }
  unsigned last_error() const override { return error_; }
  bool broken() const override { return broken_; }

 private:
  FakeServer& server_;
  unsigned error_ = 0;
  bool broken_ = false;
};

class MysqlProbeTest : public ::testing::Test {
 protected:
  MysqlProbeTest() {
    SetStatus("100", "1000");
    server_.answers["CURRENT_USER"].rows = {{"watcher@10.%"}};
    server_.answers["SHOW GLOBAL VARIABLES"].rows = {{"max_connections", "151"}};
    server_.answers["INNODB_TRX"].rows = {{"12", "0", "0"}};
    server_.answers["PROCESSLIST"].rows = {{"4", "9", "1", "2"}};
    server_.answers["@@performance_schema"].rows = {{"1"}};
    server_.answers["SELECT COALESCE(SCHEMA_NAME"].rows = {
        {"shop", "d1", "100", "2e12", "500", "0", "SELECT ?"}};
  }

  void SetStatus(const char* uptime, const char* selects) {
    server_.answers["SHOW GLOBAL STATUS"] = {
        .rows = {{"Uptime", uptime}, {"Com_select", selects}, {"Com_alter_table", ddl_}},
        .takes = milliseconds(3)};
  }

  MysqlProbe MakeProbe() {
    MysqlProbeOptions options;
    options.node = "n1";
    return MysqlProbe(options, server_.clock,
                      [this](base::Duration) -> base::Result<std::unique_ptr<Session>> {
                        ++server_.connections;
                        if (server_.refuses) return base::Fail(base::Unavailable("refused"));
                        return std::make_unique<FakeSession>(server_);
                      });
  }

  base::Result<ProbeReading> Read(MysqlProbe& probe) {
    server_.clock.Advance(seconds(1));
    return probe.Read(server_.clock.Now() + milliseconds(800));
  }

  // Reads until every slow part has been asked.
  ProbeReading Settle(MysqlProbe& probe) {
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(Read(probe));
    auto reading = Read(probe);
    EXPECT_TRUE(reading);
    return reading ? *reading : ProbeReading{};
  }

  static std::optional<float> Value(const ProbeReading& reading, std::string_view name) {
    const auto id = domain::FindMetric(name);
    for (const auto& value : reading.values)
      if (id && value.metric == *id) return value.value;
    return std::nullopt;
  }

  FakeServer server_;
  std::string ddl_ = "5";
};

TEST_F(MysqlProbeTest, OceanBaseIsRefused) {
  server_.answers["CURRENT_USER"].rows = {{"watcher@%", "OceanBase seekdb 1.3.0.0 (r1)"}};
  MysqlProbe probe = MakeProbe();
  const auto reading = probe.Read(server_.clock.Now() + seconds(1));
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().code(), base::StatusCode::kFailedPrecondition);
  EXPECT_THAT(reading.error().message(), HasSubstr("set database: oceanbase"));
}

TEST_F(MysqlProbeTest, StatusEveryTimeAndOneSlowPartAReading) {
  MysqlProbe probe = MakeProbe();
  ASSERT_TRUE(Read(probe));
  EXPECT_EQ(server_.asked,
            (std::vector<std::string>{"SELECT CURRENT_USER(), @@version_comment",
                                      "SHOW GLOBAL STATUS", "SHOW GLOBAL VARIABLES"}));
  const ProbeReading reading = Settle(probe);
  EXPECT_FLOAT_EQ(Value(reading, "d_probe_ms").value(), 3.0F);
  EXPECT_EQ(Value(reading, "d_oldest_transaction_s"), 12.0F);
  EXPECT_EQ(Value(reading, "d_lock_blocking_transactions"), 0.0F);
  EXPECT_EQ(Value(reading, "d_longest_statement_s"), 9.0F);
  EXPECT_EQ(server_.connections, 1);
  EXPECT_THAT(reading.limits, IsEmpty());
}

TEST_F(MysqlProbeTest, MissingRightsNameTheirGrant) {
  server_.answers["INNODB_TRX"] = {.rows = {}, .error = 1227};
  server_.answers["SELECT COALESCE(SCHEMA_NAME"] = {.rows = {}, .error = 1142};
  MysqlProbe probe = MakeProbe();
  const ProbeReading reading = Settle(probe);
  EXPECT_THAT(reading.limits, Contains(HasSubstr("GRANT PROCESS ON *.* TO `watcher`@`10.%`")));
  EXPECT_THAT(reading.limits,
              Contains(HasSubstr("GRANT SELECT ON performance_schema.* TO `watcher`@`10.%`")));
  EXPECT_TRUE(Value(reading, "d_Com_select"));
  EXPECT_FALSE(Value(reading, "d_statements_running"))
      << "without PROCESS the list shows only ourselves";
}

TEST_F(MysqlProbeTest, PerformanceSchemaThatIsOffIsALimit) {
  server_.answers["@@performance_schema"].rows = {{"0"}};
  MysqlProbe probe = MakeProbe();
  const ProbeReading reading = Settle(probe);
  EXPECT_THAT(reading.limits, Contains(HasSubstr("performance_schema is off")));
  EXPECT_FALSE(reading.facts.statements);
}

TEST_F(MysqlProbeTest, DigestsAreToldAsWhatRanSinceTheLastLook) {
  MysqlProbe probe = MakeProbe();
  Settle(probe);
  // Ten calls more, which took five seconds together.
  server_.answers["SELECT COALESCE(SCHEMA_NAME"].rows = {
      {"shop", "d1", "110", "7e12", "1500", "0", "SELECT ?"},
      {"shop", "old", "9", "9e15", "0", "0", "an unknown past"},
      {"shop", "new", "1", "1e12", "3", "1", "INSERT ?"}};
  ProbeReading reading;
  std::vector<domain::StatementTime> top;
  for (int i = 0; i < 5; ++i) {
    reading = *Read(probe);
    if (reading.facts.statements) top = reading.facts.statements->top;
  }
  ASSERT_EQ(top.size(), 2U);
  EXPECT_EQ(top[0].digest, "d1");
  EXPECT_EQ(top[0].text, "SELECT ?");
  EXPECT_DOUBLE_EQ(top[0].ms_per_call, 500);
  EXPECT_DOUBLE_EQ(top[0].rows_per_call, 100);
  EXPECT_EQ(top[1].text, "INSERT ?");
  EXPECT_NEAR(Value(reading, "d_top_statement_share").value(), 5.0 / 6.0, 1e-6);
}

TEST_F(MysqlProbeTest, RestartIsAChangeAndNoRateSpansIt) {
  MysqlProbe probe = MakeProbe();
  Settle(probe);
  SetStatus("2", "7");
  const auto reading = Read(probe);
  ASSERT_TRUE(reading);
  ASSERT_EQ(reading->changes.size(), 1U);
  EXPECT_EQ(reading->changes[0].kind, domain::ChangeKind::kRestart);
  EXPECT_EQ(reading->changes[0].node, "n1");
  EXPECT_FALSE(Value(*reading, "d_Com_select"));
}

TEST_F(MysqlProbeTest, SettingAndDdlAreChanges) {
  MysqlProbe probe = MakeProbe();
  Settle(probe);
  server_.answers["SHOW GLOBAL VARIABLES"].rows = {{"max_connections", "10"}};
  ddl_ = "8";
  SetStatus("101", "1001");
  std::vector<domain::ChangeEvent> changes;
  for (int i = 0; i < 12; ++i) {
    const auto reading = Read(probe);
    ASSERT_TRUE(reading);
    changes.insert(changes.end(), reading->changes.begin(), reading->changes.end());
  }
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].kind, domain::ChangeKind::kDdl);
  EXPECT_THAT(changes[0].description, HasSubstr("ALTER TABLE 3x on this node"));
  EXPECT_EQ(changes[1].kind, domain::ChangeKind::kParameter);
  EXPECT_EQ(changes[1].description, "max_connections changed from 151 to 10");
  EXPECT_EQ(changes[1].node, "n1");
}

TEST_F(MysqlProbeTest, SilentSlowPartKeepsTheReadingAndTheRates) {
  MysqlProbe probe = MakeProbe();
  Settle(probe);
  server_.answers["INNODB_TRX"].is_silent = true;
  ProbeReading reading;
  for (int i = 0; i < 6; ++i) {
    SetStatus("110", "2000");
    const auto next = Read(probe);
    ASSERT_TRUE(next) << "the status was there";
    EXPECT_TRUE(Value(*next, "d_Com_select")) << "giving up a connection loses no rate";
    reading = *next;
  }
  EXPECT_THAT(reading.limits, Contains(HasSubstr("activity: no answer")));
  EXPECT_EQ(server_.connections, 2);
}

TEST_F(MysqlProbeTest, HangIsUnavailableAtTheDeadlineAndTheNextReadStartsAfresh) {
  MysqlProbe probe = MakeProbe();
  Settle(probe);
  server_.answers["SHOW GLOBAL STATUS"].is_silent = true;
  const base::Timestamp deadline = server_.clock.Now() + milliseconds(1800);
  const auto reading = Read(probe);
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().code(), base::StatusCode::kUnavailable);
  EXPECT_LE(server_.clock.Now(), deadline);
  SetStatus("110", "2000");
  const auto next = Read(probe);
  ASSERT_TRUE(next);
  EXPECT_EQ(server_.connections, 2);
  EXPECT_FALSE(Value(*next, "d_Com_select")) << "nobody looked in between";
}

TEST_F(MysqlProbeTest, ValuesAreCarriedForwardTwoIntervalsAndNoLonger) {
  MysqlProbe probe = MakeProbe();
  EXPECT_TRUE(Value(Settle(probe), "d_oldest_transaction_s"));
  server_.answers["INNODB_TRX"].is_silent = true;
  ProbeReading reading;
  for (int i = 0; i < 12; ++i) reading = *Read(probe);
  EXPECT_FALSE(Value(reading, "d_oldest_transaction_s"));
}

TEST_F(MysqlProbeTest, RefusedIsToldAsItIs) {
  server_.refuses = true;
  MysqlProbe probe = MakeProbe();
  const auto reading = Read(probe);
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().message(), "refused");
}

TEST(AccountForGrantTest, UserAndHostAreQuotedApart) {
  EXPECT_EQ(AccountForGrant("watcher@10.%"), "`watcher`@`10.%`");
  EXPECT_EQ(AccountForGrant("a@b@localhost"), "`a@b`@`localhost`");
  EXPECT_EQ(AccountForGrant("role"), "`role`");
}

}  // namespace
}  // namespace distdiag::collect
