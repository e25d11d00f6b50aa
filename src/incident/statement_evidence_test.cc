#include "incident/statement_evidence.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::incident {
namespace {

using domain::StatementSample;
using domain::StatementTime;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const base::Timestamp kStart = base::TimestampFromSeconds(1'700'000'000);
constexpr domain::NodeIndex kN1{0}, kN2{1};

base::Timestamp At(int s) { return kStart + std::chrono::seconds(s); }

domain::Topology Lab() {
  domain::Topology topology;
  topology.cluster = "lab";
  topology.nodes.resize(2);
  topology.nodes[0].name = "n1";
  topology.nodes[1].name = "n2";
  return topology;
}

StatementTime Time(std::string digest, double seconds, double calls, std::string plan = "",
                   std::string wait = "") {
  StatementTime time;
  time.text = "text of " + digest;
  time.digest = std::move(digest);
  time.seconds_per_second = seconds;
  time.calls_per_second = calls;
  time.ms_per_call = calls > 0 ? 1e3 * seconds / calls : 0;
  time.rows_per_call = 10;
  time.plan = std::move(plan);
  time.main_wait = std::move(wait);
  return time;
}

// Five seconds long; all that runs is listed, but `unlisted` seconds a second.
StatementSample Sample(int from_s, std::vector<StatementTime> top, double unlisted = 0) {
  StatementSample sample{.from = At(from_s), .to = At(from_s + 5), .top = std::move(top)};
  sample.seconds_per_second = unlisted;
  for (const StatementTime& one : sample.top) {
    sample.seconds_per_second += one.seconds_per_second;
    sample.calls_per_second += one.calls_per_second;
  }
  return sample;
}

domain::StatementEvidence Compare(std::vector<StatementSample> calm,
                                  std::vector<StatementSample> trouble) {
  return CompareStatements({{.node = kN2, .calm = std::move(calm), .trouble = std::move(trouble)}},
                           Lab());
}

TEST(CompareStatementsTest, RanksByTheShareOfTheChange) {
  const auto evidence = Compare({Sample(0, {Time("a", 0.5, 50, "p1"), Time("b", 0.3, 10)})},
                                {Sample(60, {Time("a", 3.5, 50, "p2", "row lock wait"),
                                             Time("b", 0.3, 10), Time("c", 1, 1)})});
  ASSERT_EQ(evidence.changes.size(), 2U) << "what stays is left out";
  const domain::StatementChange& first = evidence.changes[0];
  EXPECT_EQ(first.node, kN2);
  EXPECT_EQ(first.now.digest, "a");
  EXPECT_EQ(first.now.text, "text of a");
  EXPECT_DOUBLE_EQ(first.share, 0.75);
  EXPECT_DOUBLE_EQ(first.now.ms_per_call, 70);
  EXPECT_DOUBLE_EQ(first.before.ms_per_call, 10);
  EXPECT_DOUBLE_EQ(first.now.rows_per_call, 10);
  EXPECT_TRUE(first.plan_changed);
  EXPECT_FALSE(first.is_new);
  EXPECT_EQ(first.now.main_wait, "row lock wait");
  EXPECT_TRUE(evidence.changes[1].is_new);
  EXPECT_DOUBLE_EQ(evidence.changes[1].before.calls_per_second, 0);
  EXPECT_EQ(evidence.calm_from, At(0));
  EXPECT_EQ(evidence.calm_to, At(5));
  EXPECT_EQ(evidence.trouble_from, At(60));
  EXPECT_EQ(evidence.trouble_to, At(65));
  EXPECT_EQ(evidence.note_en, "");
}

TEST(CompareStatementsTest, ASampleWithoutAKindCountsAsNothingOfIt) {
  const auto evidence = Compare({Sample(0, {Time("a", 1, 10)}), Sample(5, {})},
                                {Sample(60, {Time("a", 2, 10)}), Sample(65, {})});
  EXPECT_DOUBLE_EQ(evidence.changes.at(0).before.seconds_per_second, 0.5);
  EXPECT_DOUBLE_EQ(evidence.changes.at(0).now.seconds_per_second, 1);
  EXPECT_DOUBLE_EQ(evidence.changes.at(0).now.ms_per_call, 200) << "a call is as long";
}

TEST(CompareStatementsTest, OnAStalledNodeSharesAreBelowNothing) {
  const auto evidence =
      Compare({Sample(0, {Time("a", 3, 30), Time("b", 1, 10)})}, {Sample(60, {Time("a", 0.3, 3)})});
  ASSERT_EQ(evidence.changes.size(), 2U);
  EXPECT_NEAR(evidence.changes[0].share, -1 / 3.7, 1e-9) << "by share, falling";
  EXPECT_EQ(evidence.changes[0].now.digest, "b") << "one that vanished";
  EXPECT_EQ(evidence.changes[0].now.text, "text of b");
  EXPECT_DOUBLE_EQ(evidence.changes[0].now.calls_per_second, 0);
  EXPECT_NEAR(evidence.changes[1].share, -2.7 / 3.7, 1e-9);
}

TEST(CompareStatementsTest, WhatRisesAndWhatFallsDoesNotCancel) {
  const auto evidence = Compare({Sample(0, {Time("a", 2, 10), Time("b", 1, 10)})},
                                {Sample(60, {Time("a", 1, 10), Time("b", 2, 10)})});
  ASSERT_EQ(evidence.changes.size(), 2U);
  EXPECT_DOUBLE_EQ(evidence.changes[0].share, 0.5);
  EXPECT_DOUBLE_EQ(evidence.changes[1].share, -0.5);
}

TEST(CompareStatementsTest, UnlistedTimeIsPartOfTheChange) {
  const auto evidence =
      Compare({Sample(0, {Time("a", 1, 10)}, 0)}, {Sample(60, {Time("a", 2, 10)}, 3)});
  EXPECT_DOUBLE_EQ(evidence.changes.at(0).share, 0.25);
}

TEST(CompareStatementsTest, NothingChanged) {
  const auto evidence =
      Compare({Sample(0, {Time("a", 1, 10)})}, {Sample(60, {Time("a", 1.001, 10)})});
  EXPECT_THAT(evidence.changes, IsEmpty());
  EXPECT_EQ(evidence.note_en, "n2: the time in statements did not change");
}

TEST(CompareStatementsTest, AnIdleNodeDidNotChange) {
  EXPECT_THAT(Compare({Sample(0, {})}, {Sample(60, {})}).changes, IsEmpty());
}

TEST(CompareStatementsTest, SaysWhatIsMissing) {
  const std::vector<StatementSample> some = {Sample(0, {Time("a", 1, 10)})};
  EXPECT_THAT(Compare({}, {}).note_en, HasSubstr("n2: no statements were measured"));
  EXPECT_THAT(Compare({}, some).note_en, HasSubstr("nothing to compare with"));
  EXPECT_THAT(Compare(some, {}).note_en, HasSubstr("since the trouble began"));
  EXPECT_EQ(Compare(some, {}).calm_from, base::Timestamp{}) << "nothing was compared";
}

TEST(CompareStatementsTest, LostCallsAreTold) {
  StatementSample lossy = Sample(60, {Time("a", 4, 10)});
  lossy.seen_share = 0.2;
  const auto evidence = Compare({Sample(0, {Time("a", 1, 10)})}, {lossy});
  EXPECT_EQ(evidence.note_en, "n2: 40 % of the calls could not be read; the others stand for them");
  EXPECT_EQ(evidence.changes.size(), 1U);
}

TEST(CompareStatementsTest, NewIsWhatSurelyDidNotRun) {
  StatementSample full = Sample(0, {});
  for (std::size_t i = 0; i < domain::kMostStatements; ++i)
    full.top.push_back(Time("k" + std::to_string(i), 1, 1));
  full.seconds_per_second = 40;
  const auto evidence = Compare({full}, {Sample(60, {Time("x", 9, 1)})});
  EXPECT_EQ(evidence.changes.at(0).now.digest, "x");
  EXPECT_FALSE(evidence.changes.at(0).is_new) << "it may have been the 41st";
  EXPECT_EQ(evidence.changes.size(), kMostChangesANode);
}

TEST(BlamedNodesTest, ThoseShownAllOfAClusterWideProblemOrTheFirst) {
  domain::Verdict verdict;
  const auto pair = [](std::optional<domain::NodeIndex> node, bool shown) {
    domain::RankedCause cause;
    cause.target.node = node;
    cause.shown = shown;
    return cause;
  };
  EXPECT_THAT(BlamedNodes(verdict, Lab()), IsEmpty());
  verdict.ranking = {pair(kN2, false), pair(kN1, false)};
  EXPECT_THAT(BlamedNodes(verdict, Lab()), ::testing::ElementsAre(kN2));
  verdict.ranking = {pair(kN2, true), pair(kN1, false), pair(kN2, true)};
  EXPECT_THAT(BlamedNodes(verdict, Lab()), ::testing::ElementsAre(kN2));
  verdict.ranking = {pair(kN2, true), pair(std::nullopt, true)};
  EXPECT_THAT(BlamedNodes(verdict, Lab()), ::testing::ElementsAre(kN2, kN1));
}

TEST(StatementHistoryTest, KeepsTextsOnceAndForgetsWhatIsOld) {
  StatementHistory history(2);
  EXPECT_TRUE(history.empty());
  for (int s = 0; s < 3600; s += 5)
    ASSERT_TRUE(history.Add(kN2, Sample(s, {Time(std::to_string(s / 5), 1, 1)})));
  EXPECT_FALSE(history.Add(kN2, Sample(3590, {}))) << "it overlaps";
  EXPECT_THAT(history.Within(kN2, At(0), At(2000)), IsEmpty());
  const auto newest = history.Within(kN2, At(3000), At(3600));
  ASSERT_EQ(newest.size(), 120U);
  EXPECT_EQ(newest.back().top[0].text, "text of 719");
  EXPECT_THAT(history.Within(kN2, At(3001), At(3009)), IsEmpty()) << "wholly within";
  EXPECT_THAT(history.Within(kN1, At(0), At(3600)), IsEmpty());
}

TEST(ExplainByStatementsTest, ComparesTheMinuteBeforeWithTheTimeSince) {
  StatementHistory history(2);
  for (int s = 0; s < 200; s += 5)
    ASSERT_TRUE(history.Add(kN2, Sample(s, {Time("a", s < 150 ? 1 : 4, 10)})));
  domain::Incident incident;
  incident.started = At(153);
  domain::RankedCause cause;
  cause.target.node = kN2;
  cause.shown = true;
  incident.verdict.ranking = {cause};
  const auto evidence = ExplainByStatements(incident, Lab(), history, At(200));
  EXPECT_EQ(evidence.calm_from, At(95));
  EXPECT_EQ(evidence.calm_to, At(150)) << "a sample of both times belongs to neither";
  EXPECT_EQ(evidence.trouble_from, At(155));
  EXPECT_DOUBLE_EQ(evidence.changes.at(0).share, 1);
  incident.started = At(152);
  EXPECT_EQ(ExplainByStatements(incident, Lab(), history, At(200)).trouble_from, At(150))
      << "most of it is trouble";
  EXPECT_THAT(ExplainByStatements(incident, Lab(), StatementHistory(2), At(200)).note_en,
              HasSubstr("No statements are measured"));
}

}  // namespace
}  // namespace distdiag::incident
