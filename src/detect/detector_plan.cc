#include "detect/detector_plan.h"

#include <algorithm>
#include <string>

namespace distdiag::detect {

bool ParameterChoice::IsOneForAll() const {
  return std::ranges::all_of(of_series, [](std::uint16_t set) { return set == 0; });
}

ParameterChoice ChooseParameters(const domain::DetectorDefinitions& definitions,
                                 domain::DetectorKind kind, const domain::Topology& topology,
                                 const domain::SeriesLayout& layout) {
  ParameterChoice choice;
  choice.of_series.assign(layout.series_count(), ParameterChoice::kUnwatched);
  for (const domain::DetectorDefinition& one : definitions) {
    if (one.kind != kind) continue;
    std::uint16_t set = ParameterChoice::kUnwatched;
    if (one.enabled) {
      set = static_cast<std::uint16_t>(choice.sets.size());
      choice.sets.push_back(domain::EffectiveParameters(definitions, one));
    }
    for (std::size_t node = 0; node < topology.nodes.size(); ++node) {
      for (std::size_t column = 0; column < layout.column_count(); ++column) {
        if (!domain::Fits(one, layout.metric(column), topology.nodes[node].name)) continue;
        const auto index = domain::NodeIndex(static_cast<std::uint32_t>(node));
        choice.of_series[layout.series(index, column)] = set;
      }
    }
  }
  return choice;
}

bool CanAlarm(domain::DetectorKind kind, domain::MetricId metric) {
  if (kind == domain::DetectorKind::kRule) return true;
  const domain::MetricInfo& info = domain::GetMetric(metric);
  const bool has_peers = info.scope != domain::MetricScope::kCluster;
  return info.bad_when != domain::BadWhen::kNone &&
         (kind != domain::DetectorKind::kPeer || has_peers);
}

}  // namespace distdiag::detect
