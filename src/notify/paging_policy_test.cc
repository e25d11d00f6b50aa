#include "notify/paging_policy.h"

#include "notify/test_fixture.h"

#include <gtest/gtest.h>

namespace distdiag::notify {
namespace {

using domain::IncidentChange;
using domain::ProblemId;

domain::IncidentEvent Updated(std::vector<domain::RankedCause> ranking) {
  domain::IncidentEvent event = SampleEvent(IncidentChange::kUpdated);
  event.incident.verdict.ranking = std::move(ranking);
  return event;
}

TEST(PagingPolicyTest, OnePageForAnIncidentAndOneWhenItEnds) {
  PagingPolicy policy;
  EXPECT_EQ(policy.Decide(SampleEvent(IncidentChange::kOpened)), PageReason::kOpened);
  const struct {
    const char* name;
    std::vector<domain::RankedCause> ranking;
    PageReason reason;
  } rows[] = {
      {"same pair", {Cause(1, ProblemId::kCpu)}, PageReason::kSamePair},
      {"a second pair is shown",
       {Cause(1, ProblemId::kCpu), Cause(2, ProblemId::kIo)},
       PageReason::kSamePair},
      {"unsure for a moment", {Cause(1, ProblemId::kCpu, false)}, PageReason::kSamePair},
      {"sure again", {Cause(1, ProblemId::kCpu)}, PageReason::kSamePair},
      {"another node", {Cause(2, ProblemId::kCpu)}, PageReason::kFirstPairChanged},
      {"told already", {Cause(2, ProblemId::kCpu)}, PageReason::kSamePair},
      {"another problem", {Cause(2, ProblemId::kIo)}, PageReason::kFirstPairChanged},
      {"hidden pairs do not count",
       {Cause(0, ProblemId::kNetwork, false), Cause(2, ProblemId::kIo)},
       PageReason::kSamePair},
  };
  for (const auto& row : rows)
    EXPECT_EQ(policy.Decide(Updated(row.ranking)), row.reason) << row.name;
  EXPECT_EQ(policy.Decide(SampleEvent(IncidentChange::kResolved)), PageReason::kResolved);
}

TEST(PagingPolicyTest, KnowsAfterARestartWhatWasTold) {
  PagingPolicy policy;
  policy.Restore(SampleEvent(IncidentChange::kOpened).incident);
  EXPECT_EQ(policy.Decide(Updated({Cause(1, ProblemId::kCpu)})), PageReason::kSamePair);
  EXPECT_EQ(policy.Decide(Updated({Cause(1, ProblemId::kIo)})), PageReason::kFirstPairChanged);
}

TEST(PagingPolicyTest, AnIncidentOpenedUnsureIsToldOnceItsCauseIsKnown) {
  PagingPolicy policy;
  domain::IncidentEvent opened = SampleEvent(IncidentChange::kOpened);
  opened.incident.verdict.ranking.clear();
  EXPECT_EQ(policy.Decide(opened), PageReason::kOpened);
  EXPECT_EQ(policy.Decide(Updated({Cause(1, ProblemId::kCpu)})), PageReason::kFirstPairChanged);
}

TEST(PagingPolicyTest, EveryReasonHasItsWord) {
  EXPECT_EQ(PageReasonName(PageReason::kOpened), "opened");
  EXPECT_EQ(PageReasonName(PageReason::kResolved), "resolved");
  EXPECT_EQ(PageReasonName(PageReason::kFirstPairChanged), "first_pair_changed");
  EXPECT_EQ(PageReasonName(PageReason::kSamePair), "same_pair");
  EXPECT_EQ(PageReasonName(PageReason::kSurer), "surer");
  EXPECT_EQ(PageReasonName(PageReason::kOverBudget), "over_budget");
  EXPECT_TRUE(IsSent(PageReason::kSurer));
  EXPECT_FALSE(IsSent(PageReason::kSamePair));
  EXPECT_FALSE(IsSent(PageReason::kOverBudget));
}

// An incident of its own, opened `hours` after the others, whose first pair has this probability.
domain::IncidentEvent Later(std::int64_t id, double hours, double probability,
                            IncidentChange change = IncidentChange::kOpened) {
  domain::IncidentEvent event = SampleEvent(change);
  event.incident.id = id;
  event.incident.detected = event.incident.updated = At(hours * 3600);
  event.incident.verdict.ranking = {Cause(1, ProblemId::kCpu)};
  event.incident.verdict.ranking[0].probability = probability;
  if (change == IncidentChange::kResolved) event.incident.resolved = event.incident.updated;
  return event;
}

TEST(PagingPolicyTest, WhatIsOverTheBudgetIsHeldBackUntilItIsSurer) {
  PagingPolicy policy({.pages_per_week = 1});
  EXPECT_EQ(policy.Decide(Later(1, 0, 0.7)), PageReason::kOpened);
  EXPECT_EQ(policy.Decide(Later(1, 1, 0.7, IncidentChange::kResolved)), PageReason::kResolved);
  EXPECT_EQ(policy.Decide(Later(2, 2, 0.8)), PageReason::kOverBudget);
  EXPECT_EQ(policy.Decide(Later(2, 2.1, 0.8, IncidentChange::kUpdated)), PageReason::kOverBudget);
  EXPECT_EQ(policy.Decide(Later(2, 2.2, 0.97, IncidentChange::kUpdated)), PageReason::kSurer);
  EXPECT_EQ(policy.Decide(Later(2, 2.3, 0.97, IncidentChange::kUpdated)), PageReason::kSamePair);
  EXPECT_EQ(policy.Decide(Later(2, 3, 0.97, IncidentChange::kResolved)), PageReason::kResolved);
  // Nobody was told of it, so nobody is told that it is over.
  EXPECT_EQ(policy.Decide(Later(3, 4, 0.6)), PageReason::kOverBudget);
  EXPECT_EQ(policy.Decide(Later(3, 5, 0.6, IncidentChange::kResolved)), PageReason::kOverBudget);
  const AlarmBudgetMeter meter = policy.Meter(At(5 * 3600));
  EXPECT_EQ(meter.pages, 2);
  EXPECT_EQ(meter.held_back, 2);
  EXPECT_EQ(policy.Decide(Later(4, 24 * 8, 0.6)), PageReason::kOpened) << "a week later";
}

TEST(PagingPolicyTest, TheBudgetIsKnownAfterARestart) {
  PagingPolicy policy({.pages_per_week = 1});
  policy.Restore(Later(1, 0, 0.7, IncidentChange::kResolved).incident);
  policy.Restore(Later(2, 2, 0.6).incident);
  EXPECT_EQ(policy.Decide(Later(2, 3, 0.6, IncidentChange::kUpdated)), PageReason::kOverBudget);
  EXPECT_EQ(policy.Meter(At(3 * 3600)).pages, 1);
}

}  // namespace
}  // namespace distdiag::notify
