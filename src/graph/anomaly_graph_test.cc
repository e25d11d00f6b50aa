#include "graph/anomaly_graph.h"

#include <gtest/gtest.h>

namespace distdiag::graph {
namespace {

using domain::NodeIndex;

base::Timestamp Second(int second) { return base::TimestampFromSeconds(second); }

domain::Alarm AlarmOn(std::uint32_t node, std::string_view metric, double severity) {
  return {NodeIndex(node),
          domain::FindMetric(metric).value(),
          domain::DetectorKind::kRecent,
          severity,
          Second(0),
          {}};
}

domain::Topology Lab() { return {"lab", {{"n1", "z2"}, {"n2", "z1"}, {"n3", "z2"}}}; }

TEST(AnomalyGraph, HoldsNodesZonesAndTheClusterWithTheirEdges) {
  AnomalyGraphBuilder builder(Lab());
  const auto graph = builder.Observe(Second(1), {});
  ASSERT_EQ(graph->components().size(), 6U);
  EXPECT_EQ(graph->node_count(), 3U);
  const auto& components = graph->components();
  EXPECT_EQ(components[3].kind, ComponentKind::kZone);
  EXPECT_EQ(components[3].name, "z1");
  EXPECT_EQ(components[5].kind, ComponentKind::kCluster);
  EXPECT_EQ(components[5].name, "lab");
  EXPECT_EQ(components[0].neighbours,
            (std::vector<ComponentIndex>{ComponentIndex(1), ComponentIndex(2), ComponentIndex(4),
                                         ComponentIndex(5)}));
  EXPECT_EQ(components[5].neighbours.size(), 3U);
  EXPECT_TRUE(graph->alarms().empty());
}

TEST(AnomalyGraph, SmoothsSeverityOverTicksAndForgets) {
  AnomalyGraphBuilder builder(Lab(), {.smoothing = 0.3, .forget_below = 0.02});
  const std::vector<domain::Alarm> alarms = {AlarmOn(1, "h_cpu_ext", 0.8)};
  EXPECT_DOUBLE_EQ(builder.Observe(Second(1), alarms)->alarms()[0].severity, 0.8);
  const std::vector<domain::Alarm> weaker = {AlarmOn(1, "h_cpu_ext", 0.4)};
  EXPECT_DOUBLE_EQ(builder.Observe(Second(2), weaker)->alarms()[0].severity, 0.3 * 0.4 + 0.7 * 0.8);
  const auto gone = builder.Observe(Second(3), {});
  EXPECT_NEAR(gone->alarms()[0].severity, 0.7 * 0.68, 1e-12);
  EXPECT_EQ(gone->alarms()[0].latest.severity, 0.4);
  std::shared_ptr<const AnomalyGraph> graph;
  for (int second = 4; second < 20; ++second) graph = builder.Observe(Second(second), {});
  EXPECT_TRUE(graph->alarms().empty());
  EXPECT_EQ(gone->alarms().size(), 1U) << "a snapshot never changes";
}

TEST(AnomalyGraph, KeepsTheStrongestOfATypeAndIgnoresWhatIsNoAlarm) {
  AnomalyGraphBuilder builder(Lab());
  const std::vector<domain::Alarm> alarms = {
      AlarmOn(2, "h_cpu_ext", 0.2), AlarmOn(2, "h_cpu_ext", 0.9), AlarmOn(0, "c_tps", 0),
      AlarmOn(0, "c_tps", std::numeric_limits<double>::quiet_NaN()), AlarmOn(77, "c_tps", 1)};
  const auto graph = builder.Observe(Second(1), alarms);
  ASSERT_EQ(graph->alarms().size(), 1U);
  EXPECT_EQ(graph->alarms()[0].severity, 0.9);
  EXPECT_EQ(graph->AlarmsOf(ComponentIndex(2)).size(), 1U);
  EXPECT_TRUE(graph->AlarmsOf(ComponentIndex(0)).empty());
  builder.Reset();
  EXPECT_TRUE(builder.Observe(Second(2), {})->alarms().empty());
}

TEST(ConnectedTroubles, IsOneGroupWhereAllReplicateWithAll) {
  AnomalyGraphBuilder builder(Lab());
  EXPECT_TRUE(ConnectedTroubles(*builder.Observe(Second(1), {})).empty());
  const std::vector<domain::Alarm> alarms = {AlarmOn(2, "h_cpu_ext", 0.9), AlarmOn(0, "c_tps", 0.5),
                                             AlarmOn(1, "c_tps", 0.01)};
  const auto groups = ConnectedTroubles(*builder.Observe(Second(2), alarms));
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0], (std::vector<NodeIndex>{NodeIndex(0), NodeIndex(2)}));
}

TEST(ConnectedTroubles, SeparatesNodesWithoutACommonEdge) {
  auto components = std::make_shared<std::vector<Component>>(std::vector<Component>{
      {ComponentKind::kNode, "a", {ComponentIndex(1)}},
      {ComponentKind::kNode, "b", {ComponentIndex(0)}},
      {ComponentKind::kNode, "c", {}},
  });
  std::vector<AlarmEdge> alarms;
  for (std::uint32_t node = 0; node < 3; ++node) {
    alarms.push_back({ComponentIndex(node),
                      domain::FindMetric("c_tps").value(),
                      domain::DetectorKind::kPeer,
                      0.5,
                      {}});
  }
  const auto groups = ConnectedTroubles(AnomalyGraph(Second(1), components, alarms));
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].size(), 2U);
  EXPECT_EQ(groups[1], std::vector<NodeIndex>{NodeIndex(2)});
}

}  // namespace
}  // namespace distdiag::graph
