#include "engine/drill/drill_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using domain::ProblemId;

base::Timestamp At(double s) { return base::TimestampFromSeconds(10'000 + s); }

domain::Topology ThreeNodes() {
  return {.cluster = "c",
          .nodes = {
              {.name = "n1", .zone = {}}, {.name = "n2", .zone = {}}, {.name = "n3", .zone = {}}}};
}

domain::RankedCause Cause(int node, ProblemId problem) {
  domain::RankedCause cause;
  if (node > 0) cause.target.node = domain::NodeIndex(static_cast<std::uint32_t>(node - 1));
  cause.problem = problem;
  cause.probability = 0.9;
  cause.shown = true;
  return cause;
}

domain::Incident Incident(double detected, std::vector<domain::RankedCause> ranking) {
  domain::Incident incident;
  incident.id = 7;
  incident.detected = At(detected);
  incident.verdict.ranking = std::move(ranking);
  return incident;
}

// A drill of CPU on n2: prepared at 0, at work at 0, undone at 30.
class DrillJudgeTest : public ::testing::Test {
 protected:
  DrillJudgeTest() : judge_(Cpu(), ThreeNodes()) {
    judge_.Preparing(At(0));
    judge_.Injected(At(0));
  }
  static domain::Drill Cpu() {
    domain::Drill drill;
    drill.faults = {{.kind = "cpu", .node = "n2", .number = 3, .problem = ProblemId::kCpu}};
    return drill;
  }
  void Tick(double time, const std::vector<domain::Incident>& open,
            const std::vector<domain::Incident>& opened = {}) {
    std::vector<domain::IncidentEvent> events;
    for (const domain::Incident& one : opened)
      events.push_back({.change = domain::IncidentChange::kOpened, .incident = one});
    judge_.NoteTick(At(time), events, open);
  }
  const domain::Drill& Finish() {
    judge_.Undone(At(30));
    Tick(31, {});
    judge_.Close();
    return judge_.drill();
  }
  DrillJudge judge_;
};

TEST_F(DrillJudgeTest, RightAtOncePasses) {
  const auto incident = Incident(4, {Cause(2, ProblemId::kCpu), Cause(1, ProblemId::kIo)});
  Tick(4, {incident}, {incident});
  Tick(25, {incident});
  const domain::Drill& drill = Finish();
  EXPECT_TRUE(drill.passed) << drill.message;
  EXPECT_DOUBLE_EQ(*drill.detected_s, 4);
  EXPECT_DOUBLE_EQ(*drill.right_first_s, 4);
  EXPECT_EQ(drill.rank_at_opening, 1);
  EXPECT_EQ(drill.rank, 1);
  EXPECT_DOUBLE_EQ(drill.recall, 1);
  EXPECT_DOUBLE_EQ(*drill.resolved_s, 1);
  EXPECT_EQ(drill.other_incidents, 0);
  EXPECT_EQ(drill.incident_id, 7);
}

TEST_F(DrillJudgeTest, WrongFirstRightLaterIsRankedAtTheEndOfTheJudgingTime) {
  const auto wrong = Incident(3, {Cause(1, ProblemId::kIo), Cause(2, ProblemId::kCpu)});
  Tick(3, {wrong}, {wrong});
  Tick(9, {Incident(3, {Cause(2, ProblemId::kCpu)})});
  Tick(20, {Incident(3, {Cause(2, ProblemId::kCpu)})});
  Tick(25, {wrong});  // after the judging time: does not count any more
  const domain::Drill& drill = Finish();
  EXPECT_TRUE(drill.passed) << drill.message;
  EXPECT_EQ(drill.rank_at_opening, 2);
  EXPECT_DOUBLE_EQ(*drill.right_first_s, 9);
  EXPECT_EQ(drill.rank, 1);
}

TEST_F(DrillJudgeTest, TheRightProblemOnTheWrongNodeFails) {
  const auto incident = Incident(3, {Cause(1, ProblemId::kCpu)});
  Tick(3, {incident}, {incident});
  Tick(20, {incident});
  const domain::Drill& drill = Finish();
  EXPECT_FALSE(drill.passed);
  EXPECT_EQ(drill.rank, 0);
  EXPECT_FALSE(drill.right_first_s);
  EXPECT_THAT(drill.message, testing::HasSubstr("not in the verdict"));
}

TEST_F(DrillJudgeTest, NoIncidentFails) {
  Tick(10, {});
  EXPECT_THAT(Finish().message, testing::HasSubstr("no incident"));
}

TEST_F(DrillJudgeTest, TooLateFails) {
  const auto incident = Incident(24, {Cause(2, ProblemId::kCpu)});
  Tick(24, {incident}, {incident});
  const domain::Drill& drill = Finish();
  EXPECT_FALSE(drill.passed);
  EXPECT_THAT(drill.message, testing::HasSubstr("24.0 s"));
}

TEST_F(DrillJudgeTest, OneOtherIncidentIsForgivenTwoAreNot) {
  const auto own = Incident(3, {Cause(2, ProblemId::kCpu)});
  const auto second = Incident(5, {Cause(1, ProblemId::kIo)});
  const auto third = Incident(6, {Cause(3, ProblemId::kIo)});
  Tick(3, {own}, {own});
  Tick(5, {own, second}, {second});
  EXPECT_EQ(judge_.drill().other_incidents, 1);
  Tick(6, {own, second, third}, {third});
  const domain::Drill& drill = Finish();
  EXPECT_EQ(drill.other_incidents, 2);
  EXPECT_FALSE(drill.passed);
}

TEST_F(DrillJudgeTest, ALaterIncidentDoesNotRewriteWhatWasFoundInTime) {
  const auto own = Incident(3, {Cause(2, ProblemId::kCpu)});
  Tick(3, {own}, {own});
  Tick(21, {own});
  const auto later = Incident(25, {Cause(2, ProblemId::kCpu)});
  Tick(25, {later}, {later});
  const domain::Drill& drill = Finish();
  EXPECT_DOUBLE_EQ(*drill.detected_s, 3);
  EXPECT_TRUE(drill.passed) << drill.message;
}

TEST_F(DrillJudgeTest, AnIncidentOfThePreparationCountsFromWhenItNamesTheFault) {
  DrillJudge judge(Cpu(), ThreeNodes());
  judge.Preparing(At(0));
  const auto wrong = Incident(2, {Cause(1, ProblemId::kIo)});
  const std::vector<domain::IncidentEvent> opened = {
      {.change = domain::IncidentChange::kOpened, .incident = wrong}};
  judge.NoteTick(At(2), opened, std::vector{wrong});
  judge.Injected(At(10));
  judge.NoteTick(At(11), {}, std::vector{wrong});
  EXPECT_FALSE(judge.drill().detected_s);
  judge.NoteTick(At(16), {}, std::vector{Incident(2, {Cause(2, ProblemId::kCpu)})});
  EXPECT_DOUBLE_EQ(*judge.drill().detected_s, 6);
}

TEST_F(DrillJudgeTest, OfTwoFaultsBothMustBeNamed) {
  domain::Drill two = Cpu();
  two.faults.push_back(
      {.kind = "net", .node = "n1", .number = 2400, .problem = ProblemId::kNetwork});
  for (const bool both : {false, true}) {
    DrillJudge judge(two, ThreeNodes());
    judge.Preparing(At(0));
    judge.Injected(At(0));
    std::vector<domain::RankedCause> ranking = {Cause(2, ProblemId::kCpu)};
    if (both) ranking.push_back(Cause(1, ProblemId::kNetwork));
    const auto incident = Incident(3, ranking);
    const std::vector<domain::IncidentEvent> opened = {
        {.change = domain::IncidentChange::kOpened, .incident = incident}};
    judge.NoteTick(At(3), opened, std::vector{incident});
    judge.Undone(At(30));
    judge.NoteTick(At(31), {}, {});
    judge.Close();
    EXPECT_EQ(judge.drill().passed, both) << judge.drill().message;
  }
}

TEST_F(DrillJudgeTest, AnIncidentOfBeforeTheDrillIsNotItsOwn) {
  Tick(3, {Incident(-100, {Cause(2, ProblemId::kCpu)})});
  EXPECT_FALSE(judge_.drill().detected_s);
}

TEST_F(DrillJudgeTest, AnIncidentThatStaysOpenFails) {
  const auto incident = Incident(3, {Cause(2, ProblemId::kCpu)});
  Tick(3, {incident}, {incident});
  judge_.Undone(At(30));
  Tick(60, {incident});
  judge_.Close();
  EXPECT_THAT(judge_.drill().message, testing::HasSubstr("not resolved"));
}

TEST(DrillJudgeOfAControl, PassesOnlyWhenNobodyIsAlarmed) {
  domain::Drill control;
  control.faults = {{.kind = "compaction", .node = "n2", .number = 3}};
  for (const bool alarmed : {false, true}) {
    DrillJudge judge(control, ThreeNodes());
    judge.Preparing(At(0));
    judge.Injected(At(0));
    // Also an incident that names nothing certain on the right node is one too many.
    const auto incident = Incident(4, {Cause(2, ProblemId::kUnknown)});
    const std::vector<domain::IncidentEvent> opened = {
        {.change = domain::IncidentChange::kOpened, .incident = incident}};
    if (alarmed) judge.NoteTick(At(4), opened, std::vector{incident});
    judge.Undone(At(30));
    judge.NoteTick(At(31), {}, {});
    judge.Close();
    const domain::Drill& drill = judge.drill();
    EXPECT_EQ(drill.passed, !alarmed) << drill.message;
    EXPECT_EQ(drill.message, alarmed ? "expected no incident, 1 opened" : "");
    EXPECT_EQ(drill.other_incidents, alarmed ? 1 : 0);
    EXPECT_EQ(drill.incident_id.has_value(), alarmed);
    EXPECT_FALSE(drill.detected_s);
  }
}

}  // namespace
}  // namespace distdiag::engine
