#include "collect/oceanbase/oceanbase_probe.h"

#include "collect/oceanbase/session_script.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// The probe's session refers to one script that lives on over connections.
class BorrowedSession final : public Session {
 public:
  explicit BorrowedSession(SessionScript& script) : script_(script) {}
  base::Result<sql::ResultSet> Query(std::string_view statement, base::Duration limit) override {
    auto answer = script_.Query(statement, limit);
    broken_ = script_.broken();
    return answer;
  }
  unsigned last_error() const override { return script_.last_error(); }
  bool broken() const override { return broken_; }

 private:
  SessionScript& script_;
  bool broken_ = false;
};

class OceanBaseProbeTest : public ::testing::Test {
 protected:
  OceanBaseProbeTest() {
    auto& answers = server_.answers;
    answers["@@version_comment"].rows = {
        {"5.7.25-OceanBase_CE-v4.2.5.1", "OceanBase_CE 4.2.5.1", "watcher@10.%", "77"}};
    answers["EFFECTIVE_TENANT_ID"].rows = {{"4.2.5.1", "1", "sys"}};
    answers["SELECT TENANT_ID FROM oceanbase.V$OB_UNITS LIMIT 0"].rows = {};
    answers["PROXY_SESSID"].rows = {{std::nullopt}};
    answers["START_SERVICE_TIME"].rows = {{"1700000000000000", "1700000100000000"}};
    for (const char* view : {"V$SYSSTAT", "V$SYSTEM_EVENT", "V$OB_PROCESSLIST"})
      answers[std::string("SELECT 1 FROM oceanbase.") + view + " LIMIT 0"].rows = {};
    answers["SHOW GRANTS"].rows = {{"GRANT PROCESS ON *.* TO 'watcher'"}};
    auto& names = answers["SELECT DISTINCT STAT_ID"].rows;
    for (const CounterDefinition& counter : StatCounters())
      names.push_back({std::to_string(counter.id), std::string(counter.name)});
    answers["TENANT_NAME"].rows = {{"1", "sys"}, {"1002", "shop"}, {"1004", "bank"}};
    SetSelects(1000);
  }

  void SetSelects(int selects, bool has_bank = false) {
    std::vector<SqlRow> rows = {{"1", "1", "40000", "90000", "0", "0", ""},
                                {"1", "1002", "40000", std::to_string(selects), "0", "0", ""},
                                {"2", "0", "0", "3", "1", "0.5", "shop"}};
    if (has_bank) rows.push_back({"1", "1004", "40000", "12", "0", "0", ""});
    server_.answers["V$SYSSTAT WHERE"] = {.rows = std::move(rows), .takes = milliseconds(2)};
  }

  OceanBaseProbe MakeProbe() {
    OceanBaseProbeOptions options;
    options.node = "n1";
    options.endpoint.user = "watcher";
    return OceanBaseProbe(options, server_.clock,
                          [this](base::Duration) -> base::Result<std::unique_ptr<Session>> {
                            ++connections_;
                            return std::make_unique<BorrowedSession>(server_);
                          });
  }

  base::Result<ProbeReading> Read(OceanBaseProbe& probe) {
    server_.clock.Advance(seconds(1));
    return probe.Read(server_.clock.Now() + milliseconds(800));
  }
  ProbeReading MustRead(OceanBaseProbe& probe) {
    auto reading = Read(probe);
    EXPECT_TRUE(reading) << (reading ? "" : reading.error().message());
    return reading ? std::move(*reading) : ProbeReading{};
  }
  // The next statement of the status loses the connection, once.
  void LoseConnection(OceanBaseProbe& probe) {
    server_.answers["V$SYSSTAT WHERE"].is_lost = true;
    EXPECT_FALSE(Read(probe));
    server_.Reconnect();
  }

  static std::optional<float> Value(const ProbeReading& reading, std::string_view name) {
    const auto id = domain::FindMetric(name);
    for (const auto& value : reading.values)
      if (id && value.metric == *id) return value.value;
    return std::nullopt;
  }
  static std::vector<std::string> Texts(const ProbeReading& reading) {
    std::vector<std::string> texts;
    for (const auto& change : reading.changes) texts.push_back(change.description);
    return texts;
  }
  std::ptrdiff_t Asked(std::string_view text) const {
    return std::count_if(server_.asked.begin(), server_.asked.end(),
                         [&](const auto& one) { return one.find(text) != std::string::npos; });
  }

  SessionScript server_;
  int connections_ = 0;
};

TEST_F(OceanBaseProbeTest, OneStatementAReadingGivesRatesSessionsAndTenants) {
  OceanBaseProbe probe = MakeProbe();
  EXPECT_FALSE(Value(MustRead(probe), "o_selects"));
  SetSelects(1500);
  const ProbeReading reading = MustRead(probe);
  EXPECT_NEAR(Value(reading, "o_selects").value_or(0), 500, 2);
  EXPECT_EQ(Value(reading, "o_sessions"), 3.0F);
  EXPECT_FLOAT_EQ(Value(reading, "o_probe_ms").value_or(0), 2.0F);
  ASSERT_EQ(reading.facts.tenants.size(), 2U);
  EXPECT_EQ(reading.facts.tenants[1].name, "shop");
  EXPECT_EQ(Asked("V$SYSSTAT WHERE"), 2);
  EXPECT_EQ(connections_, 1);
}

TEST_F(OceanBaseProbeTest, WhatIsNoServerOfTheSysTenantIsRefusedWithTheReason) {
  struct Row {
    const char* key;
    SessionScript::Answer answer;
    const char* message;
  };
  const Row rows[] = {
      {"EFFECTIVE_TENANT_ID",
       {.rows = {}, .error = 1305},
       "expected an OceanBase server, found '5.7.25"},
      {"EFFECTIVE_TENANT_ID",
       {.rows = {{"4.2.5.1", "1002", "shop"}}},
       "found one of tenant 'shop'"},
      {"PROXY_SESSID", {.rows = {{"721"}}}, "found a proxy (ODP) before it"},
  };
  for (const Row& row : rows) {
    const SessionScript::Answer good = server_.answers[row.key];
    server_.answers[row.key] = row.answer;
    OceanBaseProbe probe = MakeProbe();
    const auto reading = Read(probe);
    ASSERT_FALSE(reading) << row.message;
    EXPECT_EQ(reading.error().code(), base::StatusCode::kFailedPrecondition);
    EXPECT_THAT(reading.error().message(), HasSubstr(row.message));
    server_.answers[row.key] = good;
  }
}

TEST_F(OceanBaseProbeTest, MissingRightsAreNamedAndTheRestIsRead) {
  server_.answers["SELECT 1 FROM oceanbase.V$SYSTEM_EVENT LIMIT 0"].error = 1142;
  server_.answers["SHOW GRANTS"].rows = {{"GRANT SELECT ON *.* TO 'watcher'"}};
  OceanBaseProbe probe = MakeProbe();
  const ProbeReading reading = MustRead(probe);
  EXPECT_THAT(reading.limits,
              Contains(HasSubstr("GRANT SELECT ON oceanbase.V$SYSTEM_EVENT TO `watcher`@`10.%`")));
  EXPECT_THAT(reading.limits, Contains(HasSubstr("GRANT PROCESS ON *.* TO `watcher`@`10.%`")));
  EXPECT_FALSE(Value(reading, "o_sessions")) << "without PROCESS only our own would be counted";
  // Given later, they are found without a new connection.
  server_.answers["SELECT 1 FROM oceanbase.V$SYSTEM_EVENT LIMIT 0"].error = 0;
  server_.answers["SHOW GRANTS"].rows = {{"GRANT ALL PRIVILEGES ON *.* TO 'watcher'"}};
  ProbeReading last;
  for (int i = 0; i < 62; ++i) last = MustRead(probe);
  EXPECT_THAT(last.limits, Each(Not(HasSubstr("PROCESS ON"))));
  EXPECT_EQ(Value(last, "o_sessions"), 3.0F);
  EXPECT_EQ(connections_, 1);
}

TEST_F(OceanBaseProbeTest, TimeoutOfTheServerKeepsTheConnectionAndTheRates) {
  OceanBaseProbe probe = MakeProbe();
  MustRead(probe);
  server_.answers["V$SYSSTAT WHERE"].error = 4012;
  EXPECT_FALSE(Read(probe));
  SetSelects(3000);
  EXPECT_NEAR(Value(MustRead(probe), "o_selects").value_or(0), 1000, 5) << "over two seconds";
  EXPECT_EQ(connections_, 1);
}

TEST_F(OceanBaseProbeTest, AnotherStartOfTheServerIsARestart) {
  OceanBaseProbe probe = MakeProbe();
  MustRead(probe);
  LoseConnection(probe);
  SetSelects(2000);
  ProbeReading back = MustRead(probe);
  EXPECT_THAT(Texts(back), IsEmpty()) << "a lost connection is no restart";
  EXPECT_FALSE(Value(back, "o_selects"));
  LoseConnection(probe);
  SetSelects(9000);
  server_.answers["START_SERVICE_TIME"].rows = {{"1700000200000000", "1700000204000000"}};
  back = MustRead(probe);
  ASSERT_THAT(Texts(back), Contains("n1 was restarted 4 s ago"));
  EXPECT_EQ(back.changes[0].kind, domain::ChangeKind::kRestart);
  EXPECT_FALSE(Value(back, "o_selects"));
  EXPECT_THAT(Texts(MustRead(probe)), IsEmpty());
}

TEST_F(OceanBaseProbeTest, WhereTheStartIsNotToldCountersThatFellAreARestart) {
  server_.answers["START_SERVICE_TIME"] = {.rows = {}, .error = 1142};
  OceanBaseProbe probe = MakeProbe();
  MustRead(probe);
  LoseConnection(probe);
  SetSelects(5);
  server_.answers["V$SYSSTAT WHERE"].rows[0][3] = "3";
  const ProbeReading back = MustRead(probe);
  EXPECT_THAT(Texts(back), Contains("n1 was restarted"));
  EXPECT_FALSE(Value(back, "o_selects"));
}

TEST_F(OceanBaseProbeTest, TenantsThatComeAndGoAreChanges) {
  OceanBaseProbe probe = MakeProbe();
  MustRead(probe);
  SetSelects(1000, true);
  ProbeReading reading = MustRead(probe);
  ASSERT_THAT(Texts(reading), Contains("tenant bank appeared on n1"));
  EXPECT_EQ(reading.changes[0].kind, domain::ChangeKind::kTenant);
  EXPECT_EQ(reading.changes[0].node, "n1");
  SetSelects(1000, false);
  reading = MustRead(probe);
  EXPECT_THAT(Texts(reading), Contains("tenant bank is no longer on n1"));
}

TEST_F(OceanBaseProbeTest, MissingCountersAreOneSentence) {
  auto& names = server_.answers["SELECT DISTINCT STAT_ID"].rows;
  std::erase_if(names, [](const SqlRow& row) { return row[0] == "60093" || row[0] == "60089"; });
  OceanBaseProbe probe = MakeProbe();
  EXPECT_THAT(MustRead(probe).limits,
              Contains(AllOf(HasSubstr("this version of OceanBase (4.2.5.1) does not count"),
                             HasSubstr("Rows scanned in blocks, Write throttling"))));
  EXPECT_EQ(Asked("60093"), 0);
}

TEST_F(OceanBaseProbeTest, SingleNodeServerHasOneTenantAndAsksNoClusterView) {
  server_.answers["SELECT TENANT_ID FROM oceanbase.V$OB_UNITS LIMIT 0"].error = 1054;
  OceanBaseProbe probe = MakeProbe();
  for (int i = 0; i < 12; ++i) MustRead(probe);
  EXPECT_EQ(Asked("TENANT_NAME"), 0);
  EXPECT_EQ(Asked("CDB_"), 0);
  EXPECT_GT(Asked("DBA_OB_MAJOR_COMPACTION"), 0);
}

}  // namespace
}  // namespace distdiag::collect
