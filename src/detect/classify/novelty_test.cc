#include "detect/classify/novelty.h"

#include "base/random.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

// Two columns that move together, one that stands still.
std::vector<float> NormalRows() {
  base::Random random(9);
  std::vector<float> rows;
  for (int i = 0; i < 400; ++i) {
    const double x = random.NextUnit() * 10;
    rows.push_back(static_cast<float>(x));
    rows.push_back(static_cast<float>(x + 0.2 * random.NextUnit()));
    rows.push_back(5);
  }
  return rows;
}

TEST(NoveltyTest, ARowThatBreaksTheRelationIsFarThoughEachValueIsUsual) {
  const Novelty model = Novelty::Fit(NormalRows(), 3);
  const float together[] = {8, 8.1F, 5}, apart[] = {8, 2, 5}, moved[] = {5, 5.1F, 6};
  EXPECT_LT(model.DistanceOf(together), 2);
  EXPECT_GT(model.DistanceOf(apart), 20);
  EXPECT_GT(model.DistanceOf(moved), 20);
}

TEST(NoveltyTest, NormalRowsAreNotFarAway) {
  const std::vector<float> rows = NormalRows();
  const Novelty model = Novelty::Fit(rows, 3);
  double sum = 0;
  for (std::size_t i = 0; i < rows.size(); i += 3)
    sum += model.DistanceOf(std::span(rows).subspan(i, 3));
  EXPECT_GT(sum / 400, 0.2);
  EXPECT_LT(sum / 400, 1.1);  // the column that stands still has no distance
}

TEST(NoveltyTest, FewRowsMissingAndHugeValuesAreSurvived) {
  std::vector<float> rows = {1, 2, 3, 4, 5, 2, 3, 1, 4, 4};
  rows[3] = std::numeric_limits<float>::quiet_NaN();
  const Novelty model = Novelty::Fit(rows, 5);
  const float odd[] = {std::numeric_limits<float>::max(), std::nanf(""),
                       -std::numeric_limits<float>::infinity(), 0, 0};
  EXPECT_TRUE(std::isfinite(model.DistanceOf(odd)));
  EXPECT_GT(model.DistanceOf(odd), model.DistanceOf(std::span(rows).first(5)));
}

}  // namespace
}  // namespace distdiag::detect
