#include "detect/classify/baseline.h"

#include "detect/testing.h"

#include <cmath>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

constexpr auto kFirst = domain::NodeIndex(0);

TEST(Baseline, IsReadyAfterTenRowsThatHaveLeftTheWindow) {
  RowTape tape(1, {"c_tps"});
  Baseline baseline(tape.layout());
  for (int tick = 0; tick < 17; ++tick) {
    tape.Append([&](std::size_t, std::size_t) { return tick; });
    baseline.Advance(tape.View(), Learning::kFollow);
    EXPECT_FALSE(baseline.ready()) << tick;
  }
  tape.Append([](std::size_t, std::size_t) { return 17; });
  baseline.Advance(tape.View(), Learning::kFollow);
  ASSERT_TRUE(baseline.ready());
  EXPECT_DOUBLE_EQ(baseline.Signals(kFirst)[0], 4.5);  // rows 0..9
  EXPECT_NEAR(baseline.Spread(kFirst, 0), std::sqrt(8.25), 1e-9);
}

TEST(Baseline, HeldRowsNeverBecomeTheNormal) {
  RowTape tape(1, {"c_tps"});
  Baseline baseline(tape.layout());
  for (int tick = 0; tick < 100; ++tick) {
    tape.Append([&](std::size_t, std::size_t) { return tick < 30 ? 10 : 999; });
    baseline.Advance(tape.View(), tick < 30 ? Learning::kFollow : Learning::kHold);
  }
  EXPECT_DOUBLE_EQ(baseline.Signals(kFirst)[0], 10);
}

TEST(Baseline, RemembersTheNewestSixtyRowsAndForgetsGaps) {
  RowTape tape(1, {"c_tps"});
  Baseline baseline(tape.layout());
  for (int tick = 0; tick < 200; ++tick) {
    tape.Append([&](std::size_t, std::size_t) -> double {
      return tick % 2 == 0 ? kGap : tick < 120 ? 1 : 5;
    });
    baseline.Advance(tape.View(), Learning::kFollow);
  }
  EXPECT_DOUBLE_EQ(baseline.Signals(kFirst)[0], 5);
  EXPECT_TRUE(std::isnan(baseline.Signals(kFirst)[1]));  // not in the layout
  baseline.Reset();
  EXPECT_FALSE(baseline.ready());
}

TEST(Baseline, AHeldNodeKeepsWhatItHadWhileTheOthersGoOn) {
  RowTape tape(2, {"c_tps"});
  Baseline baseline(tape.layout());
  for (int tick = 0; tick < 300; ++tick) {
    tape.Append([&](std::size_t, std::size_t) { return tick < 80 ? 10 + tick % 2 : 999; });
    baseline.Advance(tape.View(), Learning::kFollow,
                     tick < 80 ? std::set<domain::NodeIndex>{} : std::set{kFirst});
  }
  EXPECT_DOUBLE_EQ(baseline.Signals(kFirst)[0], 10.5);
  EXPECT_DOUBLE_EQ(baseline.Spread(kFirst, 0), 0.5);
  EXPECT_DOUBLE_EQ(baseline.Signals(domain::NodeIndex(1))[0], 999);
}

TEST(Baseline, WhatMovedForGoodIsTheNormalAtOnceAndTheRestIsUntouched) {
  RowTape tape(2, {"c_tps", "h_cpu_db"});
  const SignalColumns columns(tape.layout());
  Baseline baseline(tape.layout());
  for (int tick = 0; tick < 120; ++tick) {
    tape.Append([&](std::size_t, std::size_t) { return tick < 90 ? 1 : 7; });
    baseline.Advance(tape.View(), tick < 90 ? Learning::kFollow : Learning::kHold);
  }
  baseline.Relearn(tape.View(), {{kFirst}, {"cpu"}});
  for (std::size_t signal = 0; signal < kSignalCount; ++signal) {
    if (columns.column(signal) < 0) continue;
    const bool is_cpu = domain::GetMetric(columns.metric(signal)).group == "cpu";
    EXPECT_DOUBLE_EQ(baseline.Signals(kFirst)[signal], is_cpu ? 7 : 1) << signal;
    EXPECT_DOUBLE_EQ(baseline.Spread(kFirst, signal), 0) << signal;
    EXPECT_DOUBLE_EQ(baseline.Signals(domain::NodeIndex(1))[signal], 1) << signal;
  }
}

}  // namespace
}  // namespace distdiag::detect
