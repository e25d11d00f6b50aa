// What definitions mean for the series of one cluster: which parameters each of them has.
//
// Why so: definitions are resolved once, when they change; a detector then looks up two bytes a series.
// Thread: value. Cost: O(series · definitions) to make; 2 bytes a series.
#pragma once

#include "domain/detector_definition.h"
#include "domain/topology.h"
#include "domain/window.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace distdiag::detect {

// Of one kind of detector.
struct ParameterChoice {
  static constexpr std::uint16_t kUnwatched = std::numeric_limits<std::uint16_t>::max();

  std::vector<std::vector<double>> sets;  // each by position in domain::ParametersOf(kind)
  std::vector<std::uint16_t>
      of_series;  // by SeriesLayout::series(): position in `sets`, or kUnwatched

  // The first set for every series: then nothing need be looked up.
  bool IsOneForAll() const;
};

// The last definition of the kind that fits a series is the series' own; one that is switched off, or none, leaves it unwatched.
// REQUIRES: domain::CheckDetectors(definitions).ok(); kind is not kRule.
ParameterChoice ChooseParameters(const domain::DetectorDefinitions& definitions,
                                 domain::DetectorKind kind, const domain::Topology& topology,
                                 const domain::SeriesLayout& layout);

// Whether this kind can ever raise an alarm of the metric: where the catalogue calls neither side bad only a rule can, and a metric of the whole
// cluster has no peers.
bool CanAlarm(domain::DetectorKind kind, domain::MetricId metric);

}  // namespace distdiag::detect
