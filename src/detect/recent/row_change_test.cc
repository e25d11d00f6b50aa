#include "detect/recent/row_change.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

constexpr RowChangeOptions kOptions = {.settle_rows = 2, .calm_rows = 3, .recent_rows = 2};

// Two columns: one steps from 10 to 30 at row 6, one stands still at 0.
std::vector<double> Step() {
  std::vector<double> rows;
  for (std::size_t row = 0; row < 10; ++row) {
    rows.push_back(row < 6 ? 10 : 30);
    rows.push_back(0);
  }
  return rows;
}

TEST(RowChangeTest, AStepShowsAtOnceAndInTheMeanOfRecentRows) {
  const std::vector<float> changes = RowChanges(Step(), 2, kOptions);
  ASSERT_EQ(changes.size(), 60U);
  EXPECT_FLOAT_EQ(changes[5 * 6 + 0], 0);
  EXPECT_FLOAT_EQ(changes[6 * 6 + 0], 10.0F / 30.0F);  // mean 20 against 10
  EXPECT_FLOAT_EQ(changes[6 * 6 + 4], 0.5F);           // 30 against 10
  EXPECT_FLOAT_EQ(changes[7 * 6 + 0], 0.5F);
  EXPECT_FLOAT_EQ(changes[7 * 6 + 1], 0);
}

TEST(RowChangeTest, ARowIsJudgedWithoutLaterOnes) {
  std::vector<double> rows = Step();
  const std::vector<float> whole = RowChanges(rows, 2, kOptions);
  for (std::size_t length = 1; length <= 10; ++length) {
    const std::vector<float> part = RowChanges(std::span(rows).first(length * 2), 2, kOptions);
    for (std::size_t i = 0; i < part.size(); ++i) ASSERT_EQ(part[i], whole[i]) << length;
  }
}

TEST(RowChangeTest, MissingAndHugeValuesAreSurvived) {
  std::vector<double> rows = Step();
  for (std::size_t row = 0; row < 10; ++row)
    rows[row * 2] = std::numeric_limits<double>::quiet_NaN();
  rows[13] = std::numeric_limits<double>::max();
  const std::vector<float> changes = RowChanges(rows, 2, kOptions);
  EXPECT_TRUE(std::isnan(changes[7 * 6 + 0]));
  for (const float change : changes) EXPECT_FALSE(std::isinf(change));
}

}  // namespace
}  // namespace distdiag::detect
