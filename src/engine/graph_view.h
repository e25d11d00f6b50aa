// The anomaly graph as serve shows it: components with their root cause relevance, the strongest alarms, the edges.
//
// Thread: const-safe.
#pragma once

#include "domain/topology.h"
#include "graph/anomaly_graph.h"
#include "serve/chart.h"

namespace distdiag::engine {

// At most so many alarm vertices (a metric is one vertex, whatever nodes raise it), the strongest edges first: a graph that
// nobody can read helps nobody.
inline constexpr std::size_t kMostAlarmVertices = 30;
serve::AnomalyGraph ViewOf(const graph::AnomalyGraph& graph);

}  // namespace distdiag::engine
