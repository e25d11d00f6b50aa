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
  EXPECT_LT(model.DistanceOf(together), 0.2);
  EXPECT_GT(model.DistanceOf(apart), 1);
  EXPECT_GT(model.DistanceOf(moved), 10);
}

TEST(NoveltyTest, SeveralKindsOfNormalAreEachNormal) {
  std::vector<float> rows;
  base::Random random(4);
  for (int i = 0; i < 200; ++i) {
    const double middle = i % 2 == 0 ? 0 : 100;
    for (int column = 0; column < 2; ++column)
      rows.push_back(static_cast<float>(middle + random.NextUnit()));
  }
  const Novelty model = Novelty::Fit(rows, 2);
  const float first[] = {0.5F, 0.5F}, second[] = {100.5F, 100.5F}, between[] = {50, 50};
  EXPECT_LT(model.DistanceOf(first), 0.05);
  EXPECT_LT(model.DistanceOf(second), 0.05);
  EXPECT_GT(model.DistanceOf(between), 0.5);
}

TEST(NoveltyTest, OneOddRowAmongTheNormalOnesHidesNothing) {
  std::vector<float> rows = NormalRows();
  rows[2] = 500;  // the column that stands still
  const Novelty model = Novelty::Fit(rows, 3);
  const float usual[] = {8, 8.1F, 5}, moved[] = {8, 8.1F, 6};
  EXPECT_LT(model.DistanceOf(usual), 0.2);
  EXPECT_GT(model.DistanceOf(moved), 10);
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
