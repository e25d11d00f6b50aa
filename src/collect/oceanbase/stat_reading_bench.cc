// One answer of the status statement (a server with two user tenants, their META tenants and sys) turned into the values of a reading.
#include "collect/oceanbase/stat_reading.h"

#include <benchmark/benchmark.h>

#include <string>

namespace distdiag::collect {
namespace {

std::vector<SqlRow> StatRows() {
  std::vector<SqlRow> rows;
  for (const int tenant : {1, 1001, 1002, 1003, 1004}) {
    for (const CounterDefinition& counter : StatCounters())
      rows.push_back(
          {"1", std::to_string(tenant), std::to_string(counter.id), "123456789012", "0", "0", ""});
  }
  rows.push_back({"2", "0", "0", "120", "3", "0.25", "shop"});
  return rows;
}

void StatAnswerToReading(benchmark::State& state) {
  const auto rows = StatRows();
  const TenantNames names = {{1, "sys"}, {1002, "shop"}, {1004, "bank"}};
  StatRates rates;
  base::Timestamp time = base::TimestampFromSeconds(1'700'000'000);
  for (auto _ : state) {
    time += std::chrono::seconds(1);
    auto step = rates.Next(ParseStat(rows, {}, time), names);
    benchmark::DoNotOptimize(step.values.data());
  }
}
BENCHMARK(StatAnswerToReading);

}  // namespace
}  // namespace distdiag::collect
