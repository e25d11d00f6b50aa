#include "engine/diagnosis_load.h"

#include <utility>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

constexpr int kFaultTick = 40;

std::vector<domain::MetricId> NodeMetrics() {
  std::vector<domain::MetricId> metrics;
  for (std::size_t i = 0; i < domain::AllMetrics().size(); ++i) {
    if (domain::AllMetrics()[i].scope == domain::MetricScope::kNode)
      metrics.push_back(domain::MetricId(static_cast<std::uint16_t>(i)));
  }
  return metrics;
}

}  // namespace

std::size_t DiagnosisLoad::NodeMetricCount() { return NodeMetrics().size(); }

base::Result<std::unique_ptr<DiagnosisLoad>> DiagnosisLoad::New(
    std::size_t nodes, std::size_t metrics, std::shared_ptr<const detect::ModelArtefact> model,
    std::shared_ptr<const detect::SequenceModel> sequence) {
  std::vector<domain::MetricId> columns = NodeMetrics();
  columns.resize(metrics);
  domain::Topology topology{.cluster = "load", .nodes = {}};
  for (std::size_t n = 0; n < nodes; ++n)
    topology.nodes.push_back({.name = fmt::format("n{}", n + 1), .zone = {}});
  ASSIGN_OR_RETURN(auto pipeline,
                   Pipeline::New({.window_capacity_ticks = 600,
                                  .ranker = "combined",
                                  .rank = {},
                                  .sequence = std::move(sequence)},
                                 topology, domain::SeriesLayout(nodes, columns), std::move(model)));
  return std::unique_ptr<DiagnosisLoad>(
      new DiagnosisLoad(std::move(columns), nodes, std::move(pipeline)));
}

domain::TickSamples DiagnosisLoad::NextTick() {
  domain::TickSamples samples{.time = base::Timestamp(std::chrono::seconds(1'000'000 + tick_)),
                              .nodes = {},
                              .starts_new_stretch = tick_ == 0};
  for (std::size_t n = 0; n < nodes_; ++n) {
    domain::NodeSamples batch{
        .node = domain::NodeIndex(static_cast<std::uint32_t>(n)), .answered = true, .values = {}};
    const double factor = n == 0 && tick_ >= kFaultTick ? 4.0 : 1.0;
    for (const domain::MetricId metric : metrics_)
      batch.values.push_back({metric, static_cast<float>(factor * (10 + random_.NextUnit()))});
    samples.nodes.push_back(std::move(batch));
  }
  ++tick_;
  return samples;
}

}  // namespace distdiag::engine
