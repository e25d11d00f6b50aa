#include "collect/statement_totals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

const base::Timestamp kFrom = base::TimestampFromSeconds(1'700'000'000);
const base::Timestamp kTo = kFrom + std::chrono::seconds(10);

StatementPart Part(std::string digest, double calls, double seconds, std::string plan = "") {
  return {.digest = std::move(digest),
          .schema = "shop",
          .text = "SELECT 'x'",
          .plan = std::move(plan),
          .calls = calls,
          .seconds = seconds,
          .rows = 10 * calls};
}

TEST(StatementTotalsTest, AddsUpAKindAndRanksByTime) {
  StatementTotals totals;
  totals.Add(Part("a", 10, 1, "p1"));
  totals.Add(Part("b", 5, 5));
  totals.Add(Part("a", 20, 2, "p2"));
  const auto sample = totals.Rank(kFrom, kTo);
  ASSERT_EQ(sample.top.size(), 2U);
  EXPECT_EQ(sample.top[0].digest, "b");
  const domain::StatementTime& a = sample.top[1];
  EXPECT_EQ(a.text, "SELECT ?") << "no literal leaves";
  EXPECT_DOUBLE_EQ(a.seconds_per_second, 0.3);
  EXPECT_DOUBLE_EQ(a.calls_per_second, 3);
  EXPECT_DOUBLE_EQ(a.ms_per_call, 100);
  EXPECT_DOUBLE_EQ(a.rows_per_call, 10);
  EXPECT_EQ(a.plan, "p2") << "the plan that took most";
  EXPECT_DOUBLE_EQ(sample.seconds_per_second, 0.8);
  EXPECT_DOUBLE_EQ(sample.calls_per_second, 3.5);
}

TEST(StatementTotalsTest, TheMainWaitIsWhatTookMoreThanTheCpu) {
  StatementTotals totals;
  StatementPart part = Part("a", 1, 10);
  part.waits = {{"row lock wait", 6}, {"db file data read", 1}};
  totals.Add(part);
  EXPECT_EQ(totals.Rank(kFrom, kTo).top[0].main_wait, "row lock wait");
  part.waits = {};
  totals.Add(part);
  EXPECT_EQ(totals.Rank(kFrom, kTo).top[0].main_wait, "") << "13 s of CPU, 6 s of the wait";
}

TEST(StatementTotalsTest, TheListIsBounded) {
  StatementTotals totals;
  for (int i = 0; i < 100; ++i) totals.Add(Part(std::to_string(i), 1, 1));
  const auto sample = totals.Rank(kFrom, kTo);
  EXPECT_EQ(sample.top.size(), domain::kMostStatements);
  EXPECT_NEAR(sample.calls_per_second, 10, 1e-9) << "those that are not listed count";
}

TEST(StatementSumsTest, OnlyWhatWasAddedCounts) {
  StatementSums sums;
  sums.Remember({{.sum = Part("a", 100, 50), .is_new = false}});
  const auto sample = sums.Next({{.sum = Part("a", 110, 51), .is_new = false},
                                 {.sum = Part("new", 4, 2), .is_new = true},
                                 {.sum = Part("unknown", 900, 900), .is_new = false}})
                          .Rank(kFrom, kTo);
  ASSERT_EQ(sample.top.size(), 2U) << "a sum of before is nothing to compare with";
  EXPECT_EQ(sample.top[0].digest, "new");
  EXPECT_DOUBLE_EQ(sample.top[1].calls_per_second, 1);
  EXPECT_DOUBLE_EQ(sample.top[1].ms_per_call, 100);
}

TEST(StatementSumsTest, ASumThatFellCountsFromTheNextLookOn) {
  StatementSums sums;
  sums.Remember({{.sum = Part("a", 100, 50), .is_new = false}});
  EXPECT_TRUE(sums.Next({{.sum = Part("a", 10, 1), .is_new = false}}).Rank(kFrom, kTo).top.empty());
  const auto sample = sums.Next({{.sum = Part("a", 30, 3), .is_new = false}}).Rank(kFrom, kTo);
  EXPECT_DOUBLE_EQ(sample.calls_per_second, 2);
}

}  // namespace
}  // namespace distdiag::collect
