#include "detect/recent/recent_detector.h"
#include "detect/seasonal/seasonal_detector.h"
#include "detect/seasonal/seasonal_fit.h"
#include "detect/testing.h"

#include <benchmark/benchmark.h>

namespace distdiag::detect {
namespace {

std::vector<float> FourWeeks() {
  base::Random random(1);
  std::vector<float> history;
  for (int i = 0; i < 28 * 288; ++i)
    history.push_back(static_cast<float>(100 + 20 * ((i / 12) % 24 > 8) + 2 * Noise(random)));
  return history;
}

void BM_FitSeasonal(benchmark::State& state) {
  const std::vector<float> history = FourWeeks();
  const SeasonalTimes times(base::TimestampFromSeconds(0), std::chrono::minutes(5), history.size(),
                            LocalCalendar());
  for (auto _ : state) benchmark::DoNotOptimize(FitSeasonal(history, times));
}
BENCHMARK(BM_FitSeasonal)->Unit(benchmark::kMillisecond);

// A whole tick of so many series, each with its own model. `passes` seconds lie between ticks.
void Tick(benchmark::State& state, double passes, bool with_recent) {
  constexpr std::size_t kColumns = 200, kRows = 4;
  const auto nodes = static_cast<std::size_t>(state.range(0)) / kColumns;
  std::vector<domain::MetricId> columns;
  for (std::size_t i = 0; columns.size() < kColumns; ++i) {
    const auto id = domain::MetricId(static_cast<std::uint16_t>(i % domain::AllMetrics().size()));
    if (domain::GetMetric(id).bad_when != domain::BadWhen::kNone) columns.push_back(id);
  }
  const domain::SeriesLayout layout(nodes, columns);
  base::Random random(1);
  std::vector<float> values;
  for (std::size_t i = 0; i < kRows * layout.series_count(); ++i)
    values.push_back(static_cast<float>(115 + 5 * random.NextUnit()));
  const std::vector<float> history = FourWeeks();
  const SeasonalTimes times(base::TimestampFromSeconds(0), std::chrono::minutes(5), history.size(),
                            LocalCalendar());
  SeasonalModel model = FitSeasonal(history, times);
  std::vector<SeasonalDetector::SeriesModel> models;
  for (std::size_t i = 0; i < layout.series_count(); ++i) {
    model.level += 1e-5F;
    models.push_back({static_cast<std::uint32_t>(i), model});
  }
  SeasonalDetector seasonal;
  seasonal.SetModels(std::move(models));
  RecentDetector recent;
  double time = 28 * 86400;
  std::size_t alarms = 0, row = 0;
  for (auto _ : state) {
    const base::Timestamp now = base::TimestampFromSeconds(time += passes);
    const std::span<const float> of_row(values.data() + row * layout.series_count(),
                                        layout.series_count());
    const domain::WindowView window(layout, {&now, 1}, of_row);
    if (with_recent) alarms += recent.Observe(window, Learning::kFollow).size();
    alarms += seasonal.Observe(window, Learning::kFollow).size();
    row = (row + 1) % kRows;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(layout.series_count()));
  state.counters["ns_a_series"] = benchmark::Counter(
      static_cast<double>(layout.series_count()) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["alarms"] = static_cast<double>(alarms);
}

void BM_RecentAndSeasonal(benchmark::State& state) { Tick(state, 1e-3, true); }
BENCHMARK(BM_RecentAndSeasonal)->Arg(1000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void BM_SeasonalNewQuarterOfAnHour(benchmark::State& state) { Tick(state, 900, false); }
BENCHMARK(BM_SeasonalNewQuarterOfAnHour)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace distdiag::detect
