#include "detect/classify/explanation.h"

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

// Adds `high` once feature `feature` (of the model) exceeds `threshold`.
Tree Step(std::int32_t feature, float threshold, float high) {
  return {{1, -1, -1}, {2, -1, -1}, {feature, 0, 0}, {threshold, 0, high}, {1, 0, 0}};
}

ProblemModel CpuModel() {
  return {domain::ProblemId::kCpu,
          {"cpu_other", "cpu_pressure", "cpu_throttled"},
          TreeEnsemble({Step(0, 0.2F, 3), Step(1, 0.5F, 1), Step(2, 1.0F, 2)}),
          {}};
}

TEST(Explanation, OrdersWhatSpeaksForAProblemAndFindsWhatIsMissing) {
  const ProblemModel model = CpuModel();
  std::vector<std::size_t> columns;
  for (const std::string& feature : model.features) columns.push_back(*FindFeature(feature));
  FeatureRow row{};
  row[columns[0]] = 0.4F;
  row[columns[1]] = 0.8F;
  const auto speaking = SpeakingFor(model, columns, row);
  ASSERT_EQ(speaking.size(), 2U);
  EXPECT_EQ(speaking[0].feature, columns[0]);
  EXPECT_DOUBLE_EQ(speaking[0].margin, 3);
  EXPECT_EQ(speaking[1].feature, columns[1]);
  const auto against = SpeakingAgainst(model, columns, row);
  ASSERT_TRUE(against.has_value());
  EXPECT_EQ(against->feature, columns[2]);
  EXPECT_DOUBLE_EQ(against->margin, 2);
  row[columns[2]] = 5;
  EXPECT_FALSE(SpeakingAgainst(model, columns, row).has_value());
  EXPECT_TRUE(SpeakingFor(model, columns, FeatureRow{}).empty());
}

}  // namespace
}  // namespace distdiag::detect
