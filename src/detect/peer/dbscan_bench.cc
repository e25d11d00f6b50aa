#include "detect/peer/dbscan.h"

#include "base/random.h"

#include <algorithm>

#include <benchmark/benchmark.h>

namespace distdiag::detect {
namespace {

// tools/bench_peers/dbscan gives the same values to scikit-learn, and compares what is found.
void BM_ClusterLabels(benchmark::State& state) {
  base::Random random(1);
  std::vector<double> values;
  for (std::int64_t i = 0; i < state.range(0); ++i)
    values.push_back(i % 10 == 0 ? 100 * random.NextUnit() : 50 + 5 * (random.NextUnit() - 0.5));
  std::vector<int> labels;
  for (auto _ : state) {
    labels = ClusterLabels(values, 1.0, 3);
    benchmark::DoNotOptimize(labels.data());
  }
  state.counters["clusters"] = 1 + *std::max_element(labels.begin(), labels.end());
  state.counters["noise"] = static_cast<double>(std::count(labels.begin(), labels.end(), kNoise));
}
BENCHMARK(BM_ClusterLabels)->Arg(50)->Arg(500)->Arg(5000);

}  // namespace
}  // namespace distdiag::detect
