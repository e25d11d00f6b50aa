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
  EXPECT_FALSE(IsSent(PageReason::kSamePair));
}

}  // namespace
}  // namespace distdiag::notify
