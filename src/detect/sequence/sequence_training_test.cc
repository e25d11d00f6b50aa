#include "detect/sequence/sequence_training.h"

#include "detect/testing.h"

#include <cmath>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

// Two series of period 8 with noise: what was before foretells what comes.
struct MadeUp {
  explicit MadeUp(std::size_t cases) {
    base::Random random(6);
    for (std::size_t i = 0; i < cases; ++i) {
      RowTape& tape = tapes.emplace_back(2, std::vector<std::string_view>{"c_p95_ms", "c_tps"});
      const double phase = 6.28 * random.NextUnit();
      for (int tick = 0; tick < 40; ++tick) {
        tape.Append([&](std::size_t node, std::size_t) -> double {
          if (random.NextBelow(50) == 0) return kGap;
          return 1000 + 300 * std::sin(phase + 0.785 * tick) + 10 * Noise(random) +
                 100 * static_cast<double>(node);
        });
      }
    }
  }
  std::vector<CalmStretch> Stretches() const {
    std::vector<CalmStretch> stretches;
    for (std::size_t i = 0; i < tapes.size(); ++i)
      stretches.push_back({{"case" + std::to_string(10 + i), "hash"}, tapes[i].View()});
    return stretches;
  }
  std::vector<RowTape> tapes;
};

SequenceTrainOptions Quick() {
  SequenceTrainOptions options;
  options.hidden = 8;
  options.fit.most_epochs = 40;
  options.fit.adam.learning_rate = 0.02;
  return options;
}

TEST(SequenceTraining, ForecastsBetterThanTheUsualAndTheValueBefore) {
  const MadeUp made(15);
  const auto model = TrainSequenceModel(made.Stretches(), Quick());
  ASSERT_TRUE(model.has_value()) << model.error().message();
  ASSERT_EQ(model->groups.size(), 1U);  // of the groups only the clients' metrics are there
  EXPECT_EQ(model->groups[0].name, "clients");
  EXPECT_EQ(model->groups[0].metrics.size(), 2U);
  const auto& scores = model->manifest.scores;
  EXPECT_LT(scores.at("clients.network"), 0.5 * scores.at("clients.level"));
  EXPECT_LT(scores.at("clients.network"), 0.8 * scores.at("clients.last"));
  EXPECT_EQ(model->manifest.cases.size(), 15U);
}

TEST(SequenceTraining, TheSameStretchesGiveTheSameBytesInAnyOrder) {
  const MadeUp made(6);
  SequenceTrainOptions options = Quick();
  options.fit.most_epochs = 3;
  std::vector<CalmStretch> stretches = made.Stretches();
  const std::string first = WriteSequenceModel(TrainSequenceModel(stretches, options).value());
  std::reverse(stretches.begin(), stretches.end());
  EXPECT_EQ(WriteSequenceModel(TrainSequenceModel(stretches, options).value()), first);
}

TEST(SequenceTraining, TooLittleIsRefused) {
  const MadeUp made(4);
  const auto few = TrainSequenceModel(made.Stretches(), Quick());
  ASSERT_FALSE(few.has_value());
  EXPECT_THAT(few.error().message(), testing::HasSubstr("at least 5 calm stretches expected"));
  RowTape other(1, {"h_up"});
  for (int i = 0; i < 40; ++i) other.Append([](std::size_t, std::size_t) { return 1.0; });
  std::vector<CalmStretch> stretches;
  for (int i = 0; i < 5; ++i) stretches.push_back({{std::to_string(i), ""}, other.View()});
  const auto none = TrainSequenceModel(stretches, Quick());
  ASSERT_FALSE(none.has_value());
  EXPECT_THAT(none.error().message(), testing::HasSubstr("none found"));
}

TEST(SequenceGroups, NoMetricIsInTwoOfThemAndAllAreInTheCatalogue) {
  std::set<std::string_view> seen;
  for (const MetricGroup& group : SequenceGroups()) {
    EXPECT_FALSE(group.metrics.empty()) << group.name;
    for (const std::string_view metric : group.metrics) {
      EXPECT_TRUE(seen.insert(metric).second) << metric;
      EXPECT_TRUE(domain::FindMetric(metric).has_value()) << metric;
    }
  }
}

}  // namespace
}  // namespace distdiag::detect
