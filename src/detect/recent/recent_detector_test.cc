#include "detect/recent/recent_detector.h"

#include "detect/testing.h"

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

TEST(RecentDetector, AShortSpikeRaisesNothing) {
  RecentDetector detector;
  RowTape tape(1, {"c_p95_ms"});
  base::Random random(2);
  for (int tick = 0; tick < 80; ++tick) {
    tape.Append(
        [&](std::size_t, std::size_t) { return 100 + 3 * Noise(random) + (tick == 40 ? 100 : 0); });
    EXPECT_TRUE(detector.Observe(tape.View(), Learning::kFollow).empty()) << tick;
  }
}

TEST(RecentDetector, FollowsASlowChange) {
  RecentDetector detector;
  RowTape tape(1, {"c_p95_ms"});
  base::Random random(2);
  for (int tick = 0; tick < 400; ++tick) {
    tape.Append([&](std::size_t, std::size_t) { return 100 + 0.5 * tick + 3 * Noise(random); });
    EXPECT_TRUE(detector.Observe(tape.View(), Learning::kFollow).empty()) << tick;
  }
}

TEST(RecentDetector, OneThingMoreWhereNothingEverWasIsNoAlarm) {
  RecentDetector detector;
  RowTape tape(1, {"d_wsrep_local_recv_queue"});
  for (int tick = 0; tick < 80; ++tick) {
    tape.Append([&](std::size_t, std::size_t) { return tick >= 40 ? 0.9 : 0; });
    EXPECT_TRUE(detector.Observe(tape.View(), Learning::kFollow).empty()) << tick;
  }
}

TEST(RecentDetector, AFallOfThroughputIsTrouble) {
  RecentDetector detector;
  RowTape tape(1, {"c_tps"});
  std::vector<domain::Alarm> alarms;
  for (int tick = 0; tick < 60; ++tick) {
    tape.Append([&](std::size_t, std::size_t) { return tick >= 50 ? 2.0 : 30.0 + tick % 2; });
    alarms = detector.Observe(tape.View(), Learning::kFollow);
  }
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_LT(alarms[0].evidence.observed, alarms[0].evidence.band_low);
  EXPECT_GT(alarms[0].severity, 0.2);
}

}  // namespace
}  // namespace distdiag::detect
