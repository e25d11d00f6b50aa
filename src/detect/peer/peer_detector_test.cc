#include "detect/peer/peer_detector.h"

#include "detect/testing.h"

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

}  // namespace
}  // namespace distdiag::detect
