// docs/methods.md §2.
#include "rank/dist_diagnosis.h"

#include "base/random.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace distdiag::rank {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

struct Tape {
  domain::SeriesLayout layout;
  std::vector<base::Timestamp> times;
  std::vector<float> values;

  Tape(std::size_t nodes, std::size_t columns) {
    std::vector<domain::MetricId> metrics;
    for (std::size_t i = 0; i < columns; ++i)
      metrics.push_back(domain::MetricId(static_cast<std::uint16_t>(i)));
    layout = domain::SeriesLayout(nodes, metrics);
  }
  void Append(const std::vector<float>& row) {
    times.push_back(base::TimestampFromSeconds(static_cast<double>(times.size())));
    values.insert(values.end(), row.begin(), row.end());
  }
  domain::WindowView View() const { return {layout, times, values}; }
};

TEST(CorrelationWeights, IsTheMeanAbsolutePearsonOverMetrics) {
  Tape tape(2, 2);  // columns: opposite lines (r = -1), then r = 0.5
  tape.Append({1, 1, 9, 1});
  tape.Append({2, 2, 8, 3});
  tape.Append({3, 3, 7, 2});
  const auto weights = CorrelationWeights(tape.View());
  EXPECT_EQ(weights[0], 0);
  EXPECT_NEAR(weights[1], (1 + 0.5) / 2, 1e-12);
  EXPECT_EQ(weights[1], weights[2]);
}

TEST(CorrelationWeights, SkipsConstantsGapsAndShortSeries) {
  Tape tape(2, 3);
  tape.Append({1, 5, 1, 1, 7, kNaN});
  tape.Append({2, 5, kNaN, 2, 8, 1});
  tape.Append({3, 5, 3, 3, 3, 2});
  tape.Append({4, 5, 4, 4, 1, std::numeric_limits<float>::infinity()});
  EXPECT_NEAR(CorrelationWeights(tape.View())[1], 1, 1e-12);  // only the first metric counts
  Tape constant(2, 1);
  for (int i = 0; i < 5; ++i) constant.Append({3, 3});
  EXPECT_EQ(CorrelationWeights(constant.View())[1], 0);
  EXPECT_TRUE(CorrelationWeights({}).empty());
}

TEST(CorrelationWeights, HugeValuesStayWithinOne) {
  Tape tape(2, 1);
  base::Random random(1);
  for (int i = 0; i < 20; ++i) {
    tape.Append({static_cast<float>(3e38 * random.NextUnit()),
                 static_cast<float>(1e-38 * random.NextUnit())});
  }
  const double weight = CorrelationWeights(tape.View())[1];
  EXPECT_TRUE(weight >= 0 && weight <= 1) << weight;
}

// PR = (1 - d) + d · PR · w² for two nodes: PR = 0.15 / (1 - 0.85 · w²).
TEST(WeightedPageRank, SolvesTheTwoNodeCase) {
  const auto ranks = WeightedPageRank({0, 0.5, 0.5, 0}, 2);
  EXPECT_NEAR(ranks[0], 0.15 / (1 - 0.85 * 0.25), 1e-8);
  EXPECT_DOUBLE_EQ(ranks[0], ranks[1]);
}

TEST(WeightedPageRank, IsBoundedWhereThePublishedSumDiverges) {
  constexpr std::size_t kNodes = 200;
  std::vector<double> weights(kNodes * kNodes, 1.0);
  for (std::size_t i = 0; i < kNodes; ++i) weights[i * kNodes + i] = 0;
  for (const double rank : WeightedPageRank(weights, kNodes))
    EXPECT_TRUE(rank > 0 && rank <= 1) << rank;
}

TEST(WeightedPageRank, TheBetterConnectedNodeHasMoreInfluence) {
  const auto ranks = WeightedPageRank({0, 0.9, 0.9, 0.9, 0, 0.1, 0.9, 0.1, 0}, 3);
  EXPECT_GT(ranks[0], ranks[1]);
  EXPECT_NEAR(ranks[1], ranks[2], 1e-9);
  EXPECT_TRUE(WeightedPageRank({}, 0).empty());
}

}  // namespace
}  // namespace distdiag::rank
