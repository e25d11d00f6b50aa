// Worked examples of docs/methods.md §1, steps 2 to 4.
#include "rank/rcr.h"

#include <cmath>

#include <gtest/gtest.h>

namespace distdiag::rank {
namespace {

using graph::AlarmEdge;
using graph::AnomalyGraph;
using graph::Component;
using graph::ComponentIndex;
using graph::ComponentKind;

domain::MetricId Metric(std::string_view name) { return domain::FindMetric(name).value(); }

// Edges between nodes 0..count-1 as pairs; then one cluster component connected to all, if wanted.
AnomalyGraph Graph(std::size_t count,
                   const std::vector<std::pair<std::uint32_t, std::uint32_t>>& edges,
                   const std::vector<std::pair<std::uint32_t, double>>& alarms,
                   ComponentKind last = ComponentKind::kNode) {
  auto components = std::make_shared<std::vector<Component>>(count);
  for (const auto& [a, b] : edges) {
    (*components)[a].neighbours.push_back(ComponentIndex(b));
    (*components)[b].neighbours.push_back(ComponentIndex(a));
  }
  for (Component& component : *components)
    std::sort(component.neighbours.begin(), component.neighbours.end());
  components->back().kind = last;
  std::vector<AlarmEdge> edges_of_alarms;
  for (const auto& [component, severity] : alarms) {
    edges_of_alarms.push_back({ComponentIndex(component),
                               Metric("h_psi_io_some"),
                               domain::DetectorKind::kRecent,
                               severity,
                               {}});
  }
  return {base::TimestampFromSeconds(1), components, edges_of_alarms};
}

TEST(AlarmEdgeScore, IsTheSeverityForALoneAlarmAndNeverZero) {
  EXPECT_DOUBLE_EQ(AlarmEdgeScore(0.8, 3, 1), 0.8);
  EXPECT_NEAR(AlarmEdgeScore(0.8, 3, 3), 0.8 * std::log(2) / std::log(4),
              1e-12);  // the printed formula gives 0
  EXPECT_NEAR(AlarmEdgeScore(1, 3, 2), std::log(2.5) / std::log(4), 1e-12);
  for (std::size_t alarmed = 1; alarmed <= 100; ++alarmed) {
    const double score = AlarmEdgeScore(1, 100, alarmed);
    EXPECT_TRUE(score > 0 && score <= 1) << alarmed;
  }
}

TEST(Criticality, IsBetweenZeroAndOneForEveryMetric) {
  for (std::size_t i = 0; i < domain::AllMetrics().size(); ++i) {
    const double criticality = Criticality(domain::MetricId(static_cast<std::uint16_t>(i)));
    EXPECT_TRUE(criticality > 0 && criticality <= 1) << domain::AllMetrics()[i].name;
  }
}

TEST(RootCauseRelevance, NoAlarmsNoScore) {
  for (const ComponentScore& score : RootCauseRelevance(Graph(3, {{0, 1}, {1, 2}}, {})))
    EXPECT_EQ(score.rcr(), 0);
  EXPECT_TRUE(RootCauseRelevance(AnomalyGraph()).empty());
}

// A chain a - b - c with an alarm on a: b has two neighbours (a sends cs_a, c nothing yet), c has one.
TEST(RootCauseRelevance, PropagatesAlongAChainLevelByLevel) {
  const auto scores = RootCauseRelevance(Graph(3, {{0, 1}, {1, 2}}, {{0, 0.5}}));
  const double rho = Criticality(Metric("h_psi_io_some"));
  const double initial = rho * 0.5;
  EXPECT_DOUBLE_EQ(scores[0].initial, initial);
  EXPECT_EQ(scores[0].propagated, 0);
  const double to_b = std::log(3) * initial / 2;
  EXPECT_NEAR(scores[1].propagated, to_b, 1e-12);
  EXPECT_NEAR(scores[2].propagated, 0.9 * to_b, 1e-12);  // β, the only neighbour
}

// Two alarmed ends: each propagates by itself; nothing comes back to its source.
TEST(RootCauseRelevance, SourcesAddUp) {
  const auto one = RootCauseRelevance(Graph(3, {{0, 1}, {1, 2}}, {{0, 0.5}}));
  const auto both = RootCauseRelevance(Graph(3, {{0, 1}, {1, 2}}, {{0, 0.5}, {2, 0.5}}));
  const double rarity =
      std::log(1 + 3.0 / 2) / std::log(4);  // the alarm type now stands on two of three
  EXPECT_NEAR(both[1].propagated, 2 * rarity * one[1].propagated, 1e-12);
  EXPECT_NEAR(both[0].propagated, rarity * one[2].propagated, 1e-12);
}

TEST(RootCauseRelevance, AWalkEndsAtTheCluster) {
  // a - cluster - c, no edge a - c: nothing reaches c.
  const AnomalyGraph graph = Graph(3, {{0, 2}, {1, 2}}, {{0, 1.0}}, ComponentKind::kCluster);
  const auto scores = RootCauseRelevance(graph);
  EXPECT_GT(scores[2].propagated, 0);
  EXPECT_EQ(scores[1].propagated, 0);
}

TEST(RootCauseRelevance, TheLiteralCountOfNeighboursIsAnOption) {
  const AnomalyGraph graph = Graph(2, {{0, 1}}, {{0, 1.0}, {1, 1.0}});
  const auto ours = RootCauseRelevance(graph);
  const auto literal = RootCauseRelevance(
      graph, {.beta = 0.9, .neighbours = RcrOptions::Neighbours::kComponentsAndAlarms});
  EXPECT_NEAR(ours[0].propagated, 0.9 * ours[1].initial, 1e-12);
  EXPECT_NEAR(literal[0].propagated, std::log(3) * ours[1].initial / 2, 1e-12);
}

TEST(RootCauseRelevance, FullMeshRanksTheLoneAlarmFirst) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
  for (std::uint32_t a = 0; a < 20; ++a) {
    for (std::uint32_t b = a + 1; b < 20; ++b) edges.emplace_back(a, b);
  }
  const auto scores = RootCauseRelevance(Graph(20, edges, {{7, 0.9}}));
  for (std::size_t i = 0; i < scores.size(); ++i) {
    EXPECT_TRUE(std::isfinite(scores[i].rcr()));
    if (i != 7) {
      EXPECT_LT(scores[i].rcr(), scores[7].rcr());
    }
  }
}

}  // namespace
}  // namespace distdiag::rank
