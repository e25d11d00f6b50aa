#include "graph/anomaly_graph.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace distdiag::graph {
namespace {

std::tuple<ComponentIndex, domain::MetricId, domain::DetectorKind> KeyOf(const AlarmEdge& edge) {
  return {edge.component, edge.metric, edge.detector};
}

ComponentIndex At(std::size_t component) {
  return ComponentIndex(static_cast<std::uint32_t>(component));
}

std::vector<Component> ComponentsOf(const domain::Topology& topology) {
  std::vector<Component> components;
  std::map<std::string, std::size_t> zones;
  for (const domain::Node& node : topology.nodes) {
    components.push_back({ComponentKind::kNode, node.name, {}});
    if (!node.zone.empty()) zones.emplace(node.zone, 0);
  }
  for (auto& [name, position] : zones) {
    position = components.size();
    components.push_back({ComponentKind::kZone, name, {}});
  }
  const std::size_t cluster = components.size();
  components.push_back({ComponentKind::kCluster, topology.cluster, {}});
  const auto connect = [&](std::size_t a, std::size_t b) {
    components[a].neighbours.push_back(At(b));
    components[b].neighbours.push_back(At(a));
  };
  for (std::size_t node = 0; node < topology.nodes.size(); ++node) {
    for (std::size_t other = node + 1; other < topology.nodes.size(); ++other) connect(node, other);
    if (const std::string& zone = topology.nodes[node].zone; !zone.empty())
      connect(node, zones.at(zone));
    connect(node, cluster);
  }
  for (Component& component : components)
    std::sort(component.neighbours.begin(), component.neighbours.end());
  return components;
}

}  // namespace

std::string_view ComponentKindName(ComponentKind kind) {
  switch (kind) {
    case ComponentKind::kNode: return "node";
    case ComponentKind::kZone: return "zone";
    case ComponentKind::kCluster: return "cluster";
  }
  return "node";
}

AnomalyGraph::AnomalyGraph(base::Timestamp time,
                           std::shared_ptr<const std::vector<Component>> components,
                           std::vector<AlarmEdge> alarms)
    : time_(time), components_(std::move(components)), alarms_(std::move(alarms)) {
  std::sort(alarms_.begin(), alarms_.end(),
            [](const AlarmEdge& a, const AlarmEdge& b) { return KeyOf(a) < KeyOf(b); });
  node_count_ = static_cast<std::size_t>(
      std::count_if(components_->begin(), components_->end(),
                    [](const Component& c) { return c.kind == ComponentKind::kNode; }));
  first_alarm_.assign(components_->size() + 1, 0);
  for (const AlarmEdge& edge : alarms_) first_alarm_[Index(edge.component) + 1] += 1;
  for (std::size_t i = 1; i < first_alarm_.size(); ++i) first_alarm_[i] += first_alarm_[i - 1];
}

std::span<const AlarmEdge> AnomalyGraph::AlarmsOf(ComponentIndex component) const {
  const std::size_t first = first_alarm_[Index(component)];
  return std::span(alarms_).subspan(first, first_alarm_[Index(component) + 1] - first);
}

AnomalyGraphBuilder::AnomalyGraphBuilder(const domain::Topology& topology, GraphOptions options)
    : options_(options),
      components_(std::make_shared<const std::vector<Component>>(ComponentsOf(topology))) {}

std::shared_ptr<const AnomalyGraph> AnomalyGraphBuilder::Observe(
    base::Timestamp time, std::span<const domain::Alarm> alarms) {
  std::map<std::tuple<ComponentIndex, domain::MetricId, domain::DetectorKind>, const domain::Alarm*>
      now;
  for (const domain::Alarm& alarm : alarms) {
    if (domain::Index(alarm.node) >= components_->size() || !(alarm.severity > 0)) continue;
    const domain::Alarm*& slot = now[{At(domain::Index(alarm.node)), alarm.metric, alarm.detector}];
    if (slot == nullptr || slot->severity < alarm.severity) slot = &alarm;
  }
  std::vector<AlarmEdge> edges;
  for (AlarmEdge& edge : edges_) {
    const auto found = now.find(KeyOf(edge));
    const double severity = found == now.end() ? 0 : std::min(found->second->severity, 1.0);
    edge.severity = options_.smoothing * severity + (1 - options_.smoothing) * edge.severity;
    if (found != now.end()) {
      edge.latest = *found->second;
      now.erase(found);
    }
    if (edge.severity >= options_.forget_below) edges.push_back(edge);
  }
  for (const auto& [key, alarm] : now) {  // first seen: σ⁰ = x₀
    edges.push_back(
        {std::get<0>(key), alarm->metric, alarm->detector, std::min(alarm->severity, 1.0), *alarm});
  }
  auto graph = std::make_shared<const AnomalyGraph>(time, components_, std::move(edges));
  edges_.assign(graph->alarms().begin(), graph->alarms().end());
  return graph;
}

void AnomalyGraphBuilder::Reset() { edges_.clear(); }

std::vector<std::vector<domain::NodeIndex>> ConnectedTroubles(const AnomalyGraph& graph,
                                                              double least) {
  std::vector<bool> alarmed(graph.node_count(), false);
  for (const AlarmEdge& edge : graph.alarms()) {
    if (edge.severity >= least && Index(edge.component) < alarmed.size())
      alarmed[Index(edge.component)] = true;
  }
  std::vector<std::vector<domain::NodeIndex>> groups;
  for (std::size_t start = 0; start < alarmed.size(); ++start) {
    if (!alarmed[start]) continue;
    std::set<std::size_t> group;
    std::vector<std::size_t> waiting = {start};
    alarmed[start] = false;
    while (!waiting.empty()) {
      const std::size_t node = waiting.back();
      waiting.pop_back();
      group.insert(node);
      for (const ComponentIndex neighbour : graph.components()[node].neighbours) {
        if (Index(neighbour) >= alarmed.size() || !alarmed[Index(neighbour)]) continue;
        alarmed[Index(neighbour)] = false;
        waiting.push_back(Index(neighbour));
      }
    }
    std::vector<domain::NodeIndex>& nodes = groups.emplace_back();
    for (const std::size_t node : group)
      nodes.push_back(domain::NodeIndex(static_cast<std::uint32_t>(node)));
  }
  return groups;
}

}  // namespace distdiag::graph
