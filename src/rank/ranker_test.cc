#include "rank/ranker.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

namespace distdiag::rank {
namespace {

using domain::NodeIndex;
using domain::ProblemId;

const domain::Target kCluster{std::nullopt};

domain::Target At(std::uint32_t node) { return {NodeIndex(node)}; }

// One tick of a cluster of three nodes.
struct Tick {
  domain::Topology topology{"lab", {{"n1", ""}, {"n2", ""}, {"n3", ""}}};
  domain::ProblemScores scores;
  std::vector<domain::Alarm> alarms;

  Tick() {
    scores.ready = true;
    scores.time = base::TimestampFromSeconds(100);
    scores.distress = {0, 0, 0};
  }
  Tick& Score(domain::Target target, ProblemId problem, double probability) {
    scores.causes.push_back({target, problem, probability, {}, "nothing to be seen of it"});
    return *this;
  }
  Tick& Alarm(std::uint32_t node, std::string_view metric, double severity) {
    alarms.push_back({NodeIndex(node),
                      domain::FindMetric(metric).value(),
                      domain::DetectorKind::kPeer,
                      severity,
                      scores.time,
                      {}});
    return *this;
  }
  domain::Verdict Rank(std::string_view ranker) const {
    graph::AnomalyGraphBuilder builder(topology);
    const auto graph = builder.Observe(scores.time, alarms);
    // A window where all nodes move alike.
    const domain::SeriesLayout layout(3, {domain::FindMetric("c_tps").value()});
    std::vector<base::Timestamp> times;
    std::vector<float> values;
    for (int i = 0; i < 10; ++i) {
      times.push_back(base::TimestampFromSeconds(90 + i));
      for (int node = 0; node < 3; ++node) values.push_back(static_cast<float>(i % 3));
    }
    const domain::WindowView window(layout, times, values);
    return MakeRanker(ranker).value()->Rank({topology, window, *graph, scores});
  }
};

class RankerTest : public testing::TestWithParam<std::string_view> {};

TEST_P(RankerTest, NoFaultIsAnEmptyRanking) {
  Tick tick;
  tick.Score(At(0), ProblemId::kCpu, 0.03).Score(At(1), ProblemId::kNetwork, 0.01);
  EXPECT_TRUE(tick.Rank(GetParam()).empty());
  EXPECT_TRUE(Tick().Rank(GetParam()).empty());
  Tick cold;
  cold.scores.ready = false;
  EXPECT_TRUE(cold.Rank(GetParam()).empty());
}

TEST_P(RankerTest, TheListIsSortedShownFirstAndFinite) {
  Tick tick;
  tick.Score(At(1), ProblemId::kCpu, 0.97)
      .Score(At(1), ProblemId::kIo, 0.6)
      .Score(At(0), ProblemId::kNetwork, 0.1);
  tick.Alarm(1, "h_psi_cpu_some", 0.9).Alarm(1, "h_disk_util", 0.7).Alarm(0, "c_p95_ms", 0.3);
  tick.scores.distress = {0.4, 0.9, 0.3};
  const domain::Verdict verdict = tick.Rank(GetParam());
  ASSERT_FALSE(verdict.empty());
  EXPECT_EQ(verdict.ranker, GetParam());
  EXPECT_EQ(verdict.time, tick.scores.time);
  EXPECT_TRUE(verdict.ranking[0].shown);
  EXPECT_EQ(verdict.ranking[0].target, At(1));
  EXPECT_TRUE(
      std::is_sorted(verdict.ranking.begin(), verdict.ranking.end(),
                     [](const auto& a, const auto& b) { return a.importance > b.importance; }));
  for (const domain::RankedCause& cause : verdict.ranking) {
    EXPECT_TRUE(std::isfinite(cause.importance) && cause.probability >= 0 &&
                cause.probability <= 1);
  }
}

TEST_P(RankerTest, OrderOfInputDoesNotMatter) {
  Tick one, other;
  one.Score(At(1), ProblemId::kCpu, 0.9)
      .Score(At(2), ProblemId::kCpu, 0.9)
      .Score(kCluster, ProblemId::kSurge, 0.9);
  other.Score(kCluster, ProblemId::kSurge, 0.9)
      .Score(At(2), ProblemId::kCpu, 0.9)
      .Score(At(1), ProblemId::kCpu, 0.9);
  one.Alarm(1, "h_cpu_ext", 0.9).Alarm(2, "h_cpu_ext", 0.9);
  other.Alarm(2, "h_cpu_ext", 0.9).Alarm(1, "h_cpu_ext", 0.9);
  const domain::Verdict a = one.Rank(GetParam()), b = other.Rank(GetParam());
  ASSERT_EQ(a.ranking.size(), b.ranking.size());
  for (std::size_t i = 0; i < a.ranking.size(); ++i) {
    EXPECT_EQ(a.ranking[i].target, b.ranking[i].target);
    EXPECT_EQ(a.ranking[i].problem, b.ranking[i].problem);
  }
}

INSTANTIATE_TEST_SUITE_P(All, RankerTest, testing::ValuesIn(RankerNames()),
                         [](const auto& row) { return std::string(row.param); });

TEST(MakeRanker, AnUnknownNameListsTheKnownOnes) {
  const auto ranker = MakeRanker("best");
  ASSERT_FALSE(ranker.has_value());
  EXPECT_EQ(ranker.error().code(), base::StatusCode::kNotFound);
  EXPECT_NE(ranker.error().message().find("combined"), std::string::npos);
  EXPECT_NE(ranker.error().message().find("\"best\" found"), std::string::npos);
}

TEST(CombinedRanker, AmongEqualsThePlaceDecides) {
  Tick tick;
  tick.Score(At(0), ProblemId::kNetwork, 0.8).Score(At(2), ProblemId::kNetwork, 0.8);
  tick.Alarm(2, "c_p95_ms", 0.9).Alarm(2, "h_tcp_retrans", 0.9).Alarm(0, "c_p95_ms", 0.2);
  const domain::Verdict verdict = tick.Rank("combined");
  EXPECT_EQ(verdict.ranking[0].target, At(2));
  EXPECT_GT(verdict.ranking[0].initial_rcr, verdict.ranking[1].initial_rcr);
}

TEST(CombinedRanker, ThePlaceNeverBeatsClearEvidence) {
  Tick tick;
  tick.Score(At(0), ProblemId::kCpu, 0.95)
      .Score(At(2), ProblemId::kNetwork, 0.5)
      .Alarm(2, "c_p95_ms", 1)
      .Alarm(2, "h_tcp_retrans", 1);
  EXPECT_EQ(tick.Rank("combined").ranking[0].target, At(0));
}

TEST(CombinedRanker, SaysUnknownAtTheSufferingNodeWhenNothingConvinces) {
  Tick tick;
  tick.Score(At(0), ProblemId::kNetwork, 0.1);
  tick.scores.distress = {0.2, 0.7, 0.2};
  tick.Alarm(1, "c_p95_ms", 0.9).Alarm(0, "c_p95_ms", 0.3);
  const domain::Verdict verdict = tick.Rank("combined");
  ASSERT_GE(verdict.ranking.size(), 2U);
  EXPECT_EQ(verdict.ranking[0].target, At(1));
  EXPECT_EQ(verdict.ranking[0].problem, ProblemId::kUnknown);
  EXPECT_TRUE(verdict.ranking[0].shown);
  EXPECT_NEAR(verdict.ranking[0].probability, 0.7 * 0.9, 1e-12);
  EXPECT_FALSE(verdict.ranking[0].evidence.empty());
  EXPECT_FALSE(verdict.ranking[1].shown);
  EXPECT_EQ(verdict.ranking[1].why_not, "nothing to be seen of it");
}

TEST(CombinedRanker, DoesNotSayUnknownBesideAConvincingCause) {
  Tick tick;
  tick.Score(At(0), ProblemId::kCpu, 0.9);
  tick.scores.distress = {0.9, 0.5, 0.5};
  for (const domain::RankedCause& cause : tick.Rank("combined").ranking)
    EXPECT_NE(cause.problem, ProblemId::kUnknown);
}

TEST(CombinedRanker, AtMostTenPairs) {
  Tick tick;
  for (std::uint32_t node = 0; node < 3; ++node) {
    for (std::size_t problem = 1; problem < domain::kProblemCount; ++problem) {
      tick.Score(At(node), ProblemId(static_cast<std::uint8_t>(problem)), 0.5);
    }
  }
  EXPECT_EQ(tick.Rank("combined").ranking.size(), 10U);
}

}  // namespace
}  // namespace distdiag::rank
