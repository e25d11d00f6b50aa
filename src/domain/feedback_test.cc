#include "domain/feedback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace distdiag::domain {
namespace {

using testing::HasSubstr;
using enum Judgement;

constexpr Judgement kAll[] = {kConfirmed, kWrongNode, kWrongProblem, kNotAnIncident, kWithdrawn};

Topology Lab() { return {.cluster = "lab", .nodes = {{"n1", ""}, {"n2", ""}, {"n3", ""}}}; }

RankedCause Cause(std::optional<NodeIndex> node, ProblemId problem, double probability) {
  RankedCause cause;
  cause.target.node = node;
  cause.problem = problem;
  cause.probability = probability;
  cause.shown = probability >= 0.5;
  return cause;
}

Feedback Valid(Judgement judgement = kConfirmed) {
  Feedback feedback;
  feedback.incident_id = 7;
  feedback.judgement = judgement;
  feedback.author = "ann";
  feedback.said = SaidPair{.node = "n2", .problem = ProblemId::kCpu};
  if (judgement == kWrongNode) feedback.right_node = "n3";
  if (judgement == kWrongProblem) feedback.right_problem = ProblemId::kIo;
  return feedback;
}

TEST(FeedbackTest, NamesGoBothWays) {
  for (const Judgement judgement : kAll)
    EXPECT_EQ(FindJudgement(JudgementName(judgement)), judgement) << JudgementName(judgement);
  EXPECT_EQ(FindJudgement("Confirmed"), std::nullopt);
  EXPECT_EQ(FindJudgement(""), std::nullopt);
}

TEST(FeedbackTest, TheFirstShownPairIsJudged) {
  const RankedCause hidden = Cause(NodeIndex(0), ProblemId::kIo, 0.2);
  const RankedCause shown = Cause(NodeIndex(1), ProblemId::kCpu, 0.9);
  const RankedCause cluster = Cause(std::nullopt, ProblemId::kSurge, 0.8);
  const struct {
    const char* name;
    std::vector<RankedCause> ranking;
    std::optional<SaidPair> pair;
  } rows[] = {
      {"nothing", {}, std::nullopt},
      {"shown first", {shown, cluster}, SaidPair{"n2", ProblemId::kCpu}},
      {"hidden stands above", {hidden, shown}, SaidPair{"n2", ProblemId::kCpu}},
      {"none shown", {hidden}, SaidPair{"n1", ProblemId::kIo}},
      {"the cluster", {cluster}, SaidPair{std::nullopt, ProblemId::kSurge}},
  };
  for (const auto& row : rows) {
    Verdict verdict;
    verdict.ranking = row.ranking;
    EXPECT_EQ(FirstPair(verdict, Lab()), row.pair) << row.name;
  }
}

TEST(FeedbackTest, EveryJudgementCanBeValid) {
  for (const Judgement judgement : kAll)
    EXPECT_TRUE(CheckFeedback(Valid(judgement), Lab()).ok()) << JudgementName(judgement);
  Feedback of_cluster = Valid(kWrongNode);
  of_cluster.said = SaidPair{.node = std::nullopt, .problem = ProblemId::kSurge};
  EXPECT_TRUE(CheckFeedback(of_cluster, Lab()).ok()) << "any node is another than the cluster";
  Feedback unsaid = Valid(kNotAnIncident);
  unsaid.said.reset();
  EXPECT_TRUE(CheckFeedback(unsaid, Lab()).ok());
}

TEST(FeedbackTest, SaysWhatIsWrong) {
  using Change = void (*)(Feedback&);
  const struct {
    const char* name;
    Judgement judgement;
    Change change;
    const char* message;
  } rows[] = {
      {"no author", kConfirmed, [](Feedback& f) { f.author = " \n"; }, "author: expected"},
      {"no node", kWrongNode, [](Feedback& f) { f.right_node.reset(); },
       "right_node: expected the node that it was, found nothing"},
      {"node unknown", kWrongNode, [](Feedback& f) { f.right_node = "n9"; },
       "right_node: expected one of n1, n2, n3, found \"n9\""},
      {"node as said", kWrongNode, [](Feedback& f) { f.right_node = "n2"; },
       "right_node: expected another node than the incident named, found \"n2\""},
      {"node of another judgement", kConfirmed, [](Feedback& f) { f.right_node = "n3"; },
       "right_node: expected nothing with judgement confirmed"},
      {"node taken back", kWithdrawn, [](Feedback& f) { f.right_node = "n3"; },
       "right_node: expected nothing with judgement withdrawn"},
      {"node with a problem", kWrongProblem, [](Feedback& f) { f.right_node = "n3"; },
       "right_node: expected nothing with judgement wrong_problem"},
      {"no problem", kWrongProblem, [](Feedback& f) { f.right_problem.reset(); },
       "right_problem: expected the problem that it was, found nothing"},
      {"problem as said", kWrongProblem, [](Feedback& f) { f.right_problem = ProblemId::kCpu; },
       "right_problem: expected another problem than the incident named, found \"cpu\""},
      {"problem of another judgement", kNotAnIncident,
       [](Feedback& f) { f.right_problem = ProblemId::kIo; },
       "right_problem: expected nothing with judgement not_an_incident"},
  };
  for (const auto& row : rows) {
    Feedback feedback = Valid(row.judgement);
    row.change(feedback);
    const base::Status status = CheckFeedback(feedback, Lab());
    EXPECT_EQ(status.code(), base::StatusCode::kInvalidArgument) << row.name;
    EXPECT_THAT(status.message(), HasSubstr(row.message)) << row.name;
  }
}

TEST(FeedbackTest, WhatWasNeverSaidIsNeitherRightNorWrong) {
  for (const Judgement judgement : {kConfirmed, kWrongNode, kWrongProblem}) {
    Feedback feedback = Valid(judgement);
    feedback.said.reset();
    const base::Status status = CheckFeedback(feedback, Lab());
    EXPECT_EQ(status.code(), base::StatusCode::kFailedPrecondition) << JudgementName(judgement);
    EXPECT_THAT(status.message(), HasSubstr("incident 7 names no cause"));
  }
}

// Any sequence: the newest stands, unless it takes back; what came before never matters.
TEST(FeedbackTest, AnySequenceFoldsToItsNewest) {
  std::mt19937 random(20261124);
  for (int round = 0; round < 500; ++round) {
    std::vector<Feedback> history;
    const std::size_t length = random() % 8;
    EXPECT_EQ(CurrentFeedback(history), nullptr);
    for (std::size_t i = 0; i < length; ++i) {
      history.push_back(Valid(kAll[random() % std::size(kAll)]));
      history.back().version = static_cast<std::int64_t>(i) + 1;
      const Feedback* current = CurrentFeedback(history);
      if (history.back().judgement == kWithdrawn) {
        EXPECT_EQ(current, nullptr);
      } else {
        ASSERT_NE(current, nullptr);
        EXPECT_EQ(*current, history.back());
      }
    }
  }
}

TEST(FeedbackTest, TheMeterCountsWhatStands) {
  FeedbackMeter meter;
  EXPECT_EQ(meter.judged(), 0);
  EXPECT_TRUE(std::isnan(meter.Precision()));
  for (const Judgement judgement : kAll) meter.Add(judgement);
  meter.Add(kConfirmed, 4);
  EXPECT_EQ(meter.judged(), 8);
  EXPECT_EQ(meter.confirmed, 5);
  EXPECT_DOUBLE_EQ(meter.Precision(), 5.0 / 8);
}

// Newcombe 1998, table I, method 3, and the ends.
TEST(FeedbackTest, WilsonsIntervalIsAsPublished) {
  const struct {
    std::int64_t hits, total;
    double low, high;
  } rows[] = {
      {81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611},
      {1, 29, 0.0061, 0.1718},   {20, 20, 0.8389, 1},
  };
  for (const auto& row : rows) {
    const RatioInterval interval = WilsonInterval(row.hits, row.total);
    EXPECT_NEAR(interval.low, row.low, 5e-5) << row.hits << " of " << row.total;
    EXPECT_NEAR(interval.high, row.high, 5e-5) << row.hits << " of " << row.total;
  }
  EXPECT_TRUE(std::isnan(WilsonInterval(0, 0).low));
  EXPECT_TRUE(std::isnan(WilsonInterval(0, 0).high));
}

TEST(FeedbackTest, WilsonsIntervalHoldsTheRatio) {
  for (std::int64_t total = 1; total <= 60; ++total) {
    for (std::int64_t hits = 0; hits <= total; ++hits) {
      const RatioInterval interval = WilsonInterval(hits, total);
      const double ratio = static_cast<double>(hits) / static_cast<double>(total);
      EXPECT_LE(0, interval.low);
      EXPECT_LE(interval.low, ratio);
      EXPECT_LE(ratio, interval.high);
      EXPECT_LE(interval.high, 1);
    }
  }
}

}  // namespace
}  // namespace distdiag::domain
