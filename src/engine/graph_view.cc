#include "engine/graph_view.h"

#include "rank/rcr.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

serve::VertexKind KindOf(graph::ComponentKind kind) {
  return kind == graph::ComponentKind::kNode ? serve::VertexKind::kNode
                                             : serve::VertexKind::kCluster;
}

std::string VertexId(const graph::Component& component) {
  return fmt::format("{}:{}", graph::ComponentKindName(component.kind), component.name);
}

std::string AlarmVertexId(domain::MetricId metric) {
  return fmt::format("alarm:{}", domain::GetMetric(metric).name);
}

// An alarm type on a component with its score; both detectors on one metric are one edge, the stronger one.
struct ScoredEdge {
  graph::ComponentIndex component;
  domain::MetricId metric;
  double severity;
  double score;
};

std::vector<ScoredEdge> ScoreEdges(const graph::AnomalyGraph& graph) {
  std::map<std::pair<domain::MetricId, domain::DetectorKind>, std::size_t> raised;
  for (const graph::AlarmEdge& edge : graph.alarms()) ++raised[{edge.metric, edge.detector}];
  std::map<std::pair<graph::ComponentIndex, domain::MetricId>, ScoredEdge> strongest;
  for (const graph::AlarmEdge& edge : graph.alarms()) {
    const double score = rank::AlarmEdgeScore(edge.severity, graph.node_count(),
                                              raised[{edge.metric, edge.detector}]);
    const auto [it, is_new] =
        strongest.try_emplace({edge.component, edge.metric},
                              ScoredEdge{edge.component, edge.metric, edge.severity, score});
    if (!is_new && score > it->second.score)
      it->second = {edge.component, edge.metric, edge.severity, score};
  }
  std::vector<ScoredEdge> edges;
  for (const auto& [key, edge] : strongest) edges.push_back(edge);
  std::stable_sort(edges.begin(), edges.end(), [](const ScoredEdge& a, const ScoredEdge& b) {
    return a.score * rank::Criticality(a.metric) > b.score * rank::Criticality(b.metric);
  });
  return edges;
}

void AddAlarms(const graph::AnomalyGraph& graph, serve::AnomalyGraph& view) {
  std::set<domain::MetricId> shown;
  for (const ScoredEdge& edge : ScoreEdges(graph)) {
    if (!shown.contains(edge.metric)) {
      if (shown.size() == kMostAlarmVertices) continue;
      shown.insert(edge.metric);
      view.vertices.push_back({.id = AlarmVertexId(edge.metric),
                               .kind = serve::VertexKind::kAlarm,
                               .label = std::string(domain::GetMetric(edge.metric).label_en),
                               .metric = edge.metric,
                               .criticality = rank::Criticality(edge.metric),
                               .initial_rcr = 0,
                               .propagated_rcr = 0,
                               .rcr = 0});
    }
    view.edges.push_back({.from = AlarmVertexId(edge.metric),
                          .to = VertexId(graph.components()[graph::Index(edge.component)]),
                          .kind = serve::EdgeKind::kAlarm,
                          .severity = edge.severity,
                          .score = edge.score});
  }
}

}  // namespace

serve::AnomalyGraph ViewOf(const graph::AnomalyGraph& graph) {
  serve::AnomalyGraph view;
  view.time = graph.time();
  const auto scores = rank::RootCauseRelevance(graph);
  for (std::size_t c = 0; c < graph.components().size(); ++c) {
    const graph::Component& component = graph.components()[c];
    view.vertices.push_back({.id = VertexId(component),
                             .kind = KindOf(component.kind),
                             .label = component.name,
                             .metric = std::nullopt,
                             .criticality = 0,
                             .initial_rcr = scores[c].initial,
                             .propagated_rcr = scores[c].propagated,
                             .rcr = scores[c].rcr()});
    for (const graph::ComponentIndex neighbour : component.neighbours) {
      if (graph::Index(neighbour) <= c) continue;  // each edge once
      view.edges.push_back({.from = VertexId(component),
                            .to = VertexId(graph.components()[graph::Index(neighbour)])});
    }
  }
  AddAlarms(graph, view);
  return view;
}

}  // namespace distdiag::engine
