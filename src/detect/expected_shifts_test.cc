#include "detect/expected_shifts.h"

#include "detect/testing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

using domain::ChangeEvent;
using domain::ChangeKind;
using domain::ChangePhase;
using domain::NodeIndex;
using domain::ProblemId;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr NodeIndex kN1{0}, kN2{1}, kN3{2};
constexpr auto kBegan = ChangePhase::kBegan;
constexpr auto kEnded = ChangePhase::kEnded;

class ExpectedShiftsTest : public ::testing::Test {
 protected:
  // One tick of 1 s.
  ExpectedShifts::Step Tick(const std::vector<ChangeEvent>& changes = {}) {
    tape_.Append([&](std::size_t node, std::size_t) { return clients_[node]; });
    domain::TickSamples samples{.time = tape_.times().back(), .nodes = {}};
    for (std::uint32_t n = 0; n < 3; ++n)
      samples.nodes.push_back(
          {.node = NodeIndex(n), .answered = !silent_.contains(NodeIndex(n)), .values = {}});
    return shifts_.Observe(samples, tape_.View(), changes, in_incident_);
  }
  void Ticks(int count) {
    for (int i = 0; i < count; ++i) Tick();
  }
  static ChangeEvent Change(ChangeKind kind, std::string node,
                            ChangePhase phase = ChangePhase::kMoment) {
    return {.time = {}, .kind = kind, .node = std::move(node), .description = {}, .phase = phase};
  }
  void MoveLeaders() {
    Tick({Change(ChangeKind::kLeaderMove, "n1", kEnded)});
    Tick({Change(ChangeKind::kLeaderMove, "n2", kBegan)});
  }
  void Freeze(const std::string& node = "n2") { Tick({Change(ChangeKind::kFreeze, node, kBegan)}); }

  static domain::RankedCause Cause(std::optional<NodeIndex> node, ProblemId problem,
                                   const std::vector<std::string_view>& metrics) {
    domain::RankedCause cause;
    cause.target.node = node;
    cause.problem = problem;
    cause.shown = true;
    for (const std::string_view name : metrics) {
      domain::Alarm alarm{};
      alarm.node = node.value_or(kN1);
      alarm.metric = domain::FindMetric(name).value();
      cause.evidence.push_back(alarm);
    }
    return cause;
  }
  // Whether the pair is left as it is.
  bool IsShown(domain::RankedCause cause, std::vector<double> distress = {0, 0, 0}) {
    domain::Verdict verdict;
    verdict.ranking.push_back(std::move(cause));
    shifts_.Explain(verdict, tape_.View(), distress, in_incident_);
    return verdict.ranking.front().shown;
  }
  bool ShowsIo(NodeIndex node = kN2) {
    return IsShown(Cause(node, ProblemId::kIo, {"h_disk_util", "h_psi_io_some"}));
  }
  bool ShowsCpu(NodeIndex node = kN2) {
    return IsShown(Cause(node, ProblemId::kCpu, {"h_psi_cpu_some", "o_cpu_cores"}));
  }

  domain::Topology topology_{.cluster = "lab", .nodes = {{"n1", ""}, {"n2", ""}, {"n3", ""}}};
  ExpectedShifts shifts_{topology_};
  std::set<NodeIndex> silent_, in_incident_;
  RowTape tape_{3, {"c_tps"}};
  std::vector<double> clients_ = {30, 30, 30};
};

TEST_F(ExpectedShiftsTest, NothingIsExplainedWithoutAChange) {
  Ticks(3);
  EXPECT_THAT(shifts_.Standing(), IsEmpty());
  EXPECT_THAT(shifts_.Held(), IsEmpty());
  EXPECT_TRUE(ShowsIo());
  EXPECT_TRUE(ShowsCpu());
}

TEST_F(ExpectedShiftsTest, AFreezeExplainsWorkOnItsNodeForItsTime) {
  Freeze();
  ASSERT_THAT(shifts_.Standing(), SizeIs(1));
  EXPECT_THAT(shifts_.Standing()[0].nodes, ElementsAre(kN2));
  EXPECT_EQ(shifts_.Standing()[0].reason_en,
            "n2 writes out a memstore that was frozen at 00:16:40");
  EXPECT_EQ(shifts_.Standing()[0].until - shifts_.Standing()[0].since, std::chrono::seconds(60));
  EXPECT_THAT(shifts_.Held(), ElementsAre(kN2));
  EXPECT_FALSE(ShowsIo());
  EXPECT_FALSE(ShowsCpu());
  EXPECT_TRUE(ShowsIo(kN3));
  Ticks(59);
  EXPECT_FALSE(ShowsIo());
  Ticks(1);
  EXPECT_TRUE(ShowsIo());
  EXPECT_THAT(shifts_.Standing(), IsEmpty());
}

TEST_F(ExpectedShiftsTest, SaysWhyAndTellsEachPairOnce) {
  Freeze();
  for (int round = 0; round < 2; ++round) {
    domain::Verdict verdict;
    verdict.ranking = {Cause(kN2, ProblemId::kIo, {"h_disk_util"})};
    const auto fresh = shifts_.Explain(verdict, tape_.View(), {}, {});
    EXPECT_EQ(fresh.size(), round == 0 ? 1U : 0U);
    EXPECT_EQ(verdict.ranking[0].why_not,
              "expected: n2 writes out a memstore that was frozen at 00:16:40");
    Tick();
  }
}

TEST_F(ExpectedShiftsTest, NeverHidesWhatTheChangeDoesNotMake) {
  Freeze();
  for (const ProblemId problem :
       {ProblemId::kUnknown, ProblemId::kNetwork, ProblemId::kSurge, ProblemId::kIndex,
        ProblemId::kLock, ProblemId::kSlowSql, ProblemId::kNetworkDelay, ProblemId::kNetworkLoss,
        ProblemId::kStall, ProblemId::kBackupLock, ProblemId::kCrash})
    EXPECT_TRUE(IsShown(Cause(kN2, problem, {"h_disk_util"}))) << static_cast<int>(problem);
  EXPECT_TRUE(IsShown(Cause(std::nullopt, ProblemId::kIo, {"h_disk_util"})));  // the whole cluster
  EXPECT_TRUE(
      IsShown(Cause(kN2, ProblemId::kIo, {})));  // nothing speaks for it that could be judged
  EXPECT_TRUE(IsShown(Cause(kN2, ProblemId::kIo, {"h_disk_util", "c_p95_ms"})));
  EXPECT_TRUE(IsShown(Cause(kN2, ProblemId::kCpu, {"h_cpu_ext"})));  // other processes
  EXPECT_TRUE(IsShown(Cause(kN2, ProblemId::kCache, {"o_memstore_limit_bytes"})));
  EXPECT_FALSE(IsShown(Cause(kN2, ProblemId::kCache, {"o_block_cache_misses"})));
}

TEST_F(ExpectedShiftsTest, NeverHidesSufferingClientsASilentNodeOrAnOpenIncident) {
  Freeze();
  const auto io = Cause(kN2, ProblemId::kIo, {"h_disk_util"});
  EXPECT_TRUE(IsShown(io, {0, 0.4, 0}));
  EXPECT_FALSE(IsShown(io, {0.4, 0.1, 0.4}));
  in_incident_ = {kN2};
  EXPECT_TRUE(ShowsIo());
  in_incident_.clear();
  silent_ = {kN2};
  Tick();
  EXPECT_TRUE(ShowsIo());
}

TEST_F(ExpectedShiftsTest, ALeaderMoveIsPlannedWhenBothSidesTellIt) {
  MoveLeaders();
  ASSERT_THAT(shifts_.Standing(), SizeIs(1));
  EXPECT_THAT(shifts_.Standing()[0].nodes, ElementsAre(kN1, kN2));
  EXPECT_EQ(shifts_.Standing()[0].reason_en, "leaders moved from n1 to n2 at 00:16:41");
  EXPECT_FALSE(ShowsCpu(kN1));
  EXPECT_FALSE(ShowsCpu(kN2));
  EXPECT_TRUE(ShowsIo(kN2));  // a move writes nothing
}

TEST_F(ExpectedShiftsTest, TheTwoSidesMayTellItInEitherOrderButNotLongApart) {
  Tick({Change(ChangeKind::kLeaderMove, "n2", kBegan)});
  EXPECT_THAT(shifts_.Standing(), IsEmpty());
  Ticks(5);
  Tick({Change(ChangeKind::kLeaderMove, "n1", kEnded)});
  EXPECT_THAT(shifts_.Standing(), SizeIs(1));

  shifts_.Reset();
  Tick({Change(ChangeKind::kLeaderMove, "n2", kBegan)});
  Ticks(20);
  Tick({Change(ChangeKind::kLeaderMove, "n1", kEnded)});
  EXPECT_THAT(shifts_.Standing(), IsEmpty());
}

TEST_F(ExpectedShiftsTest, AMoveAwayFromAFailedNodeExplainsNothing) {
  // Silent: it tells nothing at all.
  silent_ = {kN1};
  Ticks(5);
  Tick({Change(ChangeKind::kLeaderMove, "n2", kBegan)});
  EXPECT_THAT(shifts_.Standing(), IsEmpty());
  // It comes back and tells that it leads no longer: it failed a moment ago.
  silent_.clear();
  Tick({Change(ChangeKind::kLeaderMove, "n1", kEnded)});
  EXPECT_THAT(shifts_.Standing(), IsEmpty());

  for (const ChangeKind failure : {ChangeKind::kRestart, ChangeKind::kMemberLeft}) {
    shifts_.Reset();
    Tick({Change(failure, "n1")});
    MoveLeaders();
    EXPECT_THAT(shifts_.Standing(), IsEmpty());
  }
}

TEST_F(ExpectedShiftsTest, AFailureEndsTheShiftAndNothingIsLearnedFromIt) {
  MoveLeaders();
  const auto step = Tick({Change(ChangeKind::kMemberLeft, "n1")});
  EXPECT_THAT(shifts_.Standing(), IsEmpty());
  EXPECT_THAT(step.relearn, IsEmpty());
  EXPECT_TRUE(ShowsCpu(kN2));
}

TEST_F(ExpectedShiftsTest, TheNewLevelIsLearnedAfterAMoveAndNotAfterWorkThatPasses) {
  Tick({Change(ChangeKind::kLeaderMove, "n1", kEnded)});
  auto step = Tick({Change(ChangeKind::kLeaderMove, "n2", kBegan)});
  ASSERT_THAT(step.forget, SizeIs(1));
  EXPECT_THAT(step.forget[0].nodes, ElementsAre(kN2, kN1));
  EXPECT_TRUE(step.forget[0].HasMetric(domain::FindMetric("o_commits").value()));
  EXPECT_FALSE(step.forget[0].HasMetric(domain::FindMetric("c_p95_ms").value()));
  EXPECT_THAT(step.relearn, IsEmpty());
  Ticks(89);
  in_incident_ = {kN1};  // what it does now is trouble
  step = Tick();
  ASSERT_THAT(step.relearn, SizeIs(1));
  EXPECT_THAT(step.relearn[0].nodes, ElementsAre(kN2));

  in_incident_.clear();
  EXPECT_THAT(Tick({Change(ChangeKind::kCompaction, "n3", kBegan)}).forget, IsEmpty());
  for (int i = 0; i < 130; ++i) EXPECT_THAT(Tick().relearn, IsEmpty());
  EXPECT_THAT(shifts_.Standing(), IsEmpty());
}

TEST_F(ExpectedShiftsTest, WorkThatIsToldToBeOverEndsEarly) {
  Tick({Change(ChangeKind::kCompaction, "n2", kBegan)});
  Ticks(5);
  Tick({Change(ChangeKind::kCompaction, "n3", kEnded)});  // another's
  Tick({Change(ChangeKind::kCompaction, "n2", kEnded)});
  Ticks(9);
  EXPECT_FALSE(ShowsIo());
  Ticks(1);
  EXPECT_TRUE(ShowsIo());
}

TEST_F(ExpectedShiftsTest, ChangesThatNeverEndAreNotExplainedForEver) {
  int hidden = 0;
  for (int second = 0; second < 600; ++second) {
    Freeze();
    hidden += ShowsIo() ? 0 : 1;
  }
  EXPECT_GT(hidden, 100);
  EXPECT_LE(hidden, 300);
  EXPECT_TRUE(ShowsIo());
  Ticks(700);
  Freeze();
  EXPECT_FALSE(ShowsIo());  // it has been calm for long enough
}

TEST_F(ExpectedShiftsTest, WhatIsNobodysOrNoSuchChangeIsIgnored) {
  Tick({Change(ChangeKind::kFreeze, "", kBegan), Change(ChangeKind::kFreeze, "n9", kBegan),
        Change(ChangeKind::kCompaction, "n2"), Change(ChangeKind::kRebalance, "n2"),
        Change(ChangeKind::kDdl, "n2", kBegan), Change(ChangeKind::kFaultInjected, "n2", kBegan)});
  EXPECT_THAT(shifts_.Standing(), IsEmpty());
}

TEST_F(ExpectedShiftsTest, ResetForgetsAll) {
  MoveLeaders();
  shifts_.Reset();
  EXPECT_THAT(shifts_.Standing(), IsEmpty());
  EXPECT_TRUE(ShowsCpu());
}

// After a move the old leader's clients work on the new one: as a whole they get as much done.
TEST_F(ExpectedShiftsTest, ClientsThatFollowTheLeadersDoNotSuffer) {
  const auto unknown = Cause(kN1, ProblemId::kUnknown, {"c_tps"});
  Ticks(40);
  clients_ = {2, 58, 30};
  Ticks(2);
  EXPECT_TRUE(IsShown(unknown, {0.6, 0, 0}));  // nobody has told a move
  MoveLeaders();
  Ticks(5);
  EXPECT_FALSE(IsShown(unknown, {0.6, 0, 0}));
  EXPECT_TRUE(IsShown(Cause(kN3, ProblemId::kUnknown, {"c_tps"}), {0, 0, 0.6}));
  EXPECT_TRUE(IsShown(Cause(kN1, ProblemId::kLock, {"c_tps"}), {0.6, 0, 0}));
  clients_ = {2, 20, 30};  // now they do
  Ticks(5);
  EXPECT_TRUE(IsShown(unknown, {0.6, 0, 0}));
  clients_ = {2, 58, 30};
  for (int i = 0; i < 85; ++i) {
    const auto step = Tick();
    if (step.relearn.empty()) continue;
    EXPECT_TRUE(step.relearn[0].HasMetric(domain::FindMetric("c_tps").value()));
    return;
  }
  FAIL() << "nothing is learned anew";
}

TEST_F(ExpectedShiftsTest, ClientsAreNotLearnedAnewWhereTheirWorkShrank) {
  Ticks(40);
  MoveLeaders();
  clients_ = {2, 20, 30};
  for (int i = 0; i < 95; ++i) {
    for (const auto& choice : Tick().relearn)
      EXPECT_FALSE(choice.HasMetric(domain::FindMetric("c_tps").value()));
  }
}

}  // namespace
}  // namespace distdiag::detect
