#include "detect/recent/joint_shift.h"

#include "base/random.h"

#include <limits>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

// Enough metrics and usual rows that chance stays below the limit.
constexpr std::size_t kColumns = 100;
constexpr JointShiftOptions kOptions = {.calm_rows = 30};

// All metrics around 100 ± 2; `shift` is added to half of them.
std::vector<double> MakeRow(base::Random& random, double shift) {
  std::vector<double> row;
  for (std::size_t column = 0; column < kColumns; ++column)
    row.push_back(100 + 4 * (random.NextUnit() - 0.5) + (column % 2 == 0 ? shift : 0));
  return row;
}

TEST(JointShiftTest, SaysWhenManyMetricsMoveAndWhenTheyComeBack) {
  base::Random random(3);
  JointShift detector(kColumns, kOptions);
  for (std::size_t row = 0; row < 120; ++row) {
    const bool trouble = row >= 50 && row < 90;
    const auto finding = detector.Observe(MakeRow(random, trouble ? 40 : 0));
    const bool is_edge = (row >= 50 && row <= 52) || (row >= 90 && row <= 94);
    if (!is_edge) {
      EXPECT_EQ(finding.is_shifted, trouble) << row;
    }
  }
}

TEST(JointShiftTest, MissingConstantAndHugeValuesAreSurvived) {
  base::Random random(3);
  JointShift detector(kColumns, kOptions);
  for (std::size_t row = 0; row < 60; ++row) {
    std::vector<double> values = MakeRow(random, 0);
    values[0] = 0;
    values[1] = std::numeric_limits<double>::quiet_NaN();
    if (row % 3 == 0) values[2] = 1e300;
    const auto finding = detector.Observe(values);
    EXPECT_GE(finding.shift, 0);
    EXPECT_LE(finding.shift, 1);
    EXPECT_FALSE(finding.is_shifted) << row;
  }
  JointShift empty(1);
  const std::vector<double> nothing = {std::numeric_limits<double>::quiet_NaN()};
  for (int row = 0; row < 30; ++row) EXPECT_FALSE(empty.Observe(nothing).is_shifted);
}

}  // namespace
}  // namespace distdiag::detect
