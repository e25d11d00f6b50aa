#include "domain/drill_scorecard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::domain {
namespace {

using testing::HasSubstr;
using testing::Not;

Drill Done(std::int64_t id, const std::string& run, std::optional<double> detected_s,
           std::optional<double> right_first_s) {
  Drill drill;
  drill.id = id;
  drill.run = run;
  drill.suite = "quick";
  drill.faults = {{.kind = "cpu", .node = "n2", .number = 2, .problem = ProblemId::kCpu}};
  drill.phase = DrillPhase::kDone;
  drill.created = base::TimestampFromSeconds(1795489925 + static_cast<double>(id));
  drill.detected_s = detected_s;
  drill.right_first_s = right_first_s;
  drill.rank = right_first_s ? 1 : 0;
  drill.passed = right_first_s.has_value();
  return drill;
}

TEST(DrillPhase, EveryNameLeadsBackAndOnlyThreePhasesAreOver) {
  int over = 0;
  for (const char* name :
       {"waiting", "preparing", "active", "recovering", "done", "failed", "cancelled"}) {
    const auto phase = FindDrillPhase(name);
    ASSERT_TRUE(phase.has_value()) << name;
    EXPECT_EQ(DrillPhaseName(*phase), name);
    if (IsOver(*phase)) ++over;
  }
  EXPECT_EQ(over, 3);
  EXPECT_FALSE(FindDrillPhase("on").has_value());
}

TEST(DrillScorecard, OnlyDoneDrillsAreJudged) {
  std::vector<Drill> drills = {Done(1, "a", 4, 4), Done(2, "a", 6, 9), Done(3, "a", {}, {}),
                               Done(4, "a", 1, {})};
  drills[1].other_incidents = 2;
  drills.push_back(Done(5, "a", 100, 100));
  drills.back().phase = DrillPhase::kCancelled;
  drills.push_back(Done(6, "a", 100, 100));
  drills.back().phase = DrillPhase::kFailed;
  drills.push_back(Done(7, "a", 100, 100));
  drills.back().phase = DrillPhase::kActive;
  const DrillTotals totals = SumUp(drills);
  EXPECT_EQ(totals.judged, 4);
  EXPECT_EQ(totals.passed, 2);
  EXPECT_EQ(totals.missed, 1);
  EXPECT_EQ(totals.never_right, 2);
  EXPECT_EQ(totals.not_judged, 2);
  EXPECT_EQ(totals.unfinished, 1);
  EXPECT_EQ(totals.other_incidents, 2);
  EXPECT_EQ(totals.detected_median_s, 4);
  EXPECT_EQ(totals.detected_worst_s, 6);
  EXPECT_EQ(totals.right_first_median_s, 6.5) << "even count: mean of the middle two";
  EXPECT_EQ(totals.right_first_worst_s, 9);
}

TEST(DrillScorecard, OfNothingHasNoMedian) {
  const DrillTotals totals = SumUp({});
  EXPECT_EQ(totals.judged, 0);
  EXPECT_FALSE(totals.detected_median_s.has_value());
  EXPECT_EQ(DescribeTotals(totals), "no drill was judged yet");
  EXPECT_EQ(ScorecardToMarkdown(MakeScorecard({})), "# Drills\n\nno drill was judged yet.\n");
}

TEST(DrillScorecard, RunsAreNewestFirstAndDrillsWithoutARunStandAlone) {
  const DrillScorecard card =
      MakeScorecard({Done(1, "old", 4, 4), Done(3, "", 5, 5), Done(2, "old", {}, {}),
                     Done(5, "new", 2, 2), Done(4, "", 7, {})});
  std::vector<std::string> runs;
  for (const DrillRun& run : card.runs) runs.push_back(run.run);
  EXPECT_THAT(runs, testing::ElementsAre("new", "", "", "old"));
  EXPECT_EQ(card.runs[3].totals.judged, 2);
  EXPECT_EQ(card.runs[3].totals.passed, 1);
  EXPECT_EQ(card.runs[3].started, base::TimestampFromSeconds(1795489926));
  EXPECT_EQ(card.drills.front().id, 5);
}

TEST(DrillScorecard, MarkdownHasARowADrillAndARowARun) {
  Drill wrong = Done(2, "b", 11.26, {});
  wrong.message = "n1|cpu\nstood first";
  wrong.faults.push_back({.kind = "surge", .node = "", .number = 0, .problem = ProblemId::kSurge});
  const std::string text = ScorecardToMarkdown(MakeScorecard({Done(1, "a", 4.12, 5), wrong}));
  EXPECT_THAT(text,
              HasSubstr("# Drills\n\n1 of 2 passed, found in 7.7 s (median), 11 s at worst, "
                        "right first in 5.0 s (median), 5.0 s at worst, 1 never right first.\n"));
  EXPECT_THAT(text, HasSubstr("| cpu on n2 (2) + surge on the cluster |        11 s |"));
  EXPECT_THAT(text, HasSubstr("not passed: n1\\|cpu stood first |"));
  EXPECT_THAT(text, HasSubstr("## Runs"));
  EXPECT_THAT(text, Not(HasSubstr("nan")));
  EXPECT_THAT(ScorecardToMarkdown(MakeScorecard({wrong})), Not(HasSubstr("## Runs")));
}

TEST(DrillScorecard, AControlThatAlarmedNobodyIsNoMissedFault) {
  Drill control = Done(3, "all", std::nullopt, std::nullopt);
  control.faults = {{.kind = "compaction", .node = "n2", .number = 3}};
  control.passed = true;
  const DrillScorecard card = MakeScorecard({control, Done(4, "all", std::nullopt, std::nullopt)});
  EXPECT_EQ(card.totals.passed, 1);
  EXPECT_EQ(card.totals.missed, 1);
  EXPECT_EQ(card.totals.never_right, 1);
}

}  // namespace
}  // namespace distdiag::domain
