#include "lab/workload/data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using testing::HasSubstr;

TEST(GoTpcOutput, AFinishedCheckWithoutFailuresIsOk) {
  EXPECT_TRUE(JudgeGoTpcOutput("begin to check warehouse 1 at condition 3.3.2.1\n"
                               "begin to check warehouse 1 at condition 3.3.2.2\nFinished\n")
                  .ok());
}

TEST(GoTpcOutput, AConditionThatDoesNotHoldIsNamed) {
  const base::Status status = JudgeGoTpcOutput(
      "begin to check warehouse 2 at condition 3.3.2.1\n"
      "execute check failed, err check warehouse 2 at condition 3.3.2.1 failed sum(d_ytd) - "
      "max(w_ytd) should be 0 in warehouse 2, but got 7.000000\nFinished\n");
  EXPECT_EQ(status.code(), base::StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("3.3.2.1"));
  EXPECT_THAT(status.message(), HasSubstr("but got 7.0"));
}

TEST(GoTpcOutput, OtherFailuresAreQuoted) {
  const base::Status status =
      JudgeGoTpcOutput("panic: failed to connect to database when loading data\n\ngoroutine 1\n");
  EXPECT_EQ(status.code(), base::StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("failed to connect"));
}

TEST(GoTpcOutput, AnEndInTheMiddleIsAFailure) {
  EXPECT_FALSE(JudgeGoTpcOutput("creating table item\nload to item\n").ok());
  EXPECT_FALSE(JudgeGoTpcOutput("").ok());
}

TEST(GoTpcOutput, ProgressCountsDistricts) {
  EXPECT_EQ(GoTpcProgress("", 3), 0);
  std::string output = "load to item\n";
  for (int i = 0; i < 15; ++i) output += "load to customer in warehouse 1 district 2\n";
  EXPECT_DOUBLE_EQ(GoTpcProgress(output, 3), 0.5);
  EXPECT_EQ(GoTpcProgress(output, 1), 1);
}

}  // namespace
}  // namespace distdiag::lab
