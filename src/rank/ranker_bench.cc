#include "rank/ranker.h"

#include "base/random.h"
#include "rank/dist_diagnosis.h"
#include "rank/rcr.h"

#include <string>

#include <benchmark/benchmark.h>

namespace distdiag::rank {
namespace {

struct Cluster {
  domain::Topology topology{"lab", {}};
  domain::SeriesLayout layout;
  std::vector<base::Timestamp> times;
  std::vector<float> values;
  std::shared_ptr<const graph::AnomalyGraph> graph;
  domain::ProblemScores scores;

  Cluster(std::size_t nodes, std::size_t metrics) {
    base::Random random(1);
    for (std::size_t node = 0; node < nodes; ++node)
      topology.nodes.push_back({"n" + std::to_string(node), ""});
    std::vector<domain::MetricId> columns;
    for (std::size_t i = 0; i < metrics; ++i)
      columns.push_back(domain::MetricId(static_cast<std::uint16_t>(i % 180)));
    layout = domain::SeriesLayout(nodes, columns);
    for (int tick = 0; tick < 30; ++tick) {
      times.push_back(base::TimestampFromSeconds(tick));
      for (std::size_t i = 0; i < layout.series_count(); ++i)
        values.push_back(static_cast<float>(random.NextUnit()));
    }
    std::vector<domain::Alarm> alarms;
    for (std::size_t i = 0; i < 20 * nodes; ++i) {
      alarms.push_back({domain::NodeIndex(static_cast<std::uint32_t>(random.NextBelow(nodes))),
                        domain::MetricId(static_cast<std::uint16_t>(random.NextBelow(180))),
                        domain::DetectorKind::kRecent,
                        0.1 + 0.9 * random.NextUnit(),
                        times.back(),
                        {}});
    }
    graph = graph::AnomalyGraphBuilder(topology).Observe(times.back(), alarms);
    scores.ready = true;
    scores.time = times.back();
    scores.distress.assign(nodes, 0.5);
    for (std::uint32_t node = 0; node < nodes; ++node) {
      scores.causes.push_back(
          {{domain::NodeIndex(node)}, domain::ProblemId::kCpu, random.NextUnit(), {}, {}});
    }
  }
};

void BM_Combined(benchmark::State& state) {
  const Cluster cluster(static_cast<std::size_t>(state.range(0)),
                        static_cast<std::size_t>(state.range(1)));
  const domain::WindowView window(cluster.layout, cluster.times, cluster.values);
  const auto ranker = MakeRanker("combined").value();
  for (auto _ : state)
    benchmark::DoNotOptimize(
        ranker->Rank({cluster.topology, window, *cluster.graph, cluster.scores}));
}
BENCHMARK(BM_Combined)->Args({3, 130})->Args({100, 200})->Unit(benchmark::kMicrosecond);

void BM_RootCauseRelevance(benchmark::State& state) {
  const Cluster cluster(static_cast<std::size_t>(state.range(0)), 1);
  for (auto _ : state) benchmark::DoNotOptimize(RootCauseRelevance(*cluster.graph));
}
BENCHMARK(BM_RootCauseRelevance)->Arg(3)->Arg(100)->Unit(benchmark::kMicrosecond);

void BM_CorrelationWeights(benchmark::State& state) {
  const Cluster cluster(static_cast<std::size_t>(state.range(0)),
                        static_cast<std::size_t>(state.range(1)));
  const domain::WindowView window(cluster.layout, cluster.times, cluster.values);
  for (auto _ : state) benchmark::DoNotOptimize(CorrelationWeights(window));
}
BENCHMARK(BM_CorrelationWeights)->Args({3, 130})->Args({100, 200})->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace distdiag::rank
