// One answer of SHOW GLOBAL STATUS (600 rows, as MariaDB 10.11 with Galera gives) turned into the values of a reading.
#include "collect/mysql/status_reading.h"

#include <benchmark/benchmark.h>

#include <string>

namespace distdiag::collect {
namespace {

std::vector<SqlRow> StatusRows(std::size_t count) {
  std::vector<SqlRow> rows;
  for (const auto& metric : domain::AllMetrics())
    if (metric.name.starts_with("d_"))
      rows.push_back({std::string(metric.name.substr(2)), "1234567"});
  rows.push_back({"wsrep_evs_repl_latency", "0.000165833/0.000409417/0.00182021/0.000284706/36"});
  rows.push_back({"wsrep_incoming_addresses", "10.77.0.11:3306,10.77.0.12:3306,10.77.0.13:3306"});
  while (rows.size() < count)
    rows.push_back({"Com_not_in_the_catalogue_" + std::to_string(rows.size()), "0"});
  return rows;
}

void StatusAnswerToReading(benchmark::State& state) {
  const auto rows = StatusRows(600);
  StatusRates rates;
  base::Timestamp time = base::TimestampFromSeconds(1'700'000'000);
  for (auto _ : state) {
    time += std::chrono::seconds(1);
    auto step = rates.Next(ParseStatus(rows, time), Continuity::kSameConnection);
    benchmark::DoNotOptimize(step.values.data());
  }
}
BENCHMARK(StatusAnswerToReading);

}  // namespace
}  // namespace distdiag::collect
