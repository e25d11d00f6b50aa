// What the smaller parts make of their rows: memory, compactions, events, disks, parameters.
#include "collect/oceanbase/compaction_part.h"
#include "collect/oceanbase/disk_part.h"
#include "collect/oceanbase/events_part.h"
#include "collect/oceanbase/memory_part.h"
#include "collect/oceanbase/parameters_part.h"
#include "collect/oceanbase/session_script.h"
#include "collect/oceanbase/stat_access.h"

#include <chrono>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using domain::ChangeKind;
using domain::ChangePhase;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const TenantNames kNames = {{1, "sys"}, {1002, "shop"}};

std::vector<std::string> Texts(const std::vector<domain::ChangeEvent>& changes) {
  std::vector<std::string> texts;
  for (const auto& change : changes) texts.push_back(change.description);
  return texts;
}

std::optional<float> Value(const PartReading& reading, std::string_view name) {
  const auto id = domain::FindMetric(name);
  for (const auto& value : reading.values)
    if (id && value.metric == *id) return value.value;
  return std::nullopt;
}

base::Result<PartReading> Look(SlowPart& part, SessionScript& script, int seconds_later = 10) {
  script.clock.Advance(seconds(seconds_later));
  return part.Read(script, script.clock.Now(), std::chrono::milliseconds(500));
}

TEST(MemoryPartTest, FreezesAndPlanCacheHitsAreOfTheTimeBetween) {
  SessionScript script;
  MemoryPart part("`w`@`%`", true, kNames, script.clock);
  script.answers["V$OB_MEMSTORE"].rows = {{"1", "3"}, {"1001", "5"}, {"1002", "7"}};
  script.answers["V$OB_PLAN_CACHE_STAT"].rows = {{"1", "900", "9"}, {"1002", "1000", "900"}};
  script.answers["V$OB_KVCACHE"].rows = {{"1", "5"}, {"1002", "4096"}};
  auto reading = Look(part, script);
  ASSERT_TRUE(reading);
  EXPECT_THAT(reading->changes, IsEmpty());
  EXPECT_FALSE(Value(*reading, "o_plan_cache_hit"));
  EXPECT_EQ(Value(*reading, "o_cache_bytes"), 4096.0F);
  script.answers["V$OB_MEMSTORE"].rows = {{"1", "3"}, {"1001", "6"}, {"1002", "9"}};
  script.answers["V$OB_PLAN_CACHE_STAT"].rows = {{"1", "999", "9"}, {"1002", "1100", "975"}};
  reading = Look(part, script);
  EXPECT_THAT(Texts(reading->changes),
              ElementsAre("memstore of tenant shop was frozen 2x and is written out"))
      << "META tenants follow theirs";
  EXPECT_EQ(reading->changes[0].phase, ChangePhase::kBegan);
  EXPECT_FLOAT_EQ(Value(*reading, "o_freezes").value_or(0), 0.2F);
  EXPECT_FLOAT_EQ(Value(*reading, "o_plan_cache_hit").value_or(0), 0.75F);
  // A count that fell is another beginning; nothing looked up has no share.
  script.answers["V$OB_MEMSTORE"].rows = {{"1002", "1"}};
  reading = Look(part, script);
  EXPECT_THAT(reading->changes, IsEmpty());
  EXPECT_FALSE(Value(*reading, "o_freezes"));
  EXPECT_FALSE(Value(*reading, "o_plan_cache_hit"));
}

TEST(MemoryPartTest, ADeniedViewCostsItsOwnValuesOnly) {
  SessionScript script;
  MemoryPart part("`w`@`%`", false, kNames, script.clock);
  script.answers["V$OB_MEMSTORE"].error = 1142;
  script.answers["V$OB_PLAN_CACHE_STAT"].rows = {{"1", "1000", "900"}};
  script.answers["V$OB_KVCACHE"].rows = {{"1", "4096"}};
  const auto reading = Look(part, script);
  ASSERT_TRUE(reading);
  EXPECT_TRUE(reading->is_offered);
  EXPECT_THAT(reading->limits,
              ElementsAre(HasSubstr("no freezes: the account lacks a right; run on the server: "
                                    "GRANT SELECT ON oceanbase.V$OB_MEMSTORE TO `w`@`%`")));
  EXPECT_TRUE(Value(*reading, "o_cache_bytes"));
}

TEST(CompactionPartTest, MajorCompactionsBeginAndEndOnThisServer) {
  const auto at = [](const char* scn, const char* status) {
    return ParseMajorProgress({{"1001", scn, status}, {"1002", scn, status}, {"x", "1", "FINISH"}});
  };
  const MajorProgresses idle = at("100", "FINISH");
  EXPECT_THAT(MajorChanges(idle, idle, kNames), IsEmpty());
  const auto began = MajorChanges(idle, at("200", "NODE_RUNNING"), kNames);
  EXPECT_THAT(Texts(began), ElementsAre("major compaction of tenant shop began"));
  EXPECT_EQ(began[0].phase, ChangePhase::kBegan);
  EXPECT_EQ(began[0].kind, ChangeKind::kCompaction);
  const auto ended = MajorChanges(at("200", "NODE_RUNNING"), at("200", "FINISH"), kNames);
  EXPECT_THAT(Texts(ended), ElementsAre("major compaction of tenant shop ended"));
  EXPECT_EQ(ended[0].phase, ChangePhase::kEnded);
  EXPECT_THAT(
      Texts(MajorChanges(idle, at("200", "FINISH"), kNames)),
      ElementsAre("major compaction of tenant shop began", "major compaction of tenant shop ended"))
      << "shorter than the time between two looks";
  EXPECT_THAT(Texts(MajorChanges(at("200", "NODE_RUNNING"), at("300", "NODE_RUNNING"), kNames)),
              ElementsAre("major compaction of tenant shop ended",
                          "major compaction of tenant shop began"));
  EXPECT_THAT(Texts(MajorChanges({}, at("300", "NODE_RUNNING"), kNames)),
              ElementsAre("major compaction of tenant shop began"));
  const auto newest = ParseMajorProgress({{"1", "300", "FINISH"}, {"1", "200", "NODE_RUNNING"}});
  EXPECT_FALSE(newest.at(1).is_running);
}

TEST(CompactionPartTest, TheWorstStateOfAllTenantsCounts) {
  EXPECT_EQ(MajorState({}), std::nullopt);
  EXPECT_EQ(MajorState({{"IDLE", "NO", "NO"}}), 0);
  EXPECT_EQ(MajorState({{"IDLE", "NO", "NO"}, {"COMPACTING", "NO", "NO"}}), 1);
  EXPECT_EQ(MajorState({{"COMPACTION", "NO", "NO"}, {"IDLE", "NO", "YES"}}), 2);
  EXPECT_EQ(MajorState({{"VERIFYING", "YES", "YES"}, {"IDLE", "NO", "YES"}}), 3);
}

TEST(DiskPartTest, TheFullestCounts) {
  EXPECT_EQ(FullestShare({{"10", "100"}, {"90", "100"}, {"5", "0"}, {"5", std::nullopt}}), 0.9);
  EXPECT_EQ(FullestShare({{"5", std::nullopt}}), std::nullopt);
}

SqlRow Event(const char* module, const char* event,
             std::initializer_list<std::optional<std::string>> pairs) {
  SqlRow row = {"1795582294946130", module, event};
  row.insert(row.end(), pairs);
  row.resize(15);
  return row;
}

TEST(EventChangeTest, TellsWhatNobodyElseTells) {
  struct Row {
    SqlRow event;
    ChangeKind kind;
    ChangePhase phase;
    const char* text;
  };
  const Row rows[] = {
      {Event("major_merge", "root_major_freeze",
             {"tenant_id", "1", "ret", "0", "new_frozen_scn", "179", "freeze_reason",
              "USER_REQUEST"}),
       ChangeKind::kCompaction, ChangePhase::kMoment,
       "major compaction of tenant sys was ordered (USER_REQUEST)"},
      {Event("disaster_recovery", "start_migrate_ls_replica",
             {"tenant_id", "1002", "ls_id", "1001", "destination", "10.0.0.3:2882"}),
       ChangeKind::kRebalance, ChangePhase::kMoment,
       "start migrate ls replica (tenant shop, log stream 1001, destination 10.0.0.3:2882)"},
      {Event("disaster_recovery", "finish_migrate_ls_replica", {"tenant_id", "1002"}),
       ChangeKind::kRebalance, ChangePhase::kMoment, "finish migrate ls replica (tenant shop)"},
      {Event("unit", "alter_resource_unit", {"name", "u1"}), ChangeKind::kTenant,
       ChangePhase::kMoment, "alter resource unit (name u1)"},
      {Event("unit", "finish_migrate_unit", {"unit_id", "1004"}), ChangeKind::kRebalance,
       ChangePhase::kMoment, "finish migrate unit (unit_id 1004)"},
      {Event("sql", "execute_cmd",
             {"cmd_type", "20", "sql_text", "create table t (w varchar(9) default 'hunter2')",
              "return_code", "0"}),
       ChangeKind::kDdl, ChangePhase::kMoment, "create table t (w varchar(?) default ?)"},
      {Event("sql", "execute_cmd",
             {"cmd_type", "9", "sql_text", "drop table gone", "return_code", "-5019"}),
       ChangeKind::kDdl, ChangePhase::kMoment, "drop table gone (failed: error -5019)"},
  };
  for (const Row& row : rows) {
    const auto change = EventChange(row.event, kNames);
    ASSERT_TRUE(change) << row.text;
    EXPECT_EQ(change->description, row.text);
    EXPECT_EQ(change->kind, row.kind) << row.text;
    EXPECT_EQ(change->phase, row.phase) << row.text;
  }
}

// As the kernel writes it, as it was typed, and cut in the middle: what its user wrote is never told.
TEST(EventChangeTest, EscapesOfTheKernelAreTakenAwayWhereTheyAreItsOwn) {
  const struct {
    const char* written;
    const char* told;
  } rows[] = {
      {R"(create table t (\n\ta int, w varchar(9) default \'it\'\'s hunter2\', b int))",
       "create table t (a int, w varchar(?) default ?, b int)"},
      {R"(create table t (a int comment \"hunter2\"))", "create table t (a int comment ?)"},
      {R"(create table t (w varchar(9) default 'a\'hunter2'))",
       "create table t (w varchar(?) default ?"},
      {R"(create table `t` (\r\na int) comment \'hunter2\)", "create table `t` (a int) comment ?"},
  };
  for (const auto& row : rows) {
    const auto change =
        EventChange(Event("sql", "execute_cmd",
                          {"cmd_type", "20", "sql_text", row.written, "return_code", "0"}),
                    kNames);
    ASSERT_TRUE(change) << row.written;
    EXPECT_EQ(change->description, row.told);
    EXPECT_THAT(change->description, Not(HasSubstr("hunter2")));
  }
}

TEST(EventChangeTest, LeavesOutWhatIsToldElsewhereOrIsNobodysBusiness) {
  const SqlRow rows[] = {
      Event("sql", "execute_cmd", {"cmd_type", "177", "sql_text", "***"}),
      Event("sql", "execute_cmd", {"cmd_type", "84", "sql_text", "alter system minor freeze"}),
      Event("sql", "execute_cmd",
            {"cmd_type", "1", "sql_text", "alter user root identified by 'x'"}),
      Event("sql", "execute_cmd", {"cmd_type", "1", "sql_text", std::nullopt}),
      Event("major_merge", "something_else", {"tenant_id", "1"}),
      Event("disaster_recovery", "start_migrate_ls_replica", {"tenant_id", "1001"}),
      {},
  };
  for (const SqlRow& row : rows) {
    const auto change = row.empty() ? std::nullopt : EventChange(row, kNames);
    EXPECT_FALSE(change) << (change ? change->description : "");
  }
}

TEST(EventsPartTest, AFloodIsSummedUp) {
  std::vector<domain::ChangeEvent> changes;
  for (int i = 0; i < 30; ++i)
    changes.push_back({.time = {},
                       .kind = i < 25 ? ChangeKind::kRebalance : ChangeKind::kDdl,
                       .node = {},
                       .description = std::to_string(i)});
  const auto told = SummedUp(changes);
  ASSERT_EQ(told.size(), kMostEvents);
  EXPECT_EQ(told[8].description, "8");
  EXPECT_EQ(told[9].description, "and 21 more events: 5x DDL, 16x rebalance");
  EXPECT_EQ(SummedUp({changes.begin(), changes.begin() + 10}).size(), 10U);
}

SqlRow At(const char* time, const char* event) { return {time, "unit", event}; }

TEST(HistoryCursorTest, EachRowOnceAlsoOneThatIsWrittenLate) {
  HistoryCursor cursor;
  cursor.Begin("100");
  EXPECT_EQ(cursor.Condition(), "TIMESTAMP > '100'");
  EXPECT_EQ(cursor.Next({At("110", "a"), At("120", "b")}, false).size(), 2U);
  EXPECT_EQ(cursor.Condition(), "TIMESTAMP > '100'") << "the last look's time once more";
  const auto late = cursor.Next({At("110", "a"), At("115", "late"), At("120", "b")}, false);
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(TextAt(late[0], 2), "late");
  EXPECT_EQ(cursor.Condition(), "TIMESTAMP > '120'");
  EXPECT_EQ(cursor.Next({At("130", "c")}, false).size(), 1U);
  EXPECT_THAT(cursor.Next({At("130", "c")}, false), IsEmpty());
  EXPECT_THAT(cursor.Next({}, false), IsEmpty());
}

TEST(HistoryCursorTest, MoreThanFitsGoesOnAtTheNextLook) {
  HistoryCursor cursor;
  cursor.Begin("");
  EXPECT_EQ(cursor.Condition(), "1 = 1");
  EXPECT_EQ(cursor.Next({At("110", "a"), At("120", "b")}, true).size(), 2U);
  EXPECT_EQ(cursor.Condition(), "TIMESTAMP > '120'");
  EXPECT_EQ(cursor.Next({At("130", "c")}, false).size(), 1U);
}

TEST(EventsPartTest, BeginsWithTheNewestAndAsksOnItsOwnServersRows) {
  SessionScript script;
  EventsPart part("`w`@`%`", true, kNames, script.clock);
  script.answers["COUNT(*), MAX(TIMESTAMP)"].rows = {{"7", "1795582294946000"}};
  script.answers["ORDER BY TIMESTAMP"].rows = {};
  script.answers["DBA_OB_ROOTSERVICE_EVENT_HISTORY WHERE TIMESTAMP"].rows = {
      Event("unit", "start_migrate_unit", {"unit_id", "7"})};
  EXPECT_THAT(Look(part, script)->changes, IsEmpty()) << "the past";
  EXPECT_THAT(Texts(Look(part, script)->changes), ElementsAre("start migrate unit (unit_id 7)"));
  EXPECT_THAT(Look(part, script)->changes, IsEmpty()) << "once";
  EXPECT_THAT(script.asked.back(),
              HasSubstr("TIMESTAMP > '1795582294946000' AND SVR_IP = HOST_IP()"));
}

TEST(ParametersPartTest, ChangesAreToldAndTheServersOwnAreNot) {
  SessionScript script;
  ParametersPart part("`w`@`%`", true, script.clock);
  script.answers["V$OB_PARAMETERS"].rows = {{"cpu_count", "4"}, {"rootservice_list", "a"}};
  EXPECT_THAT(Look(part, script)->changes, IsEmpty());
  script.answers["V$OB_PARAMETERS"].rows = {{"cpu_count", "2"}, {"rootservice_list", "b"}};
  const auto reading = Look(part, script);
  EXPECT_THAT(Texts(reading->changes), ElementsAre("cpu_count changed from 4 to 2"));
  EXPECT_EQ(reading->changes[0].kind, ChangeKind::kParameter);
}

TEST(StatAccessTest, TheRightProcessIsReadFromTheGrants) {
  EXPECT_TRUE(MaySeeAllSessions({{"GRANT USAGE ON *.* TO 'a'"}, {"GRANT PROCESS ON *.* TO 'a'"}}));
  EXPECT_TRUE(MaySeeAllSessions({{"GRANT SELECT, PROCESS ON *.* TO 'a'"}}));
  EXPECT_TRUE(MaySeeAllSessions({{"GRANT ALL PRIVILEGES ON *.* TO 'a'"}}));
  EXPECT_FALSE(MaySeeAllSessions({{"GRANT SELECT ON *.* TO 'a'"}}));
  EXPECT_FALSE(MaySeeAllSessions({{"GRANT ALL PRIVILEGES ON `oceanbase`.* TO 'a'"}, {}}));
}

}  // namespace
}  // namespace distdiag::collect
