#include "engine/eval/case_replay.h"

#include "collect/recorded/recording_loader.h"

#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

// Says always the same, so that what is counted depends on the case's times only.
const CaseReader kStubborn{"stubborn", [](const Pipeline&, const TickOutcome& outcome) {
                             domain::Verdict verdict;
                             verdict.time = outcome.verdict.time;
                             verdict.ranking.push_back({.target = {domain::NodeIndex(1)},
                                                        .problem = domain::ProblemId::kCpu,
                                                        .probability = 1,
                                                        .importance = 1,
                                                        .initial_rcr = 0,
                                                        .propagated_rcr = 0,
                                                        .shown = true,
                                                        .evidence = {},
                                                        .why_not = {}});
                             return verdict;
                           }};

std::vector<collect::Recording> Load(const std::vector<std::string>& ids) {
  const base::RealFileSystem files;
  std::vector<base::Status> broken;
  auto recordings = collect::LoadRecordings(files, DISTDIAG_SOURCE_DIR "/recordings", ids, broken);
  return recordings ? std::move(*recordings) : std::vector<collect::Recording>();
}

std::shared_ptr<const detect::ModelArtefact> DemoModel() {
  const base::RealFileSystem files;
  return std::make_shared<const detect::ModelArtefact>(
      detect::LoadModel(files, DISTDIAG_SOURCE_DIR "/models/galera-demo/model.json").value());
}

TEST(CaseReplayTest, ReadsAtTheTimesTheProtocolNames) {
  const auto recordings = Load({"A1_r1"});
  ASSERT_EQ(recordings.size(), 1u);
  const auto outcomes = ReplayCase(recordings[0], DemoModel(), {}, {kStubborn});
  ASSERT_TRUE(outcomes) << outcomes.error().message();
  const CaseOutcome& outcome = outcomes->front();
  EXPECT_EQ(outcome.truth, (std::vector<Pair>{{{domain::NodeIndex(1)}, domain::ProblemId::kCpu}}));
  EXPECT_EQ(outcome.at_30s, outcome.truth);
  EXPECT_EQ(outcome.at_10s, outcome.truth);
  EXPECT_EQ(outcome.at_first, outcome.truth);
  EXPECT_NEAR(outcome.normal_s, 29.8, 0.01) << "from start to normal_end";
  ASSERT_TRUE(outcome.delay_s);
  EXPECT_GT(*outcome.delay_s, 0.0);
  EXPECT_EQ(outcome.false_incidents, 0);
}

TEST(CaseReplayTest, ACaseWithoutFaultIsAllNormalTime) {
  const auto recordings = Load({"N0_r1"});
  const auto outcomes = ReplayCase(recordings.at(0), DemoModel(), {}, {kStubborn});
  ASSERT_TRUE(outcomes);
  EXPECT_TRUE(outcomes->front().truth.empty());
  EXPECT_TRUE(outcomes->front().at_30s.empty());
  EXPECT_NEAR(outcomes->front().normal_s, 89, 0.01);
}

TEST(CaseReplayTest, TheSameCaseGivesTheSameOutcomeTwice) {
  const auto recordings = Load({"C1_r1"});
  const CaseReader ours{
      "ours", [](const Pipeline&, const TickOutcome& outcome) { return outcome.verdict; }};
  const auto first = ReplayCase(recordings.at(0), DemoModel(), {}, {ours});
  const auto second = ReplayCase(recordings.at(0), DemoModel(), {}, {ours});
  EXPECT_EQ(first->front().at_30s, second->front().at_30s);
  EXPECT_EQ(first->front().delay_s, second->front().delay_s);
}

}  // namespace
}  // namespace distdiag::engine
