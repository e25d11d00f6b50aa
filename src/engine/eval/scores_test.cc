#include "engine/eval/scores.h"

#include <cmath>

#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using domain::NodeIndex;
using domain::ProblemId;

const Pair kCpu1{{NodeIndex(0)}, ProblemId::kCpu};
const Pair kIo1{{NodeIndex(0)}, ProblemId::kIo};
const Pair kCpu2{{NodeIndex(1)}, ProblemId::kCpu};
const Pair kSurge{{std::nullopt}, ProblemId::kSurge};

TEST(PrecisionAtKTest, CountsHitsWithinTheFirstK) {
  const std::vector<Pair> truth = {kCpu1, kSurge};
  EXPECT_DOUBLE_EQ(PrecisionAtK(std::vector{kCpu1, kIo1, kSurge}, truth, 1), 1.0);
  EXPECT_DOUBLE_EQ(PrecisionAtK(std::vector{kIo1, kCpu1, kSurge}, truth, 1), 0.0);
  EXPECT_DOUBLE_EQ(PrecisionAtK(std::vector{kCpu1, kIo1}, truth, 3), 0.5);
  EXPECT_DOUBLE_EQ(PrecisionAtK(std::vector{kCpu1, kIo1, kSurge}, truth, 3), 1.0);
  EXPECT_DOUBLE_EQ(PrecisionAtK({}, truth, 5), 0.0) << "no verdict counts 0";
}

TEST(PoissonUpper95Test, KnownValues) {
  // -ln(0.05) and tables of the exact Poisson limits (0 -> 2.996, 1 -> 4.744, 10 -> 16.962)
  EXPECT_NEAR(PoissonUpper95PerHour(0, 1), 2.9957, 1e-3);
  EXPECT_NEAR(PoissonUpper95PerHour(1, 1), 4.7439, 1e-3);
  EXPECT_NEAR(PoissonUpper95PerHour(10, 2), 16.962 / 2, 1e-3);
  EXPECT_TRUE(std::isinf(PoissonUpper95PerHour(0, 0)));
}

CaseOutcome Outcome(std::string scenario, std::vector<Pair> truth, std::vector<Pair> said) {
  CaseOutcome outcome;
  outcome.id = scenario + "_r1";
  outcome.scenario = std::move(scenario);
  outcome.truth = std::move(truth);
  outcome.at_30s = outcome.at_10s = outcome.at_first = outcome.shown = std::move(said);
  outcome.delay_s = 4;
  outcome.normal_s = 1800;
  return outcome;
}

TEST(ComputeScoresTest, TotalsGroupsAndUnseenTypesAreApart) {
  std::vector<CaseOutcome> outcomes = {Outcome("A1", {kCpu1}, {kCpu1}),
                                       Outcome("A2", {kIo1}, {kCpu1, kIo1}),
                                       Outcome("W1", {kCpu2, kSurge}, {kSurge, kIo1}),
                                       Outcome("X1", {kCpu2}, {kCpu1}), Outcome("N0", {}, {})};
  outcomes[1].delay_s = 8;
  outcomes[2].delay_s = std::nullopt;
  outcomes[3].type_was_trained = false;
  outcomes[4].false_incidents = 1;
  const Scores scores = ComputeScores(outcomes);
  EXPECT_DOUBLE_EQ(scores.at("ac1"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(scores.at("A.ac1"), 0.5);
  EXPECT_DOUBLE_EQ(scores.at("A1.ac1"), 1.0);
  EXPECT_DOUBLE_EQ(scores.at("all.ac1"), 0.5);
  EXPECT_DOUBLE_EQ(scores.at("unseen.ac1"), 0.0);
  EXPECT_DOUBLE_EQ(scores.at("X1.node_ac1"), 0.0);
  EXPECT_DOUBLE_EQ(scores.at("recall_R"), 2.0 / 4) << "A1 1 of 1, A2 0 of 1, W1 1 of 2";
  EXPECT_DOUBLE_EQ(scores.at("shown_precision"), 3.0 / 5);
  EXPECT_DOUBLE_EQ(scores.at("shown_recall"), 3.0 / 4);
  EXPECT_DOUBLE_EQ(scores.at("node_ac1"), 1.0) << "W1's first target, the cluster, is a true one";
  EXPECT_DOUBLE_EQ(scores.at("missed"), 1.0);
  EXPECT_DOUBLE_EQ(scores.at("delay_p50_s"), 6.0);
  EXPECT_DOUBLE_EQ(scores.at("false_incidents"), 1.0);
  EXPECT_DOUBLE_EQ(scores.at("normal_h"), 2.5) << "every case's normal time counts";
}

TEST(ComputeScoresTest, NoFaultsGiveUndefinedAccuracy) {
  const std::vector<CaseOutcome> outcomes = {Outcome("N0", {}, {})};
  EXPECT_TRUE(std::isnan(ComputeScores(outcomes).at("ac1")));
  EXPECT_DOUBLE_EQ(ComputeScores(outcomes).at("normal_h"), 0.5);
}

TEST(Reliability, ToldAndTrueByBin) {
  CaseOutcome outcome;
  outcome.id = outcome.scenario = "A1";
  outcome.truth = {{{}, domain::ProblemId::kSurge}};
  outcome.said = {{0.95, true}, {1.0, false}, {0.2, false}};
  const std::vector<Reliability> table = ReliabilityTable(std::vector{outcome});
  ASSERT_EQ(table.size(), 6u);
  EXPECT_EQ(table[1].pairs, 1u);
  EXPECT_DOUBLE_EQ(table[1].share_true, 0);
  EXPECT_EQ(table[5].pairs, 2u);
  EXPECT_DOUBLE_EQ(table[5].mean_probability, 0.975);
  EXPECT_DOUBLE_EQ(table[5].share_true, 0.5);
  EXPECT_TRUE(std::isnan(table[0].share_true));
  const Scores scores = ComputeScores(std::vector{outcome});
  EXPECT_NEAR(scores.at("brier"), (0.05 * 0.05 + 1 + 0.2 * 0.2) / 3, 1e-12);
  EXPECT_NEAR(scores.at("brier_base"), 2.0 / 9, 1e-12);
}

}  // namespace
}  // namespace distdiag::engine
