#include "engine/eval/public_sets/set_models.h"

#include "base/random.h"
#include "engine/eval/public_sets/logistic_regression.h"
#include "engine/eval/public_sets/set_report.h"

#include <cmath>

#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

// Three classes, each where its own column is large; the fourth column is missing or noise.
LabelledRows ThreeClasses() {
  base::Random random(2);
  LabelledRows rows;
  for (std::size_t i = 0; i < 150; ++i) {
    std::vector<float> row(4);
    for (float& value : row) value = static_cast<float>(random.NextUnit());
    row[i % 3] += 2;
    if (i % 5 == 0) row[3] = std::nanf("");
    rows.Add(row, i % 3, i / 10);
  }
  return rows;
}

TEST(SetModelsTest, BothModelsTellClassesApartAndAClassWithoutRowsNeverWins) {
  const LabelledRows rows = ThreeClasses();
  const auto boosted = BoostedClasses::Fit(rows, 4, {.rounds = 20, .feature_share = 1});
  ASSERT_TRUE(boosted) << boosted.error().message();
  const LogisticRegression logistic = LogisticRegression::Fit(rows, 4);
  for (std::size_t row = 0; row < rows.row_count(); ++row) {
    EXPECT_EQ(boosted->Predict(rows.Row(row)), rows.labels[row]) << row;
    EXPECT_EQ(logistic.Predict(rows.Row(row)), rows.labels[row]) << row;
  }
}

TEST(SetModelsTest, GroupsAreTakenWhole) {
  std::vector<std::uint8_t> chosen(15, 0);
  chosen[3] = 1;
  const LabelledRows part = RowsOfGroups(ThreeClasses(), chosen);
  EXPECT_EQ(part.row_count(), 10U);
  EXPECT_EQ(part.groups.front(), 3U);
}

TEST(SetModelsTest, TheBestThresholdSeparatesWhatCanBeSeparated) {
  const std::vector<double> scores = {0.1, 0.2, 0.8, 0.9, 0.9};
  const std::vector<std::size_t> labels = {0, 0, 1, 1, 1};
  EXPECT_NEAR(BestThreshold(scores, labels), 0.5, 1e-9);
  EXPECT_LT(BestThreshold(scores, std::vector<std::size_t>{1, 1, 1, 1, 1}), 0.1);
}

TEST(SetModelsTest, FoldsAreStableAndEven) {
  std::vector<std::size_t> count(5, 0);
  for (int i = 0; i < 1000; ++i) ++count[FoldOf("case" + std::to_string(i), 5)];
  for (const std::size_t one : count) EXPECT_NEAR(static_cast<double>(one), 200, 50);
  EXPECT_EQ(FoldOf("x", 5), FoldOf("x", 5));
}

TEST(SetModelsTest, F1AndItsMeanOverTheClassesThatOccur) {
  BinaryCount count;
  count.Add(1, 1), count.Add(1, 1), count.Add(1, 0), count.Add(0, 1), count.Add(0, 0);
  EXPECT_DOUBLE_EQ(count.F1(), 2.0 / 3);
  EXPECT_EQ(BinaryCount().F1(), 0);
  ClassCount classes(3);  // class 2 never occurs
  classes.Add(0, 0), classes.Add(0, 1), classes.Add(1, 1);
  EXPECT_DOUBLE_EQ(classes.MacroF1(), 2.0 / 3);
}

}  // namespace
}  // namespace distdiag::engine
