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

}  // namespace
}  // namespace distdiag::detect
