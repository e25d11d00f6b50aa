// Rows of the status statement: captured on the 4.3.5 kernel under load and after kill -9, and made ones of several tenants.
#include "collect/oceanbase/stat_reading.h"

#include "collect/slow_part.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const base::Timestamp kStart = base::TimestampFromSeconds(1'700'000'000);

// Lines of tenant, id, value, name.
std::vector<SqlRow> Captured(const std::string& file) {
  std::ifstream in(fmt::format("{}/oceanbase_stat_{}.tsv", DISTDIAG_TESTDATA, file));
  std::vector<SqlRow> rows;
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream cells(line);
    std::string tenant;
    std::string id;
    std::string value;
    std::getline(cells, tenant, '\t');
    std::getline(cells, id, '\t');
    std::getline(cells, value, '\t');
    rows.push_back({"1", tenant, id, value, "0", "0", ""});
  }
  EXPECT_EQ(rows.size(), 90U) << file;
  return rows;
}

StatAnswer Answer(const std::vector<SqlRow>& rows, int second) {
  return ParseStat(rows, {}, kStart + seconds(second));
}

std::optional<double> Value(const StatRates::Step& step, std::string_view name) {
  const auto id = domain::FindMetric(name);
  EXPECT_TRUE(id) << name;
  for (const auto& value : step.values)
    if (id && value.metric == *id) return value.value;
  return std::nullopt;
}

SqlRow Stat(int tenant, int id, double value) {
  return {"1", std::to_string(tenant), std::to_string(id), fmt::format("{:.0f}", value), "0", "0",
          ""};
}

TEST(StatReadingTest, CapturedLoadGivesItsRatesAndMeans) {
  StatRates rates;
  const auto first = rates.Next(Answer(Captured("before"), 0), {});
  EXPECT_FALSE(Value(first, "o_qps")) << "no rates without an answer before";
  EXPECT_EQ(Value(first, "o_memstore_bytes"), 67108864);
  const auto step = rates.Next(Answer(Captured("after_10s"), 10), {{1, "sys"}});
  // By hand from the two files: (value after - value before) / 10 s, µs as ms.
  EXPECT_FLOAT_EQ(Value(step, "o_qps").value_or(0), 3452.5);
  EXPECT_FLOAT_EQ(Value(step, "o_selects").value_or(0), 1699.8);
  EXPECT_FLOAT_EQ(Value(step, "o_sql_ms").value_or(0), (7907.922 + 7175.522 + 766.0) / 34525);
  EXPECT_FLOAT_EQ(Value(step, "o_queue_wait_ms").value_or(0), 4511.923 / 34527);
  EXPECT_FLOAT_EQ(Value(step, "o_log_sync_ms").value_or(0), 25117.506 / 17655);
  EXPECT_FLOAT_EQ(Value(step, "o_commit_ms").value_or(0), 27043.253 / 17575);
  EXPECT_FLOAT_EQ(Value(step, "o_cpu_cores").value_or(0), 1.1578015);
  EXPECT_FLOAT_EQ(Value(step, "o_io_write_ms").value_or(0), 5486.383 / 8834);
  EXPECT_FLOAT_EQ(Value(step, "o_db_time").value_or(0), 4.3601811);
  EXPECT_FLOAT_EQ(Value(step, "o_memstore_bytes").value_or(0), 85983232);
  EXPECT_FLOAT_EQ(Value(step, "o_memory_bytes").value_or(0), 535834624);
  EXPECT_FLOAT_EQ(Value(step, "o_sql_fails").value_or(0), 29.5);
  EXPECT_FALSE(Value(step, "o_io_read_ms")) << "no read, no mean";
  EXPECT_EQ(Value(step, "o_io_reads"), 0);
  EXPECT_FALSE(Value(step, "o_meta_cpu_cores")) << "there is no tenant beside";
  EXPECT_FALSE(step.has_fallen);
  ASSERT_EQ(step.tenants.size(), 1U);
  EXPECT_EQ(step.tenants[0].name, "sys");
  EXPECT_DOUBLE_EQ(step.tenants[0].statements_per_second, 3452.5);
  EXPECT_NEAR(step.tenants[0].queue_wait_ms, 4511.923 / 34527, 1e-9);
}

TEST(StatReadingTest, AfterAKillNoRateSpansIt) {
  StatRates rates;
  rates.Next(Answer(Captured("after_10s"), 0), {});
  const auto step = rates.Next(Answer(Captured("after_kill"), 10), {});
  EXPECT_TRUE(step.has_fallen);
  EXPECT_FALSE(Value(step, "o_qps"));
  EXPECT_FALSE(Value(step, "o_io_reads")) << "a counter that happens to be higher neither";
  EXPECT_EQ(Value(step, "o_memstore_bytes"), 58720256);
  EXPECT_THAT(step.tenants, IsEmpty());
  const auto next = rates.Next(Answer(Captured("after_kill"), 11), {});
  EXPECT_EQ(Value(next, "o_qps"), 0);
}

TEST(StatReadingTest, AGapGivesNoRatesAndStillTellsAKill) {
  StatRates rates;
  rates.Next(Answer(Captured("before"), 0), {});
  rates.Forget();
  auto step = rates.Next(Answer(Captured("after_10s"), 10), {});
  EXPECT_FALSE(Value(step, "o_qps"));
  EXPECT_FALSE(step.has_fallen);
  rates.Forget();
  step = rates.Next(Answer(Captured("after_kill"), 20), {});
  EXPECT_TRUE(step.has_fallen);
}

// Selects, CPU time, memstore used and limit, CPU limit of a tenant.
void AddTenant(std::vector<SqlRow>& rows, int tenant, double selects, double cpu_us,
               double memstore = 10) {
  rows.push_back(Stat(tenant, 40000, selects));
  for (const int id : {40002, 40004, 40006, 40008, 40018}) rows.push_back(Stat(tenant, id, 0));
  rows.push_back(Stat(tenant, 140013, cpu_us));
  rows.push_back(Stat(tenant, 140005, 200));
  rows.push_back(Stat(tenant, 130001, memstore));
  rows.push_back(Stat(tenant, 130004, 100));
}

TEST(StatReadingTest, UserTenantsAreSummedAndTheRestOfTheServerStandsApart) {
  std::vector<SqlRow> before;
  std::vector<SqlRow> now;
  for (const int tenant : {1, 1001, 1002, 1004}) AddTenant(before, tenant, 1000, 0);
  AddTenant(now, 1, 9000, 5e5);
  AddTenant(now, 1001, 9000, 25e4);
  AddTenant(now, 1002, 1100, 1e6, 90);
  AddTenant(now, 1004, 1300, 2e6, 20);
  StatRates rates;
  rates.Next(Answer(before, 0), {});
  const auto step = rates.Next(Answer(now, 1), {{1002, "shop"}});
  EXPECT_EQ(Value(step, "o_selects"), 400);
  EXPECT_EQ(Value(step, "o_qps"), 400);
  EXPECT_EQ(Value(step, "o_cpu_cores"), 3);
  EXPECT_EQ(Value(step, "o_meta_cpu_cores"), 0.75);
  EXPECT_EQ(Value(step, "o_cpu_limit_cores"), 4);
  EXPECT_EQ(Value(step, "o_cpu_used"), 1) << "the busiest tenant uses its two cores";
  EXPECT_FLOAT_EQ(Value(step, "o_memstore_used").value_or(0), 0.9) << "the fullest tenant";
  ASSERT_EQ(step.tenants.size(), 4U);
  EXPECT_EQ(step.tenants[1].kind, domain::TenantKind::kMeta);
  EXPECT_EQ(step.tenants[2].name, "shop");
  EXPECT_EQ(step.tenants[2].cpu_cores, 1);
  EXPECT_EQ(step.tenants[3].name, "");
}

TEST(StatReadingTest, ATenantThatComesOrGoesMakesNoJump) {
  std::vector<SqlRow> with;
  std::vector<SqlRow> without;
  AddTenant(without, 1, 0, 0);
  AddTenant(without, 1002, 1000, 0);
  with = without;
  AddTenant(with, 1004, 5e6, 1e9);
  StatRates rates;
  rates.Next(Answer(without, 0), {});
  auto step = rates.Next(Answer(with, 1), {});
  EXPECT_THAT(step.appeared, ElementsAre(1004));
  EXPECT_EQ(Value(step, "o_selects"), 0) << "what it did elsewhere is not this second's";
  EXPECT_EQ(step.tenants.size(), 2U);
  step = rates.Next(Answer(with, 2), {});
  EXPECT_THAT(step.appeared, IsEmpty());
  EXPECT_EQ(step.tenants.size(), 3U);
  step = rates.Next(Answer(without, 3), {});
  EXPECT_THAT(step.vanished, ElementsAre(1004));
  EXPECT_EQ(Value(step, "o_selects"), 0);
}

TEST(StatReadingTest, TheFirstUserTenantTakesThePlaceOfSysWithoutAJump) {
  std::vector<SqlRow> rows;
  AddTenant(rows, 1, 1e6, 0);
  StatRates rates;
  rates.Next(Answer(rows, 0), {});
  AddTenant(rows, 1002, 5, 0);
  EXPECT_FALSE(Value(rates.Next(Answer(rows, 1), {}), "o_selects"));
  EXPECT_EQ(Value(rates.Next(Answer(rows, 2), {}), "o_selects"), 0);
}

TEST(StatReadingTest, ACounterOfOneTenantThatFellIsAGapOfThatMetricOnly) {
  std::vector<SqlRow> before;
  std::vector<SqlRow> now;
  AddTenant(before, 1002, 1000, 0);
  AddTenant(before, 1004, 1000, 0);
  AddTenant(now, 1002, 1100, 1e6);
  AddTenant(now, 1004, 3, 1e6);
  StatRates rates;
  rates.Next(Answer(before, 0), {});
  auto step = rates.Next(Answer(now, 1), {});
  EXPECT_FALSE(Value(step, "o_selects"));
  EXPECT_FALSE(Value(step, "o_qps"));
  EXPECT_EQ(Value(step, "o_cpu_cores"), 2);
  step = rates.Next(Answer(now, 2), {});
  EXPECT_EQ(Value(step, "o_selects"), 0);
}

TEST(StatReadingTest, AWaitClassWithoutARowHasHadNoWait) {
  StatRates rates;
  rates.Next(Answer({Stat(1, 1000109, 5000)}, 0), {});
  const auto step = rates.Next(Answer({Stat(1, 1000109, 9000), Stat(1, 1000112, 2000)}, 2), {});
  EXPECT_EQ(Value(step, "o_wait_system_io"), 2);
  EXPECT_EQ(Value(step, "o_wait_queueing"), 1);
  EXPECT_EQ(Value(step, "o_wait_commit"), 0);
  EXPECT_FALSE(Value(step, "o_selects")) << "statistics were not asked";
}

TEST(StatReadingTest, SessionsOfAllTenantsAndEachTenantsOwn) {
  std::vector<SqlRow> rows;
  AddTenant(rows, 1002, 0, 0);
  rows.push_back({"2", "0", "0", "7", "2", "0.5", "shop"});
  rows.push_back({"2", "0", "0", "3", "1", "12.25", "sys"});
  StatRates rates;
  rates.Next(Answer(rows, 0), {});
  const auto step = rates.Next(Answer(rows, 1), {{1002, "shop"}});
  EXPECT_EQ(Value(step, "o_sessions"), 10);
  EXPECT_EQ(Value(step, "o_active_sessions"), 3);
  EXPECT_EQ(Value(step, "o_longest_statement_s"), 12.25);
  ASSERT_EQ(step.tenants.size(), 1U);
  EXPECT_EQ(step.tenants[0].active_sessions, 2);
  // Asked, and nobody is there; not asked.
  EXPECT_EQ(Value(StatRates().Next(Answer({}, 0), {}), "o_sessions"), 0);
  const auto unasked = ParseStat(rows, {.sessions = false}, kStart);
  EXPECT_EQ(unasked.unreadable, 2U);
  EXPECT_FALSE(Value(StatRates().Next(unasked, {}), "o_sessions"));
}

TEST(StatReadingTest, RowsThatAreNotUnderstoodAreCounted) {
  const auto answer = Answer({{},
                              {"1", "1", "40000", "x", "0", "0", ""},
                              {"1", std::nullopt, "40000", "5", "0", "0", ""},
                              {"1", "1e300", "40000", "5", "0", "0", ""},
                              {"9", "1", "40000", "5", "0", "0", ""},
                              {"1", "1", "99", "5", "0", "0", ""}},
                             0);
  EXPECT_EQ(answer.unreadable, 5U) << "an unknown id is none of them";
}

TEST(StatReadingTest, AbsentCountersAreOneSentenceWithWhatIsNotSeen) {
  std::vector<SqlRow> names;
  for (const CounterDefinition& counter : StatCounters()) {
    if (counter.id != 60093 && counter.id < kWaitClassBase)
      names.push_back({std::to_string(counter.id), std::string(counter.name)});
  }
  EXPECT_THAT(AbsentCounters(names), ElementsAre(60093));
  EXPECT_EQ(AbsentText(AbsentCounters(names), "4.2.1.0"),
            "this version of OceanBase (4.2.1.0) does not count, so DistDiag does not see: Write "
            "throttling");
  // Another name under the number is another thing.
  names[0][1] = "rpc packets on Tuesdays";
  const auto absent = AbsentCounters(names);
  EXPECT_THAT(absent, ElementsAre(10000, 60093));
  EXPECT_THAT(AbsentText(absent, "9"),
              HasSubstr("RPC packets received, Write throttling, RPC delay"));
  EXPECT_EQ(AbsentText({}, "9"), "");
}

TEST(StatStatementTest, HoldsWhatMayBeReadAndNothingElse) {
  const std::string all = StatStatement({}, {60093}, std::chrono::milliseconds(700));
  EXPECT_THAT(all, HasSubstr("QUERY_TIMEOUT(700000)"));
  EXPECT_THAT(all, HasSubstr("60089,80001")) << "60093 is left out";
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 0);
  EXPECT_EQ(all.find("GV$"), std::string::npos);
  const std::string waits = StatStatement({.statistics = false, .sessions = false}, {}, seconds(1));
  EXPECT_EQ(waits.find("V$SYSSTAT"), std::string::npos);
  EXPECT_EQ(waits.find("UNION"), std::string::npos);
  EXPECT_EQ(StatStatement({.statistics = false, .waits = false, .sessions = false}, {}, seconds(1)),
            "SELECT 0");
}

TEST(StatTableTest, IsSortedAndEveryMetricAndCounterIsKnownAndUsed) {
  const auto counters = StatCounters();
  EXPECT_TRUE(std::is_sorted(counters.begin(), counters.end(),
                             [](const auto& a, const auto& b) { return a.id < b.id; }));
  std::set<std::int64_t> used = {140005};
  std::set<std::string_view> metrics;
  const auto take = [&](std::string_view metric, std::span<const std::int64_t> ids) {
    EXPECT_TRUE(domain::FindMetric(metric)) << metric;
    metrics.insert(metric);
    used.insert(ids.begin(), ids.end());
  };
  for (const auto& one : StatRateTable()) take(one.metric, one.counters);
  for (const auto& one : StatMeanTable()) {
    take(one.metric, one.above);
    take(one.metric, one.below);
  }
  for (const auto& one : StatLevelTable()) take(one.metric, {&one.level, 1});
  for (const auto& one : StatServerLevelTable()) take(one.metric, {&one.level, 1});
  for (const auto& one : StatFullestTable()) {
    take(one.metric, {&one.level, 1});
    take(one.metric, {&one.limit, 1});
  }
  std::set<std::int64_t> ids;
  for (const auto& counter : counters) ids.insert(counter.id);
  EXPECT_EQ(used, ids);
  EXPECT_EQ(metrics.size(), StatRateTable().size() + StatMeanTable().size() +
                                StatLevelTable().size() + StatServerLevelTable().size() +
                                StatFullestTable().size())
      << "each metric is made once";
}

}  // namespace
}  // namespace distdiag::collect
