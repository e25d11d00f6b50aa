#include "engine/drill/drill_runner.h"

#include "inject/test_fakes.h"
#include "store/database.h"

#include <unistd.h>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using domain::DrillPhase;
using domain::ProblemId;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Stands still until the test moves it; whoever waits for a later time really waits.
class ManualClock final : public base::Clock {
 public:
  base::Timestamp Now() const override {
    base::MutexLock lock(mutex_);
    return now_;
  }
  bool SleepUntil(base::Timestamp deadline, base::StopSignal& stop) override {
    {
      base::MutexLock lock(mutex_);
      if (now_ >= deadline) return !stop.requested();
      deadline_ = deadline;
      waiting_ = true;
    }
    while (StillWaiting()) {
      if (stop.WaitFor(milliseconds(1))) return false;
    }
    return !stop.requested();
  }
  // Waits until the runner waits, then moves on; it does not count as waiting any more once its time has come.
  void Step(base::Duration by) {
    base::StopSignal moment;
    while (!StillWaiting()) moment.WaitFor(milliseconds(1));
    base::MutexLock lock(mutex_);
    now_ += by;
    if (now_ >= deadline_) waiting_ = false;
  }

 private:
  bool StillWaiting() const {
    base::MutexLock lock(mutex_);
    return waiting_;
  }
  mutable base::Mutex mutex_;
  base::Timestamp now_ GUARDED_BY(mutex_) = base::TimestampFromSeconds(1'800'000'000);
  base::Timestamp deadline_ GUARDED_BY(mutex_);
  bool waiting_ GUARDED_BY(mutex_) = false;
};

class DrillRunnerTest : public ::testing::Test {
 protected:
  DrillRunnerTest() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    database_ = store::Database::Open({.path = folder_ + "/d.db"}).value();
    drills_ = std::make_unique<store::DrillRepository>(*database_);
    NewRunner();
  }
  ~DrillRunnerTest() override {
    runner_.reset();
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  void NewRunner() {
    injector_ = std::make_unique<inject::Injector>(
        inject::InjectorOptions{.journal_directory = "journal"}, driver_, files_, clock_,
        std::make_unique<inject::FakeLock>(std::make_shared<inject::FakeLock::Keys>()));
    runner_ = std::make_unique<DrillRunner>(DrillRunner::Deps{*injector_, *drills_, feed_, clock_},
                                            topology_);
  }
  // One tick of the diagnosis and a quarter of a second; `said` is its first pair.
  void Tick(std::optional<ProblemId> said) {
    TickOutcome outcome;
    outcome.scores.ready = true;
    outcome.verdict.time = clock_.Now();
    if (said) {
      domain::RankedCause cause;
      cause.target.node = domain::NodeIndex(1);
      cause.problem = *said;
      cause.probability = 0.95;
      cause.shown = true;
      outcome.verdict.ranking = {cause};
    }
    outcome.events = tracker_.Observe({clock_.Now(), outcome.verdict, {}, {}});
    runner_->NoteTick(clock_.Now(), outcome, tracker_);
    for (int quarter = 0; quarter < 4; ++quarter) clock_.Step(milliseconds(250));
  }
  DrillPhase PhaseOf(std::int64_t id) { return drills_->Get(id)->phase; }
  // Ticks until the drill's phase is this; false after a long time.
  bool TickUntil(std::int64_t id, DrillPhase phase, std::optional<ProblemId> said) {
    for (int tick = 0; tick < 400 && PhaseOf(id) != phase; ++tick) Tick(said);
    return PhaseOf(id) == phase;
  }
  std::int64_t StartBurn() {
    const auto drills =
        runner_->Start({.suite = {}, .faults = {{"burn", "n2", 3}}, .duration_s = 30});
    return drills ? drills->front().id : 0;
  }
  bool WorldIsAsBefore() const {
    return driver_.world.at("n2/burn/mode") == "normal" &&
           driver_.world.at("n2/burn/quota") == "50" && driver_.world.at("link@n2") == "free";
  }

  // Tests run beside each other, each in a process of its own.
  const std::string folder_ =
      ::testing::TempDir() + "/drill_runner_test_" + std::to_string(getpid());
  const domain::Topology topology_{
      .cluster = "c", .nodes = {{.name = "n1", .zone = {}}, {.name = "n2", .zone = {}}}};
  ManualClock clock_;
  base::SelfMetrics metrics_;
  base::MemoryFileSystem files_;
  inject::FakeDriver driver_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::DrillRepository> drills_;
  serve::LiveFeed feed_{clock_, metrics_};
  incident::IncidentTracker tracker_{topology_};
  std::unique_ptr<inject::Injector> injector_;
  std::unique_ptr<DrillRunner> runner_;
};

TEST_F(DrillRunnerTest, ADrillThatIsDiagnosedRightPasses) {
  runner_->Launch();
  const std::int64_t id = StartBurn();
  ASSERT_NE(id, 0);
  ASSERT_TRUE(TickUntil(id, DrillPhase::kActive, std::nullopt));
  EXPECT_EQ(driver_.world.at("n2/burn/mode"), "broken");
  ASSERT_TRUE(TickUntil(id, DrillPhase::kRecovering, ProblemId::kCpu));
  EXPECT_TRUE(WorldIsAsBefore());
  ASSERT_TRUE(TickUntil(id, DrillPhase::kDone, std::nullopt));
  const domain::Drill drill = *drills_->Get(id);
  EXPECT_TRUE(drill.passed) << drill.message;
  EXPECT_LE(*drill.detected_s, 5);
  EXPECT_EQ(drill.rank, 1);
  std::vector<domain::ChangeKind> kinds;
  for (const domain::ChangeEvent& change : runner_->TakeChanges()) kinds.push_back(change.kind);
  EXPECT_THAT(kinds, testing::ElementsAre(domain::ChangeKind::kFaultInjected,
                                          domain::ChangeKind::kFaultRemoved));
}

TEST_F(DrillRunnerTest, ACancelledDrillIsUndoneAndNotJudged) {
  runner_->Launch();
  const std::int64_t id = StartBurn();
  ASSERT_TRUE(TickUntil(id, DrillPhase::kActive, std::nullopt));
  EXPECT_TRUE(runner_->Cancel(id).ok());
  ASSERT_TRUE(TickUntil(id, DrillPhase::kCancelled, std::nullopt));
  EXPECT_TRUE(WorldIsAsBefore());
  EXPECT_EQ(runner_->Cancel(id).code(), base::StatusCode::kNotFound);
}

TEST_F(DrillRunnerTest, OnlyOneIsTakenAtATime) {
  runner_->Launch();
  ASSERT_NE(StartBurn(), 0);
  const auto second =
      runner_->Start({.suite = {}, .faults = {{"burn", "n1", 3}}, .duration_s = 30});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), base::StatusCode::kFailedPrecondition);
}

TEST_F(DrillRunnerTest, AFaultThatCannotBeMadeFailsTheDrillAndLeavesNothing) {
  runner_->Launch();
  const auto plan = runner_->Plan({.suite = {}, .faults = {{"burn", "n2", 3}}, .duration_s = 30});
  ASSERT_TRUE(plan);
  driver_.failing[plan->front().start.at(1)] = -1;
  const std::int64_t id = StartBurn();
  ASSERT_TRUE(TickUntil(id, DrillPhase::kFailed, std::nullopt));
  EXPECT_TRUE(WorldIsAsBefore());
}

TEST_F(DrillRunnerTest, StoppingUndoesTheFaultAndTheRestOfTheQueueIsNotRun) {
  runner_->Launch();
  const std::int64_t id = StartBurn();
  ASSERT_TRUE(TickUntil(id, DrillPhase::kActive, std::nullopt));
  runner_->Stop();
  EXPECT_TRUE(WorldIsAsBefore());
  EXPECT_EQ(PhaseOf(id), DrillPhase::kCancelled);
}

TEST_F(DrillRunnerTest, WhatAKilledProcessLeftIsUndoneAndItsDrillHasFailed) {
  domain::Drill left;
  left.cluster = "c";
  left.phase = DrillPhase::kActive;
  left.faults = {{.kind = "burn", .node = "n2", .number = 3, .problem = ProblemId::kCpu}};
  const std::int64_t id = drills_->Add(left)->id;
  ASSERT_TRUE(injector_->Begin({"burn", "n2", 3}, seconds(60)));
  EXPECT_FALSE(WorldIsAsBefore());
  NewRunner();
  runner_->Launch();
  Tick(std::nullopt);
  EXPECT_TRUE(WorldIsAsBefore());
  EXPECT_EQ(PhaseOf(id), DrillPhase::kFailed);
}

}  // namespace
}  // namespace distdiag::engine
