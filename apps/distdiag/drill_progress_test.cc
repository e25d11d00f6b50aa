#include "drill_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::app {
namespace {

using domain::DrillPhase;
using testing::ElementsAre;
using testing::IsEmpty;

base::Timestamp At(double seconds) { return base::TimestampFromSeconds(1795489925 + seconds); }

DrillView View(DrillPhase phase) {
  DrillView view;
  view.faults = "cpu on n2 (2)";
  view.phase = phase;
  view.duration_s = 40;
  return view;
}

TEST(DrillProgress, TellsEachChangeOnce) {
  DrillProgress progress(At(0));
  std::vector<DrillView> drills = {View(DrillPhase::kWaiting), View(DrillPhase::kWaiting)};
  EXPECT_THAT(progress.News(drills, At(0)), IsEmpty());
  drills[0].phase = DrillPhase::kActive;
  EXPECT_THAT(progress.News(drills, At(10)),
              ElementsAre("[1/2] cpu on n2 (2) … at work (about 3 min left)"));
  EXPECT_THAT(progress.News(drills, At(11)), IsEmpty());
  drills[0].detected_s = 4.1;
  drills[0].right_first_s = 4.1;
  EXPECT_THAT(progress.News(drills, At(15)),
              ElementsAre("[1/2] cpu on n2 (2) … at work, detected after 4.1 s, right first (about "
                          "3 min left)"));
  drills[0].phase = DrillPhase::kDone;
  drills[0].passed = true;
  drills[1].phase = DrillPhase::kPreparing;
  EXPECT_THAT(
      progress.News(drills, At(60)),
      ElementsAre(
          "[1/2] cpu on n2 (2) … PASSED, detected after 4.1 s, right first (about 60 s left)",
          "[2/2] cpu on n2 (2) … preparing (about 60 s left)"));
}

TEST(DrillProgress, SaysWhyOneDidNotPass) {
  DrillView missed = View(DrillPhase::kDone);
  EXPECT_EQ(DescribeProgress(missed), "NOT PASSED, missed");
  DrillView control = View(DrillPhase::kDone);
  control.is_control = true;
  control.message = "expected no incident, 1 opened";
  EXPECT_EQ(DescribeProgress(control), "NOT PASSED: expected no incident, 1 opened");
  missed.detected_s = 12;
  missed.rank = 2;
  missed.message = "n1: I/O stood first";
  EXPECT_EQ(DescribeProgress(missed),
            "NOT PASSED, detected after 12.0 s, rank 2: n1: I/O stood first");
  missed.phase = DrillPhase::kFailed;
  EXPECT_EQ(DescribeProgress(missed), "FAILED: n1: I/O stood first");
  missed.right_first_s = 15;
  missed.phase = DrillPhase::kRecovering;
  EXPECT_EQ(DescribeProgress(missed), "undone, detected after 12.0 s, right first after 15.0 s");
}

TEST(DrillProgress, OnlyAllPassedIsPassed) {
  std::vector<DrillView> drills = {View(DrillPhase::kDone), View(DrillPhase::kDone)};
  drills[0].passed = true;
  EXPECT_TRUE(AllOver(drills));
  EXPECT_FALSE(AllPassed(drills));
  drills[1].passed = true;
  EXPECT_TRUE(AllPassed(drills));
  EXPECT_FALSE(SecondsLeft(drills, std::chrono::seconds(9)).has_value());
  drills[1].phase = DrillPhase::kCancelled;
  EXPECT_FALSE(AllPassed(drills)) << "what was not judged has not passed";
  drills[1].phase = DrillPhase::kActive;
  EXPECT_FALSE(AllOver(drills));
}

}  // namespace
}  // namespace distdiag::app
