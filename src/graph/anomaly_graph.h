// The anomaly graph: the components of a cluster, how they depend on each other, and the alarms they raise
// (GRANO's second layer, docs/methods.md §1).
//
// Why so: rankers, API and UI read one immutable snapshot; the builder alone keeps the smoothed severities.
#pragma once

#include "base/time.h"
#include "domain/alarm.h"
#include "domain/topology.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace distdiag::graph {

enum class ComponentKind { kNode, kZone, kCluster };

std::string_view ComponentKindName(ComponentKind kind);  // "node" "zone" "cluster"

// Position in AnomalyGraph::components(); nodes come first, in NodeIndex order, then zones by name, then the cluster.
enum class ComponentIndex : std::uint32_t {};

constexpr std::size_t Index(ComponentIndex component) {
  return static_cast<std::size_t>(component);
}

struct Component {
  ComponentKind kind = ComponentKind::kNode;
  std::string name;
  std::vector<ComponentIndex>
      neighbours;  // sorted; node-node: replication, node-zone, node-cluster: belongs to
};

// An alarm type on a component: one detector on one metric. Its severity is GRANO's σ_e, smoothed over ticks.
struct AlarmEdge {
  ComponentIndex component;
  domain::MetricId metric;
  domain::DetectorKind detector;
  double severity = 0;   // σ_e, (0, 1]
  domain::Alarm latest;  // newest alarm of the type
};

// Thread: const-safe (immutable once built).
class AnomalyGraph {
 public:
  AnomalyGraph() = default;
  AnomalyGraph(base::Timestamp time, std::shared_ptr<const std::vector<Component>> components,
               std::vector<AlarmEdge> alarms);

  base::Timestamp time() const { return time_; }
  std::span<const Component> components() const { return *components_; }
  std::size_t node_count() const { return node_count_; }
  // Sorted by component, metric, detector.
  std::span<const AlarmEdge> alarms() const { return alarms_; }
  std::span<const AlarmEdge> AlarmsOf(ComponentIndex component) const;

 private:
  base::Timestamp time_;
  std::shared_ptr<const std::vector<Component>> components_ =
      std::make_shared<std::vector<Component>>();
  std::size_t node_count_ = 0;
  std::vector<AlarmEdge> alarms_;
  std::vector<std::size_t> first_alarm_;  // by component, one more than components
};

struct GraphOptions {
  double smoothing = 0.3;      // α of σᵗ = α·x_t + (1−α)·σᵗ⁻¹, per tick
  double forget_below = 0.02;  // an alarm type whose σ_e fell below leaves the graph
};

// Follows the alarms tick by tick.
// Thread: single (owner: detect loop). Cost: O(alarm types) a tick.
class AnomalyGraphBuilder {
 public:
  explicit AnomalyGraphBuilder(const domain::Topology& topology, GraphOptions options = {});

  // `alarms`: all that stand at this tick; a type that is missing counts as severity 0.
  std::shared_ptr<const AnomalyGraph> Observe(base::Timestamp time,
                                              std::span<const domain::Alarm> alarms);
  void Reset();

 private:
  GraphOptions options_;
  std::shared_ptr<const std::vector<Component>> components_;
  std::vector<AlarmEdge> edges_;  // sorted as in the snapshot
};

// Groups of nodes whose troubles belong together: alarmed nodes (smoothed severity of an alarm at least `least`) that
// replicate with each other. Nodes sorted in a group, groups by their first node. In a cluster where all replicate with
// all there is at most one group.
std::vector<std::vector<domain::NodeIndex>> ConnectedTroubles(const AnomalyGraph& graph,
                                                              double least = 0.05);

}  // namespace distdiag::graph
