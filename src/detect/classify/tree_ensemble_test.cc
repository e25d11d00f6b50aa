#include "detect/classify/tree_ensemble.h"

#include "base/random.h"
#include "detect/classify/boosted_trees.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>
#include <xgboost/c_api.h>

namespace distdiag::detect {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

Tree Stump(float threshold, bool default_left, float low, float high) {
  return {{1, -1, -1},
          {2, -1, -1},
          {0, 0, 0},
          {threshold, low, high},
          {static_cast<std::uint8_t>(default_left), 0, 0}};
}

TEST(TreeEnsemble, Table) {
  const TreeEnsemble trees({Stump(1.0F, true, -1.0F, 2.0F), Stump(5.0F, false, 10.0F, 20.0F)});
  const auto margin = [&](float value) { return trees.Margin(std::vector<float>{value}); };
  EXPECT_EQ(margin(0.5F), 9.0F);
  EXPECT_EQ(margin(1.0F), 12.0F);  // less goes left, equal goes right
  EXPECT_EQ(margin(5.0F), 22.0F);
  EXPECT_EQ(margin(kNaN), 19.0F);
  EXPECT_EQ(margin(std::numeric_limits<float>::infinity()), 22.0F);
  EXPECT_EQ(margin(-std::numeric_limits<float>::infinity()), 9.0F);
  EXPECT_EQ(TreeEnsemble().Margin({}), 0.0F);
}

TEST(WellFormed, RefusesWhatWouldWalkAstray) {
  const Tree good = Stump(1, true, -1, 2);
  EXPECT_TRUE(WellFormed(good, 1));
  EXPECT_FALSE(WellFormed({}, 1));
  Tree tree = good;
  tree.left[0] = 3;
  EXPECT_FALSE(WellFormed(tree, 1)) << "child beyond the end";
  tree = good;
  tree.right[0] = 0;
  EXPECT_FALSE(WellFormed(tree, 1)) << "a circle";
  tree = good;
  tree.right[0] = -1;
  EXPECT_FALSE(WellFormed(tree, 1)) << "half a node";
  tree = good;
  tree.feature[0] = 1;
  EXPECT_FALSE(WellFormed(tree, 1)) << "feature beyond the row";
  tree = good;
  tree.threshold[2] = kNaN;
  EXPECT_FALSE(WellFormed(tree, 1)) << "NaN leaf";
  tree = good;
  tree.default_left.pop_back();
  EXPECT_FALSE(WellFormed(tree, 1)) << "lengths differ";
}

// A training problem with missing values, interactions and noise.
BoostInput MadeUp(std::size_t rows, std::size_t features) {
  base::Random random(11);
  BoostInput input;
  input.feature_count = features;
  for (std::size_t row = 0; row < rows; ++row) {
    double sum = 0;
    for (std::size_t feature = 0; feature < features; ++feature) {
      const double value = random.NextUnit() * 4 - 2;
      const bool missing = random.NextUnit() < 0.15;
      input.values.push_back(missing ? kNaN : static_cast<float>(value));
      sum += missing ? 0.7 : value * (feature % 2 == 0 ? 1 : -0.5);
    }
    input.labels.push_back(sum + random.NextUnit() > 0.5 ? 1.0F : 0.0F);
    input.weights.push_back(static_cast<float>(0.5 + random.NextUnit()));
  }
  return input;
}

const BoostParameters& Parameters() {
  static const BoostParameters parameters = {
      {"objective", "binary:logistic"},
      {"base_score", "0.5"},
      {"tree_method", "exact"},
      {"nthread", "1"},
      {"verbosity", "0"},
      {"max_depth", "4"},
      {"eta", "0.3"},
      {"seed", "3"},
      {"subsample", "0.8"},
  };
  return parameters;
}

// XGBoost itself is the oracle: margins of the same model, bit for bit.
TEST(TreeEnsemble, MarginsAreThoseOfXgboostMissingValuesIncluded) {
  const BoostInput input = MadeUp(400, 6);
  DMatrixHandle data = nullptr;
  ASSERT_EQ(XGDMatrixCreateFromMat_omp(input.values.data(), input.row_count(), input.feature_count,
                                       kNaN, &data, 1),
            0);
  ASSERT_EQ(XGDMatrixSetFloatInfo(data, "label", input.labels.data(), input.row_count()), 0);
  ASSERT_EQ(XGDMatrixSetFloatInfo(data, "weight", input.weights.data(), input.row_count()), 0);
  BoosterHandle booster = nullptr;
  ASSERT_EQ(XGBoosterCreate(&data, 1, &booster), 0);
  for (const auto& [name, value] : Parameters())
    ASSERT_EQ(XGBoosterSetParam(booster, name.c_str(), value.c_str()), 0);
  for (int round = 0; round < 40; ++round)
    ASSERT_EQ(XGBoosterUpdateOneIter(booster, round, data), 0);

  bst_ulong length = 0;
  const char* json = nullptr;
  ASSERT_EQ(XGBoosterSaveModelToBuffer(booster, R"({"format":"json"})", &length, &json), 0);
  const auto trees = ParseXgboostModel(std::string_view(json, length), input.feature_count);
  ASSERT_TRUE(trees.has_value()) << trees.error().message();
  EXPECT_EQ(trees->trees().size(), 40U);

  bst_ulong count = 0;
  const float* margins = nullptr;
  constexpr int kMargin = 1;
  ASSERT_EQ(XGBoosterPredict(booster, data, kMargin, 0, 0, &count, &margins), 0);
  ASSERT_EQ(count, input.row_count());
  for (std::size_t row = 0; row < input.row_count(); ++row) {
    const float own = trees->Margin(
        std::span(input.values).subspan(row * input.feature_count, input.feature_count));
    EXPECT_EQ(std::bit_cast<std::uint32_t>(own), std::bit_cast<std::uint32_t>(margins[row]))
        << "row " << row << ": " << own << " " << margins[row];
  }
  XGBoosterFree(booster);
  XGDMatrixFree(data);
}

TEST(TrainBoostedTrees, TwiceTheSame) {
  const BoostInput input = MadeUp(200, 4);
  const auto first = TrainBoostedTrees(input, Parameters(), 20);
  const auto second = TrainBoostedTrees(input, Parameters(), 20);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->trees(), second->trees());
}

TEST(TrainBoostedTrees, AWrongParameterIsAStatusNotAnException) {
  const auto trees = TrainBoostedTrees(MadeUp(20, 2), {{"objective", "no such objective"}}, 1);
  ASSERT_FALSE(trees.has_value());
  EXPECT_EQ(trees.error().code(), base::StatusCode::kInternal);
  EXPECT_EQ(trees.error().message().find('\n'), std::string::npos);
}

TEST(ParseXgboostModel, RefusesOtherText) {
  for (const char* text :
       {"", "{}", "[1, 2]", R"({"learner": {"learner_model_param": {"base_score": "0.7"}}})"}) {
    const auto trees = ParseXgboostModel(text, 1);
    ASSERT_FALSE(trees.has_value()) << text;
    EXPECT_EQ(trees.error().code(), base::StatusCode::kDataLoss) << text;
  }
}

}  // namespace
}  // namespace distdiag::detect
