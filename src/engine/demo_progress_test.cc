#include "engine/demo_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using domain::NodeIndex;
using domain::ProblemId;

base::Timestamp At(int second) { return base::Timestamp(std::chrono::seconds(1'000'000 + second)); }

// 100 s; a CPU fault on n1 from 30 to 70.
collect::Recording Make() {
  collect::Recording recording;
  recording.id = "A1_r1";
  recording.topology = {.cluster = "lab",
                        .nodes = {{.name = "n1", .zone = {}}, {.name = "n2", .zone = {}}}};
  for (int second = 0; second < 100; ++second) recording.times.push_back(At(second));
  recording.start = At(0);
  recording.anomaly_start = At(30);
  recording.anomaly_end = At(70);
  recording.labels = {{NodeIndex(0), ProblemId::kCpu}};
  return recording;
}

class DemoProgressTest : public ::testing::Test {
 protected:
  // Plays one round; `said` is the first pair from 35 s on.
  void Play(ProblemId said, int round) {
    for (std::size_t tick = 0; tick < 100; ++tick) {
      TickOutcome outcome;
      const int second = static_cast<int>(tick);
      if (second >= 35 && second < 80) {
        domain::RankedCause cause;
        cause.target.node = NodeIndex(0);
        cause.problem = said;
        cause.probability = 0.9;
        cause.shown = true;
        outcome.verdict.ranking.push_back(cause);
      }
      tracker_.Observe({At(1000 * round + second), outcome.verdict, {}, {}});
      collect::SourceTick replayed;
      replayed.samples.time = At(second);
      replayed.replay = {.recording = 0, .tick = tick, .round = round, .shift = {}};
      if (const auto change = progress_.Note(replayed, outcome, tracker_))
        changes_.push_back(change->kind);
    }
  }

  const std::vector<collect::Recording> recordings_ = {Make()};
  DemoProgress progress_{recordings_, 5, "The model has not seen it."};
  incident::IncidentTracker tracker_{recordings_.front().topology};
  std::vector<domain::ChangeKind> changes_;
};

TEST_F(DemoProgressTest, ARightDiagnosisIsJudgedThirtySecondsIntoTheFault) {
  Play(ProblemId::kCpu, 0);
  const serve::DemoStatus& status = progress_.status();
  EXPECT_EQ(status.total_faults, 1);
  EXPECT_EQ(status.correct, 1);
  EXPECT_EQ(status.cases[0].correct, true);
  EXPECT_EQ(status.cases[0].delay_s, 6.0) << "the second convincing tick, at 36 s";
  EXPECT_EQ(status.cases[0].state, serve::DemoCaseState::kDone);
  EXPECT_EQ(changes_,
            (std::vector{domain::ChangeKind::kFaultInjected, domain::ChangeKind::kFaultRemoved}));
  EXPECT_THAT(progress_.Summary(),
              ::testing::HasSubstr("1 of 1 faults diagnosed right. The model has not seen it."));
}

TEST_F(DemoProgressTest, AWrongDiagnosisIsCalledWrong) {
  Play(ProblemId::kIo, 0);
  EXPECT_EQ(progress_.status().correct, 0);
  EXPECT_EQ(progress_.status().cases[0].correct, false);
  EXPECT_THAT(progress_.Summary(), ::testing::HasSubstr("WRONG"));
}

TEST_F(DemoProgressTest, ANewRoundBeginsAfreshAndTheTotalsGoOn) {
  Play(ProblemId::kCpu, 0);
  Play(ProblemId::kIo, 1);
  EXPECT_EQ(progress_.status().total_faults, 2);
  EXPECT_EQ(progress_.status().correct, 1);
  EXPECT_EQ(progress_.status().cases[0].correct, false);
}

}  // namespace
}  // namespace distdiag::engine
