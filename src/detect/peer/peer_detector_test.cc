#include "detect/peer/peer_detector.h"

#include "detect/testing.h"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

TEST(PeerDetector, ANodeThatAlwaysDiffersIsForgiven) {
  PeerDetector detector;
  RowTape tape(3, {"c_p95_ms"});
  base::Random random(3);
  for (int tick = 0; tick < 60; ++tick) {
    tape.Append(
        [&](std::size_t node, std::size_t) { return (node == 2 ? 400 : 100) + 3 * Noise(random); });
    EXPECT_TRUE(detector.Observe(tape.View(), Learning::kFollow).empty()) << tick;
  }
}

TEST(PeerDetector, WhatAllNodesDoRaisesNothing) {
  PeerDetector detector;
  RowTape tape(3, {"c_p95_ms"});
  base::Random random(3);
  for (int tick = 0; tick < 60; ++tick) {
    tape.Append(
        [&](std::size_t, std::size_t) { return (tick < 30 ? 1 : 5) * (100 + Noise(random)); });
    EXPECT_TRUE(detector.Observe(tape.View(), Learning::kFollow).empty()) << tick;
  }
}

TEST(PeerDetector, OneNodeHasNoPeers) {
  PeerDetector detector;
  RowTape tape(1, {"c_p95_ms"});
  for (int tick = 0; tick < 60; ++tick) {
    tape.Append([&](std::size_t, std::size_t) { return tick < 30 ? 100 : 9000; });
    EXPECT_TRUE(detector.Observe(tape.View(), Learning::kFollow).empty());
  }
}

TEST(PeerDetector, AlarmsAreOrderedByNodeThenMetric) {
  PeerDetector detector;
  RowTape tape(12, {"h_disk_util", "c_p95_ms"});
  base::Random random(3);
  std::vector<domain::Alarm> alarms;
  for (int tick = 0; tick < 60; ++tick) {
    tape.Append([&](std::size_t node, std::size_t column) {
      const double level = column == 0 ? 0.2 : 100;
      return level * (1 + 0.02 * Noise(random)) * (tick >= 30 && node % 6 == 1 ? 4 : 1);
    });
    alarms = detector.Observe(tape.View(), Learning::kHold);
    if (tick < 30) alarms = detector.Observe(tape.View(), Learning::kFollow);
  }
  ASSERT_EQ(alarms.size(), 4U);
  for (std::size_t i = 0; i + 1 < alarms.size(); ++i) {
    EXPECT_LT(std::tie(alarms[i].node, alarms[i].metric),
              std::tie(alarms[i + 1].node, alarms[i + 1].metric));
  }
}

using domain::NodeRole;

// p95 of nodes: the leaders' is three times the followers'.
struct LeadersAndFollowers {
  explicit LeadersAndFollowers(std::vector<NodeRole> of_nodes)
      : roles(std::move(of_nodes)), tape(roles.size(), {"c_p95_ms"}) {}

  // `bad`: this node's value is `factor` times as high.
  std::vector<domain::Alarm> Step(std::size_t bad = 99, double factor = 1) {
    tape.Append([&](std::size_t node, std::size_t) {
      const double level = roles[node] == NodeRole::kLeader ? 300 : 100;
      return (level + Noise(random)) * (node == bad ? factor : 1);
    });
    return detector.Observe(tape.View(), Learning::kFollow);
  }
  void Calm(int ticks) {
    for (int i = 0; i < ticks; ++i) EXPECT_TRUE(Step().empty()) << i;
  }

  std::vector<NodeRole> roles;
  RowTape tape;
  base::Random random{7};
  PeerDetector detector;
};

constexpr auto kLead = NodeRole::kLeader;
constexpr auto kFollow = NodeRole::kFollower;

TEST(PeerDetectorRoles, RolesThatNobodyTellsChangeNothing) {
  for (const std::size_t nodes : {3U, 12U}) {
    LeadersAndFollowers with(std::vector<NodeRole>(nodes, kFollow));
    LeadersAndFollowers without(with.roles);
    const std::vector<NodeRole> unknown(nodes, NodeRole::kUnknown);
    for (int tick = 0; tick < 60; ++tick) {
      with.detector.SetRoles(unknown);
      const double factor = tick < 40 ? 1 : 3;
      const auto a = with.Step(1, factor), b = without.Step(1, factor);
      ASSERT_EQ(a.size(), b.size());
      for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].node, b[i].node);
        EXPECT_EQ(a[i].severity, b[i].severity);  // to the bit
        EXPECT_EQ(a[i].evidence.band_high, b[i].evidence.band_high);
      }
    }
  }
}

// What a node does matters to nodes of its own role alone.
TEST(PeerDetectorRoles, AFollowerIsComparedWithFollowersOnly) {
  LeadersAndFollowers world({kLead, kFollow, kFollow, kFollow});
  world.detector.SetRoles(world.roles);
  world.Calm(40);
  bool alarmed = false;
  for (int i = 0; i < 15; ++i) {
    for (const domain::Alarm& alarm : world.Step(2, 3)) {
      EXPECT_EQ(alarm.node, domain::NodeIndex(2));
      EXPECT_NEAR(alarm.evidence.expected, 100, 15);
      alarmed = true;
    }
  }
  EXPECT_TRUE(alarmed);
}

TEST(PeerDetectorRoles, TheOnlyLeaderHasNoPeers) {
  LeadersAndFollowers world({kLead, kFollow, kFollow});
  world.detector.SetRoles(world.roles);
  world.Calm(40);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(world.Step(0, 5).empty());
}

TEST(PeerDetectorRoles, ANodeOfUnknownRoleIsComparedWithAll) {
  LeadersAndFollowers world({kLead, kFollow, kFollow});
  world.detector.SetRoles(std::vector<NodeRole>{kLead, kFollow, NodeRole::kUnknown});
  world.Calm(40);
  std::set<domain::NodeIndex> alarmed;
  for (int i = 0; i < 15; ++i) {
    for (const domain::Alarm& alarm : world.Step(2, 20)) alarmed.insert(alarm.node);
  }
  EXPECT_TRUE(alarmed.contains(domain::NodeIndex(2)));
}

// The leader's load moves with the leader: nobody alarms, also not those that got other peers.
TEST(PeerDetectorRoles, ANodeWhoseRoleChangesLearnsAnew) {
  for (const std::size_t nodes : {3U, 4U, 5U, 12U}) {
    std::vector<NodeRole> roles(nodes, kFollow);
    roles[0] = roles[1] = kLead;
    LeadersAndFollowers world(roles);
    world.detector.SetRoles(world.roles);
    world.Calm(40);
    std::swap(world.roles[0], world.roles[2]);
    world.detector.SetRoles(world.roles);
    world.Calm(40);
    // And it has learned: a new departure is seen (12 nodes: 10 followers, density).
    bool alarmed = false;
    for (int i = 0; i < 15; ++i) {
      for (const domain::Alarm& alarm : world.Step(0, 4))
        alarmed = alarmed || alarm.node == domain::NodeIndex(0);
    }
    EXPECT_EQ(alarmed, nodes > 3) << nodes;  // of 3 nodes it is the only follower
  }
}

TEST(PeerDetectorRoles, TheOrderOfTheNodesDoesNotMatter) {
  LeadersAndFollowers a({kLead, kLead, kFollow, kFollow, kFollow});
  LeadersAndFollowers b({kFollow, kFollow, kFollow, kLead, kLead});
  a.detector.SetRoles(a.roles);
  b.detector.SetRoles(b.roles);
  for (int tick = 0; tick < 60; ++tick) {
    const double factor = tick < 40 ? 1 : 3;
    const auto value = [&](std::size_t node) {
      return (node < 2 ? 300 : 100) + 10 * std::sin(3.7 * tick + static_cast<double>(node));
    };
    a.tape.Append([&](std::size_t n, std::size_t) { return value(n) * (n == 1 ? factor : 1); });
    b.tape.Append([&](std::size_t n, std::size_t) { return value(4 - n) * (n == 3 ? factor : 1); });
    const auto from_a = a.detector.Observe(a.tape.View(), Learning::kFollow);
    const auto from_b = b.detector.Observe(b.tape.View(), Learning::kFollow);
    ASSERT_EQ(from_a.size(), from_b.size());
    for (std::size_t i = 0; i < from_a.size(); ++i) {
      const auto& mirrored = from_b[from_b.size() - 1 - i];
      EXPECT_EQ(domain::Index(from_a[i].node), 4 - domain::Index(mirrored.node));
      EXPECT_EQ(from_a[i].severity, mirrored.severity);
    }
  }
}

}  // namespace
}  // namespace distdiag::detect
