#include "detect/classify/features.h"

#include "detect/testing.h"

#include <benchmark/benchmark.h>

namespace distdiag::detect {
namespace {

// One tick of a cluster: deviations and aspects of all nodes.
void BM_Features(benchmark::State& state) {
  const auto nodes = static_cast<std::size_t>(state.range(0));
  RowTape tape(nodes, {SignalMetrics().begin(), SignalMetrics().end()});
  base::Random random(1);
  for (std::size_t tick = 0; tick < FeatureWindow::kTicks; ++tick) {
    tape.Append([&](std::size_t, std::size_t) { return 100 * random.NextUnit(); });
  }
  const SignalColumns columns(tape.layout());
  const QuantityRow baseline =
      ToQuantities(MeanSignals(tape.View(), columns, domain::NodeIndex(0)));
  for (auto _ : state) {
    std::vector<NodeDeviation> deviations;
    for (std::size_t node = 0; node < nodes; ++node) {
      deviations.push_back(Deviate(tape.View(), columns,
                                   domain::NodeIndex(static_cast<std::uint32_t>(node)), baseline));
    }
    benchmark::DoNotOptimize(ToFeatures(deviations));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Features)->Arg(3)->Arg(100);

}  // namespace
}  // namespace distdiag::detect
