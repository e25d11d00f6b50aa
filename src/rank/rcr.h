// GRANO's root cause relevance (docs/methods.md §1, steps 2 to 4).
#pragma once

#include "domain/metric_catalogue.h"
#include "graph/anomaly_graph.h"

#include <vector>

namespace distdiag::rank {

struct RcrOptions {
  double beta = 0.9;  // share that passes to a receiver with this only neighbour
  // Count alarms among a receiver's neighbours, as the paper's text literally does; ours does not: the more alarms a
  // component has, the less it would receive.
  enum class Neighbours { kComponents, kComponentsAndAlarms } neighbours = Neighbours::kComponents;
};

// By component. initial + propagated = RCR.
struct ComponentScore {
  double initial = 0;     // cs_c = Σ ρ_a · s_e(a, c), >= 0
  double propagated = 0;  // all that was propagated to it, >= 0
  double rcr() const { return initial + propagated; }
};

// s_e = σ_e · log(1 + |C|/|C_a|) / log(1 + |C|), C = components of the same type, C_a those with this alarm. In (0, 1].
// (The paper prints σ_e · log(|C|/|C_a|), which is 0 when every component alarms and so can't lie in (0, 1].)
// REQUIRES: 1 <= alarmed <= all.
double AlarmEdgeScore(double severity, std::size_t all, std::size_t alarmed);

// ρ_a, (0, 1]: how much an alarm on the metric matters, by the catalogue's group: what users feel most, cumulative
// state least.
double Criticality(domain::MetricId metric);

// Breadth-first from each alarmed component: a component receives when first reached by a source, from the values of the
// level before, never again from that source. With V its component neighbours and cs the values of the level before:
// p = β · cs when |V| = 1, else p = log(|V| + 1) · Σ cs / |V|; a walk ends at zone and cluster, which receive but don't
// pass on. Cost: sources · edges of the part between zones.
std::vector<ComponentScore> RootCauseRelevance(const graph::AnomalyGraph& graph,
                                               const RcrOptions& options = {});

}  // namespace distdiag::rank
