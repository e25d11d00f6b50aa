#include "detect/peer/window_shape.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

constexpr std::size_t kNodes = 5, kMetrics = 4, kSteps = 18;

// All nodes move alike, with a little noise of their own.
std::vector<double> MovingTogether() {
  std::vector<double> values;
  for (std::size_t node = 0; node < kNodes; ++node) {
    for (std::size_t metric = 0; metric < kMetrics; ++metric) {
      for (std::size_t t = 0; t < kSteps; ++t) {
        const double x = static_cast<double>(t);
        values.push_back(100 * std::sin(x * 0.9 + static_cast<double>(metric)) +
                         2 * std::sin(x * (3.0 + static_cast<double>(node))));
      }
    }
  }
  return values;
}

PeerWindow WindowOf(const std::vector<double>& values) {
  return {.nodes = kNodes, .metrics = kMetrics, .steps = kSteps, .values = values};
}

float FeatureOf(const std::vector<float>& features, std::size_t node, const std::string& name) {
  const std::vector<std::string> names = WindowShapeFeatureNames();
  const auto it = std::find(names.begin(), names.end(), name);
  EXPECT_NE(it, names.end()) << name;
  return features[node * kWindowFeatures + static_cast<std::size_t>(it - names.begin())];
}

TEST(WindowShapeTest, ThereIsANameForEveryFeature) {
  EXPECT_EQ(WindowShapeFeatureNames().size(), kWindowFeatures);
}

TEST(WindowShapeTest, ANodeThatFrozeStandsOut) {
  std::vector<double> values = MovingTogether();
  for (std::size_t metric = 0; metric < kMetrics; ++metric) {
    for (std::size_t t = 5; t < 14; ++t) values[(2 * kMetrics + metric) * kSteps + t] = 40;
  }
  const std::vector<float> features = WindowShapeFeatures(WindowOf(values));
  EXPECT_GE(FeatureOf(features, 2, "flat.min"), 8);
  EXPECT_GE(FeatureOf(features, 2, "flat_excess.min"), 7);
  EXPECT_LT(FeatureOf(features, 2, "correlation_nearest.max"), 0.95);
  for (const std::size_t node : {0U, 1U, 3U, 4U}) {
    EXPECT_LT(FeatureOf(features, node, "flat.max"), 4) << node;
    EXPECT_GT(FeatureOf(features, node, "correlation_nearest.min"), 0.95) << node;
  }
}

TEST(WindowShapeTest, ScaleAndShiftOfANodeDoNotMatter) {
  std::vector<double> values = MovingTogether();
  const std::vector<float> before = WindowShapeFeatures(WindowOf(values));
  for (std::size_t i = 0; i < kMetrics * kSteps; ++i) values[i] = values[i] * 1024 + 4096;
  const std::vector<float> after = WindowShapeFeatures(WindowOf(values));
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_NEAR(before[i], after[i], 1e-4) << i;
}

TEST(WindowShapeTest, MissingConstantAndHugeValuesAreSurvived) {
  std::vector<double> values = MovingTogether();
  values[3] = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t t = 0; t < kSteps; ++t) values[kMetrics * kSteps + t] = 7;           // constant
  for (std::size_t t = 0; t < kSteps; ++t) values[2 * kMetrics * kSteps + t] *= 1e300;  // overflows
  for (const float feature : WindowShapeFeatures(WindowOf(values)))
    EXPECT_FALSE(std::isinf(feature));
  const std::vector<double> nothing(values.size(), std::numeric_limits<double>::quiet_NaN());
  for (const float feature : WindowShapeFeatures(WindowOf(nothing)))
    EXPECT_TRUE(std::isnan(feature));
}

}  // namespace
}  // namespace distdiag::detect
