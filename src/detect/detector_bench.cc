#include "detect/detector.h"

#include "detect/peer/peer_detector.h"
#include "detect/recent/recent_detector.h"
#include "detect/sequence/sequence_detector.h"
#include "detect/testing.h"

#include <utility>

#include <benchmark/benchmark.h>

namespace distdiag::detect {
namespace {

void Observe(Detector& detector, benchmark::State& state) {
  const auto nodes = static_cast<std::size_t>(state.range(0));
  std::vector<std::string_view> metrics;
  for (const domain::MetricInfo& metric : domain::AllMetrics()) metrics.push_back(metric.name);
  RowTape tape(nodes, metrics);
  base::Random random(1);
  for (int tick = 0; tick < 30; ++tick) {
    tape.Append([&](std::size_t, std::size_t) { return 100 * random.NextUnit(); });
  }
  for (auto _ : state) benchmark::DoNotOptimize(detector.Observe(tape.View(), Learning::kFollow));
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(tape.layout().series_count()));
}

template <typename DetectorType>
void BM_Detector(benchmark::State& state) {
  DetectorType detector;
  Observe(detector, state);
}
BENCHMARK(BM_Detector<RecentDetector>)->Arg(3)->Arg(100);
BENCHMARK(BM_Detector<PeerDetector>)->Arg(3)->Arg(100);

// Run from the project's folder, as `make bench` does.
void BM_SequenceDetector(benchmark::State& state) {
  auto model = LoadSequenceModel(base::RealFileSystem(), "models/galera/sequence.json");
  if (!model) {
    state.SkipWithError(model.error().message().c_str());
    return;
  }
  SequenceDetector detector(std::make_shared<const SequenceModel>(std::move(*model)));
  Observe(detector, state);
}
BENCHMARK(BM_SequenceDetector)->Arg(3)->Arg(100);

}  // namespace
}  // namespace distdiag::detect
