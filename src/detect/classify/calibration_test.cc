#include "detect/classify/calibration.h"

#include "base/random.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

TEST(FitCalibration, NoPointsIsTheIdentity) { EXPECT_EQ(FitCalibration({}), Calibration{}); }

TEST(FitCalibration, FindsTheSigmoidThatMadeThePoints) {
  base::Random random(5);
  std::vector<CalibrationPoint> points;
  for (int i = 0; i < 50'000; ++i) {
    const double margin = 8 * random.NextUnit() - 4;
    const double probability = 1 / (1 + std::exp(-(0.6 * margin - 0.5)));
    points.push_back({static_cast<float>(margin), random.NextUnit() < probability, 1.0});
  }
  const Calibration fit = FitCalibration(points);
  EXPECT_NEAR(fit.slope, 0.6, 0.03);  // standard error about 0.008
  EXPECT_NEAR(fit.offset, -0.5, 0.05);
}

TEST(FitCalibration, AHandfulOfCasesMovesItALittle) {
  std::vector<CalibrationPoint> points;
  for (int i = 0; i < 3; ++i) points.push_back({4.0F, true, 1.0});
  points.push_back({-4.0F, false, 1.0});
  const Calibration fit = FitCalibration(points);
  EXPECT_NEAR(fit.slope, 1, 0.2);
  EXPECT_NEAR(fit.offset, 0, 0.2);
}

TEST(FitCalibration, NeverTurnsTheOrder) {
  std::vector<CalibrationPoint> points;
  for (int i = 0; i < 100; ++i)
    points.push_back({static_cast<float>(i % 2 == 0 ? 5 : -5), i % 2 != 0, 1.0});
  EXPECT_GT(FitCalibration(points).slope, 0.0);
}

TEST(Calibrated, IsWithinZeroAndOne) {
  for (const float margin : {-1e30F, -5.0F, 0.0F, 5.0F, 1e30F}) {
    const double probability = Calibrated({1.3F, 0.2F}, margin);
    EXPECT_TRUE(probability >= 0 && probability <= 1) << margin;
  }
}

}  // namespace
}  // namespace distdiag::detect
