#include "lab/workload/load_shape.h"

#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using std::chrono::seconds;

TEST(LoadShape, RampGoesFromOneNumberToTheOther) {
  const LoadShape shape{
      .terminals = 8, .ramp = Ramp{.from = 2, .to = 12, .length = seconds(100)}, .day = {}};
  EXPECT_EQ(MostTerminals(shape), 12);
  EXPECT_EQ(ActiveTerminals(shape, seconds(0)), 2);
  EXPECT_EQ(ActiveTerminals(shape, seconds(50)), 7);
  EXPECT_EQ(ActiveTerminals(shape, seconds(99)), 12);
  EXPECT_EQ(ActiveTerminals(shape, seconds(5000)), 12);
  EXPECT_EQ(ActiveTerminals(shape, seconds(-5)), 2);  // the clock was set back
}

TEST(LoadShape, RampFallsToo) {
  const LoadShape shape{
      .terminals = 8, .ramp = Ramp{.from = 10, .to = 0, .length = seconds(10)}, .day = {}};
  EXPECT_EQ(MostTerminals(shape), 10);
  EXPECT_EQ(ActiveTerminals(shape, seconds(5)), 5);
  EXPECT_EQ(ActiveTerminals(shape, seconds(10)), 0);
}

TEST(LoadShape, RampOfNoLengthIsAJump) {
  const LoadShape shape{.terminals = 8, .ramp = Ramp{.from = 1, .to = 4, .length = {}}, .day = {}};
  EXPECT_EQ(ActiveTerminals(shape, seconds(0)), 4);
}

TEST(LoadShape, WithoutRampAllWork) {
  EXPECT_EQ(ActiveTerminals(LoadShape{}, seconds(0)), 8);
  EXPECT_EQ(PaceFactor(LoadShape{}, base::TimestampFromSeconds(12345)), 1.0);
}

TEST(LoadShape, DaySwingsBetweenTwoFifthsAndAll) {
  const LoadShape shape{.terminals = 8, .ramp = {}, .day = seconds(400)};
  const auto at = [&](double s) { return PaceFactor(shape, base::TimestampFromSeconds(4000 + s)); };
  EXPECT_NEAR(at(0), 0.7, 1e-9);
  EXPECT_NEAR(at(100), 1.0, 1e-9);
  EXPECT_NEAR(at(200), 0.7, 1e-9);
  EXPECT_NEAR(at(300), 0.4, 1e-9);
  EXPECT_NEAR(at(400), at(0), 1e-9);
}

TEST(LoadShape, RampIsReadAndRefused) {
  const auto ramp = ParseRamp("2:16:300");
  ASSERT_TRUE(ramp);
  EXPECT_EQ(ramp->from, 2);
  EXPECT_EQ(ramp->to, 16);
  EXPECT_EQ(ramp->length, seconds(300));
  for (const char* wrong : {"", "2", "2:16", "2:16:", "2:16:300:", "2:16:x", "-1:2:3", "1:2:-3",
                            "1:2000:3", "1:2:99999999999", " 1:2:3", "1:2:3 "})
    EXPECT_FALSE(ParseRamp(wrong)) << wrong;
}

}  // namespace
}  // namespace distdiag::lab
