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

// Alarms of a series that rises by 5 a tick, and at tick 600 leaves its line by `leaves`.
std::size_t AlarmsOnASlope(const RecentOptions& options, double leaves) {
  RecentDetector detector(options);
  RowTape tape(1, {"c_p95_ms"});
  base::Random random(2);
  std::size_t alarms = 0;
  for (int tick = 0; tick < 650; ++tick) {
    tape.Append([&](std::size_t, std::size_t) {
      return 100 + 5 * tick + (tick >= 600 ? leaves : 0) + 3 * Noise(random);
    });
    alarms += detector.Observe(tape.View(), Learning::kFollow).size();
  }
  return alarms;
}

TEST(RecentDetector, WithATrendASteadySlopeIsNoAlarmButLeavingItIs) {
  const RecentOptions level{.spread_floor = 0.01},
      trend{.spread_floor = 0.01, .trend_follow = 0.02};
  EXPECT_EQ(AlarmsOnASlope(trend, 0), 0U);
  EXPECT_GT(AlarmsOnASlope(trend, 300), 0U);
  // Without one the slope is taken for noise: its band is too wide for the same departure.
  EXPECT_EQ(AlarmsOnASlope(level, 300), 0U);
}

TEST(RecentDetector, ASlopeIsOfTimeNotOfTicks) {
  RecentDetector detector({.spread_floor = 0.01, .trend_follow = 0.02});
  RowTape tape(1, {"c_p95_ms"});
  base::Random random(2);
  for (int tick = 0; tick < 400; ++tick) {
    const bool is_gap = tick > 100 && tick % 90 < 20;  // 20 ticks are missing, now and then
    tape.Append([&](std::size_t, std::size_t) {
      return is_gap ? static_cast<double>(kGap) : 100 + 5 * tick + 3 * Noise(random);
    });
    EXPECT_TRUE(detector.Observe(tape.View(), Learning::kFollow).empty()) << tick;
  }
}

TEST(RecentDetector, ANewSlopeWithoutTroubleBecomesTheNormal) {
  RecentDetector detector({.spread_floor = 0.01, .trend_follow = 0.02});
  RowTape tape(1, {"c_p95_ms"});
  base::Random random(2);
  std::size_t first = 0, last = 0;
  for (int tick = 0; tick < 500; ++tick) {
    tape.Append([&](std::size_t, std::size_t) {
      return 100 + tick + 100 * std::max(0, tick - 200) + 3 * Noise(random);
    });
    const std::size_t alarms = detector.Observe(tape.View(), Learning::kFollow).size();
    (tick < 300 ? first : last) += alarms;
  }
  EXPECT_GT(first, 0U);
  EXPECT_EQ(last, 0U);
}

}  // namespace
}  // namespace distdiag::detect
