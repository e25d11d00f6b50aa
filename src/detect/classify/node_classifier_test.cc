#include "detect/classify/node_classifier.h"

#include "detect/classify/made_up_cases.h"

#include <cmath>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

domain::Topology ThreeNodes() { return {"lab", {{"n1", ""}, {"n2", ""}, {"n3", ""}}}; }

std::shared_ptr<const ModelArtefact> Model() {
  static const auto model = std::make_shared<const ModelArtefact>(TrainedOnMadeUpCases());
  return model;
}

// Scores of every tick of the recording.
std::vector<domain::ProblemScores> Replay(NodeClassifier& classifier,
                                          const LabelledRecording& recording) {
  std::vector<domain::ProblemScores> scores;
  for (std::size_t tick = 1; tick <= recording.times.size(); ++tick) {
    scores.push_back(classifier.Observe(
        {recording.layout, std::span(recording.times).first(tick),
         std::span(recording.values).first(tick * recording.layout.series_count())},
        Learning::kFollow));
  }
  return scores;
}

TEST(NodeClassifier, IsSilentUntilItKnowsWhatIsNormal) {
  const LabelledRecording recording = MadeUpCase("x", domain::ProblemId::kCpu, 1, 77);
  NodeClassifier classifier(Model(), ThreeNodes(), recording.layout);
  const auto scores = Replay(classifier, recording);
  EXPECT_FALSE(scores[16].ready);
  EXPECT_TRUE(scores[16].causes.empty());
  EXPECT_TRUE(scores[17].ready);
}

TEST(NodeClassifier, NamesTheNodeAndTheProblemWithEvidence) {
  const LabelledRecording recording = MadeUpCase("x", domain::ProblemId::kCpu, 1, 77);
  NodeClassifier classifier(Model(), ThreeNodes(), recording.layout);
  const auto scores = Replay(classifier, recording);
  for (std::size_t tick = 17; tick < 30; ++tick) {
    for (const domain::ScoredCause& cause : scores[tick].causes)
      EXPECT_LT(cause.probability, 0.2) << tick;
    EXPECT_FALSE(scores[tick].suspicious) << tick;
  }
  for (std::size_t tick = 40; tick < 70; ++tick) {
    ASSERT_FALSE(scores[tick].causes.empty());
    const domain::ScoredCause& first = scores[tick].causes[0];
    EXPECT_EQ(first.target.node, domain::NodeIndex(1));
    EXPECT_EQ(first.problem, domain::ProblemId::kCpu);
    EXPECT_GT(first.probability, 0.8);
    EXPECT_TRUE(scores[tick].suspicious);
    ASSERT_FALSE(first.evidence.empty());
    EXPECT_LE(first.evidence.size(), 5U);
    EXPECT_GT(first.evidence[0].evidence.observed, first.evidence[0].evidence.expected);
    EXPECT_EQ(first.evidence[0].detector, domain::DetectorKind::kClassifier);
    EXPECT_GT(scores[tick].distress[1], scores[tick].distress[0]);
  }
}

TEST(NodeClassifier, ANodeThatVanishesIsDown) {
  const LabelledRecording recording = MadeUpCase("x", domain::ProblemId::kCrash, 2, 78);
  NodeClassifier classifier(Model(), ThreeNodes(), recording.layout);
  const auto scores = Replay(classifier, recording);
  EXPECT_EQ(scores[60].causes[0].problem, domain::ProblemId::kCrash);
  EXPECT_EQ(scores[60].causes[0].target.node, domain::NodeIndex(2));
  EXPECT_EQ(scores[60].distress[2], 1.0);
}

TEST(NodeClassifier, ResetForgetsEverythingAndTheAnswerIsTheSameTwice) {
  const LabelledRecording recording = MadeUpCase("x", domain::ProblemId::kIo, 0, 79);
  NodeClassifier classifier(Model(), ThreeNodes(), recording.layout);
  const auto first = Replay(classifier, recording);
  classifier.Reset();
  const auto second = Replay(classifier, recording);
  for (std::size_t tick = 0; tick < first.size(); ++tick) {
    ASSERT_EQ(first[tick].causes.size(), second[tick].causes.size()) << tick;
    for (std::size_t i = 0; i < first[tick].causes.size(); ++i) {
      EXPECT_EQ(first[tick].causes[i].probability, second[tick].causes[i].probability);
    }
  }
}

TEST(NodeClassifier, RubbishGivesNoNaN) {
  LabelledRecording recording = MadeUpCase("x", domain::ProblemId::kIo, 0, 80);
  base::Random random(1);
  for (float& value : recording.values) {
    switch (random.NextBelow(6)) {
      case 0: value = kGap; break;
      case 1: value = std::numeric_limits<float>::infinity(); break;
      case 2: value = -std::numeric_limits<float>::max(); break;
      case 3: value = std::numeric_limits<float>::max(); break;
      default: break;
    }
  }
  NodeClassifier classifier(Model(), ThreeNodes(), recording.layout);
  for (const domain::ProblemScores& scores : Replay(classifier, recording)) {
    for (const double distress : scores.distress) EXPECT_TRUE(distress >= 0 && distress <= 1);
    for (const domain::ScoredCause& cause : scores.causes) {
      EXPECT_TRUE(cause.probability >= 0 && cause.probability <= 1);
      for (const domain::Alarm& alarm : cause.evidence)
        EXPECT_TRUE(std::isfinite(alarm.evidence.observed));
    }
  }
}

}  // namespace
}  // namespace distdiag::detect
