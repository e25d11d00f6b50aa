#include "engine/cluster_watch.h"

#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using domain::NodeIndex;
using serve::ClusterCondition;
using serve::NodeCondition;

base::Timestamp At(int second) {
  return base::Timestamp(std::chrono::seconds(1'000'020 + second));
}  // second 0 = a full minute

class ClusterWatchTest : public ::testing::Test {
 protected:
  ClusterWatchTest()
      : tps_(*domain::FindMetric("c_tps")), disk_(*domain::FindMetric("h_disk_util")) {
    topology_ = {.cluster = "lab",
                 .nodes = {{.name = "n1", .zone = {}}, {.name = "n2", .zone = {}}}};
    layout_ = domain::SeriesLayout(2, {tps_, disk_});
    pipeline_ =
        Pipeline::New({}, topology_, layout_, std::make_shared<const detect::ModelArtefact>())
            .value();
    watch_ = std::make_unique<ClusterWatch>(topology_, layout_);
  }
  // `second` metrics of node n2 are left out as asked.
  void Tick(int second, bool n2_answers = true, bool n2_has_disk = true, bool trouble = false) {
    domain::TickSamples tick{.time = At(second), .nodes = {}};
    for (std::uint32_t n = 0; n < 2; ++n) {
      domain::NodeSamples batch{
          .node = NodeIndex(n), .answered = n == 0 || n2_answers, .values = {}};
      if (batch.answered) batch.values.push_back({tps_, 30});
      if (batch.answered && (n == 0 || n2_has_disk)) batch.values.push_back({disk_, 0.3F});
      tick.nodes.push_back(std::move(batch));
    }
    outcome_ = pipeline_->Process(tick);
    watch_->Note(tick, outcome_, trouble);
  }
  std::shared_ptr<const serve::ClusterLive> View() {
    return watch_->View(*pipeline_, outcome_, At(0));
  }

  domain::MetricId tps_;
  domain::MetricId disk_;
  domain::Topology topology_;
  domain::SeriesLayout layout_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<ClusterWatch> watch_;
  TickOutcome outcome_;
};

TEST_F(ClusterWatchTest, LearnsFirstThenIsOk) {
  Tick(0);
  EXPECT_EQ(View()->condition, ClusterCondition::kLearning);
  for (int second = 1; second < 30; ++second) Tick(second);
  EXPECT_EQ(View()->condition, ClusterCondition::kOk);
  EXPECT_EQ(View()->time, At(29));
}

TEST_F(ClusterWatchTest, OnlySignalsThatTheSourceDeliversAreDrawn) {
  Tick(0);
  const auto view = View();
  for (const std::string& name : view->golden_signals)
    EXPECT_TRUE(layout_.column(*domain::FindMetric(name))) << name;
  EXPECT_FALSE(view->golden_signals.empty());
}

TEST_F(ClusterWatchTest, ASilentNodeIsABlindSpotAfterThreeSeconds) {
  for (int second = 0; second < 10; ++second) Tick(second);
  for (int second = 10; second < 12; ++second) Tick(second, false);
  EXPECT_TRUE(View()->blind_spots.empty());
  for (int second = 12; second < 15; ++second) Tick(second, false);
  ASSERT_EQ(View()->blind_spots.size(), 1u);
  EXPECT_EQ(View()->blind_spots[0].group, "all");
  EXPECT_EQ(View()->blind_spots[0].since, At(10));
  EXPECT_EQ(View()->condition, ClusterCondition::kLearning);
  EXPECT_EQ(View()->nodes[1].condition, NodeCondition::kSilent);
  EXPECT_EQ(View()->nodes[1].last_answer, At(9));
  Tick(15);
  EXPECT_TRUE(View()->blind_spots.empty());
}

TEST_F(ClusterWatchTest, AMissingGroupIsNamed) {
  for (int second = 0; second < 5; ++second) Tick(second);
  for (int second = 5; second < 17; ++second) Tick(second, true, false);
  ASSERT_EQ(View()->blind_spots.size(), 1u);
  EXPECT_EQ(View()->blind_spots[0].node, NodeIndex(1));
  EXPECT_EQ(View()->blind_spots[0].group, domain::GetMetric(disk_).group);
}

TEST_F(ClusterWatchTest, AFailingProbeExplainsItsNodesGaps) {
  for (int second = 0; second < 5; ++second) Tick(second);
  for (int second = 5; second < 17; ++second) {
    watch_->NoteTroubles({{.node = NodeIndex(1),
                           .probe = "host",
                           .message = "no such cgroup",
                           .is_limit = false,
                           .since = At(5)},
                          {.node = NodeIndex(0),
                           .probe = "mysql",
                           .message = "performance_schema is off",
                           .is_limit = true,
                           .since = At(5)}});
    Tick(second, true, false);
  }
  ASSERT_EQ(View()->blind_spots.size(), 1u) << "a limit is no gap; the missing group is explained";
  EXPECT_EQ(View()->blind_spots[0].group, "host");
  EXPECT_EQ(View()->blind_spots[0].reason, "no such cgroup");
  EXPECT_EQ(View()->blind_spots[0].since, At(5));
}

TEST_F(ClusterWatchTest, AClusterWithABlindSpotIsNotCalledWell) {
  for (int second = 0; second < 30; ++second) Tick(second);
  EXPECT_EQ(View()->condition, ClusterCondition::kOk);
  for (int second = 30; second < 50; ++second) Tick(second, true, false);
  EXPECT_EQ(View()->condition, ClusterCondition::kBlind);
  EXPECT_EQ(View()->health.back().condition, ClusterCondition::kBlind);
  Tick(50);
  EXPECT_EQ(View()->condition, ClusterCondition::kOk);
}

TEST_F(ClusterWatchTest, WhatOneNodeNeverDeliveredIsNoGapOfIt) {
  for (int second = 0; second < 30; ++second) Tick(second, true, false);
  EXPECT_TRUE(View()->blind_spots.empty());
}

TEST_F(ClusterWatchTest, WhatNoNodeEverDeliveredIsNoGap) {
  for (int second = 0; second < 30; ++second) {
    domain::TickSamples tick{.time = At(second), .nodes = {}};
    for (std::uint32_t n = 0; n < 2; ++n)
      tick.nodes.push_back({.node = NodeIndex(n), .answered = true, .values = {{tps_, 30}}});
    outcome_ = pipeline_->Process(tick);
    watch_->Note(tick, outcome_, false);
  }
  EXPECT_TRUE(View()->blind_spots.empty());
}

TEST_F(ClusterWatchTest, WhenNobodyAnswersTheClusterIsNotCalledWell) {
  for (int second = 0; second < 30; ++second) Tick(second);
  EXPECT_EQ(View()->condition, ClusterCondition::kOk);
  for (int second = 30; second < 40; ++second) {
    domain::TickSamples tick{.time = At(second), .nodes = {}};
    for (std::uint32_t n = 0; n < 2; ++n)
      tick.nodes.push_back({.node = NodeIndex(n), .answered = false, .values = {}});
    outcome_ = pipeline_->Process(tick);
    watch_->Note(tick, outcome_, false);
  }
  EXPECT_EQ(View()->condition, ClusterCondition::kNoData);
}

TEST_F(ClusterWatchTest, TheHealthStripKeepsTheWorstOfEachMinuteOfAnHour) {
  for (int second = 0; second < 130; ++second) Tick(second, true, true, second == 70);
  const auto health = View()->health;
  ASSERT_EQ(health.size(), 3u);
  EXPECT_EQ(health[0].condition, ClusterCondition::kOk);
  EXPECT_EQ(health[1].condition, ClusterCondition::kTrouble);
  EXPECT_EQ(health[2].condition, ClusterCondition::kOk);
  for (int minute = 3; minute < 100; ++minute) Tick(60 * minute);
  EXPECT_EQ(View()->health.size(), 60u);
}

TEST_F(ClusterWatchTest, RolesTenantsStructureAndExpectedShiftsAreShown) {
  Tick(0);
  EXPECT_EQ(View()->structure, nullptr);
  collect::SourceTick told;
  told.tenants = {{.node = NodeIndex(1), .loads = {{.tenant = 1002, .name = "shop"}}}};
  domain::DatabaseStructure structure;
  structure.servers.emplace_back().node = "n1";
  told.structures = {std::make_shared<const domain::DatabaseStructure>(structure)};
  watch_->NoteFacts(told);
  watch_->NoteFacts({});  // nothing new
  domain::TickSamples tick{.time = At(1), .nodes = {}};
  for (std::uint32_t n = 0; n < 2; ++n)
    tick.nodes.push_back({.node = NodeIndex(n),
                          .values = {{tps_, 30}},
                          .role = n == 0 ? domain::NodeRole::kLeader : domain::NodeRole::kUnknown});
  const std::vector<domain::ChangeEvent> changes = {{.time = At(1),
                                                     .kind = domain::ChangeKind::kFreeze,
                                                     .node = "n2",
                                                     .description = {},
                                                     .phase = domain::ChangePhase::kBegan}};
  outcome_ = pipeline_->Process(tick, changes);
  watch_->Note(tick, outcome_, false);
  const auto view = View();
  EXPECT_EQ(view->structure, told.structures[0]);
  EXPECT_EQ(view->nodes[0].role, domain::NodeRole::kLeader);
  EXPECT_EQ(view->nodes[1].role, domain::NodeRole::kUnknown);
  ASSERT_EQ(view->nodes[1].tenants.size(), 1U);
  ASSERT_EQ(view->expected.size(), 1U);
  EXPECT_EQ(view->expected[0].nodes, std::vector{NodeIndex(1)});
  // A silent node's loads are of the past; its role stays until another is told.
  Tick(2, false);
  EXPECT_TRUE(View()->nodes[1].tenants.empty());
  EXPECT_EQ(View()->nodes[0].role, domain::NodeRole::kLeader);
}

}  // namespace
}  // namespace distdiag::engine
