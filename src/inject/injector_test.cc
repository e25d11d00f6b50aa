#include "inject/injector.h"

#include "inject/test_fakes.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::inject {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr base::Duration kFor = std::chrono::seconds(40);
const FaultSpec kBurn{.kind = "burn", .node = "n2", .number = 3};

class InjectorTest : public ::testing::Test {
 protected:
  std::unique_ptr<Injector> Make(std::function<bool()> stop_asked = {}) {
    return std::make_unique<Injector>(
        InjectorOptions{.journal_directory = "/journal", .stop_asked = std::move(stop_asked)},
        driver, files, clock, std::make_unique<FakeLock>(held));
  }
  // The world as it is when nothing is broken.
  World Before() {
    EXPECT_TRUE(driver.Plan(kBurn, "x").has_value());
    return driver.world;
  }
  std::string JournalText(const std::string& id) {
    return files.ReadFile("/journal/" + id + ".json").value_or("");
  }

  base::SimulatedClock clock{base::TimestampFromSeconds(1'795'570'200)};
  base::MemoryFileSystem files;
  std::shared_ptr<FakeLock::Keys> held = std::make_shared<FakeLock::Keys>();
  FakeDriver driver;
};

TEST_F(InjectorTest, AFaultBeginsEndsAndLeavesNothing) {
  const World before = Before();
  auto injector = Make();
  const auto begun = injector->Begin(kBurn, kFor);
  ASSERT_TRUE(begun) << begun.error().message();
  EXPECT_EQ(begun->id, "f20261125T013000-n2-burn");
  EXPECT_EQ(begun->phase, FaultPhase::kActive);
  EXPECT_EQ(begun->limit, *begun->prepared + kFor);
  EXPECT_EQ(driver.world["n2/burn/mode"], "broken");
  EXPECT_EQ(injector->Standing()->size(), 1u);

  clock.Advance(kFor);
  const auto ended = injector->End(begun->id);
  ASSERT_TRUE(ended) << ended.error().message();
  EXPECT_EQ(ended->phase, FaultPhase::kUndone);
  EXPECT_EQ(ended->ended, clock.Now());
  EXPECT_EQ(ended->undone, clock.Now());
  EXPECT_EQ(ended->message, "");
  EXPECT_EQ(driver.world, before);
  EXPECT_THAT(*injector->Standing(), IsEmpty());
  EXPECT_EQ(injector->All()->size(), 1u);
}

TEST_F(InjectorTest, EndIsIdempotent) {
  auto injector = Make();
  const auto begun = injector->Begin(kBurn, kFor);
  ASSERT_TRUE(begun);
  const auto first = injector->End(begun->id);
  const std::size_t ran = driver.ran.size();
  clock.Advance(kFor);
  const auto second = injector->End(begun->id);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(driver.ran.size(), ran) << "nothing is undone twice";
}

TEST_F(InjectorTest, ADryRunDoesAndWritesNothing) {
  const World before = Before();
  auto injector = Make();
  const auto planned = injector->DryRun({.kind = "burn", .node = "n2"}, kFor);
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->spec.number, 2) << "no number = medium";
  EXPECT_EQ(planned->plan.start.size(), 3u);
  EXPECT_EQ(driver.world, before);
  EXPECT_THAT(driver.ran, IsEmpty());
  EXPECT_THAT(*injector->All(), IsEmpty());
}

TEST_F(InjectorTest, TheGuardRefuses) {
  auto injector = Make();
  struct Row {
    const char* name;
    FaultSpec spec;
    base::Duration duration;
    const char* expected;
  };
  const auto s = [](double seconds) { return base::FromSeconds(seconds); };
  const Row rows[] = {
      {"unknown kind", {"melt", "n1", 1}, kFor, "expected a kind of fault (burn, flood"},
      {"not injectable", {"burn", "n3", 1}, kFor, "expected one of the nodes n1, n2, found 'n3'"},
      {"no node", {"burn", "", 1}, kFor, "expected one of the nodes n1, n2, found ''"},
      {"cluster with node", {"flood", "n1", 1}, kFor, "expected no node, found 'n1'"},
      {"too weak", {"burn", "n1", 0.5}, kFor, "expected 1 to 8 (busy threads), found 0.5"},
      {"too strong", {"burn", "n1", 9}, kFor, "expected 1 to 8"},
      {"no number", {"burn", "n1", std::numeric_limits<double>::quiet_NaN()}, kFor, "expected 1"},
      {"number for none", {"freeze", "n1", 1}, kFor, "expected no number, found 1"},
      {"too short", {"burn", "n1", 1}, s(0.5), "duration: expected 1 to 600 s, found 0.5 s"},
      {"too long", {"burn", "n1", 1}, s(601), "duration: expected 1 to 600 s, found 601 s"},
      {"unavailable", {"fog", "n1", 0}, kFor, "fog can't be done here: this kernel has no fog"},
  };
  for (const Row& row : rows) {
    const auto begun = injector->Begin(row.spec, row.duration);
    ASSERT_FALSE(begun) << row.name;
    EXPECT_THAT(begun.error().message(), HasSubstr(row.expected)) << row.name;
    EXPECT_FALSE(injector->DryRun(row.spec, row.duration)) << row.name;
  }
  EXPECT_THAT(driver.ran, IsEmpty());
  EXPECT_THAT(*injector->All(), IsEmpty());
  driver.targets.clear();
  EXPECT_FALSE(injector->Begin({"flood", "", 1}, kFor)) << "a system with no injectable node";
}

TEST_F(InjectorTest, NotTwoOfOneKindOnOneNode) {
  auto injector = Make();
  const auto first = injector->Begin(kBurn, kFor);
  ASSERT_TRUE(first);
  const auto second = injector->Begin(kBurn, kFor);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), base::StatusCode::kFailedPrecondition);
  EXPECT_THAT(second.error().message(), HasSubstr("burn is already on at node n2"));
  EXPECT_TRUE(injector->Begin({"burn", "n1", 1}, kFor));
  EXPECT_TRUE(injector->Begin({"freeze", "n2", 0}, kFor));
  ASSERT_TRUE(injector->End(first->id));
  const auto again = injector->Begin(kBurn, kFor);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->id, first->id + "-2") << "within the same second";
}

TEST_F(InjectorTest, AFullDiskBeforeTheActMeansNoAct) {
  const World before = Before();
  auto injector = Make();
  files.FailWrites(base::ResourceExhausted("/journal: no space left"));
  const auto begun = injector->Begin(kBurn, kFor);
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code(), base::StatusCode::kResourceExhausted);
  EXPECT_THAT(driver.ran, IsEmpty());
  EXPECT_EQ(driver.world, before);
}

TEST_F(InjectorTest, ADiskThatFillsUpMeanwhileStopsTheFault) {
  const World before = Before();
  auto injector = Make();
  const auto prepared = injector->Prepare(kBurn, kFor);
  ASSERT_TRUE(prepared);
  driver.ran.clear();
  files.FailWrites(base::ResourceExhausted("no space left"));
  const auto started = injector->StartPrepared(prepared->id);
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message(), HasSubstr("no space left"));
  EXPECT_THAT(driver.ran, ::testing::Not(::testing::Contains(HasSubstr("limit_link"))))
      << "it must not start";
  EXPECT_EQ(driver.world, before) << "what was prepared is undone though it can't be noted";
  files.FailWrites(base::OkStatus());
  EXPECT_THAT(injector->UndoLeftovers(true), ElementsAre(prepared->id));
  EXPECT_THAT(*injector->Standing(), IsEmpty());
}

TEST_F(InjectorTest, EveryStepIsJournalledBeforeTheAct) {
  auto injector = Make();
  std::vector<std::string> phases;
  driver.after_step = [&](const std::string&) {
    const auto all = injector->All();
    phases.emplace_back(FaultPhaseName(all->at(0).phase));
    EXPECT_EQ(all->at(0).plan.stop.size(), 3u);
  };
  const auto begun = injector->Begin(kBurn, kFor);
  ASSERT_TRUE(begun);
  ASSERT_TRUE(injector->End(begun->id));
  EXPECT_THAT(phases, ElementsAre("preparing", "preparing", "preparing", "active", "active",
                                  "active", "undoing", "undoing", "undoing", "undoing", "undoing"));
}

TEST_F(InjectorTest, AFailedStepIsUndoneAtOnce) {
  const World before = Before();
  const FaultPlan plan = *driver.Plan(kBurn, "f20261125T013000-n2-burn");
  std::vector<Step> steps = plan.prepare;
  steps.insert(steps.end(), plan.start.begin(), plan.start.end());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    if (i == 2) continue;  // the same line as the undo's own
    clock.Advance(std::chrono::seconds(10));
    std::string line = Describe(step);
    auto injector = Make();
    if (const auto* spawn = std::get_if<SpawnStep>(&step)) {
      SpawnStep named = *spawn;
      named.group = injector->DryRun(kBurn, kFor)->id;
      line = Describe(named);
    }
    driver.failing = {{line, 1}};
    const auto begun = injector->Begin(kBurn, kFor);
    ASSERT_FALSE(begun) << line;
    EXPECT_THAT(begun.error().message(), HasSubstr("the server is busy")) << line;
    EXPECT_EQ(driver.world, before) << line;
    EXPECT_THAT(*injector->Standing(), IsEmpty()) << line;
    EXPECT_EQ(injector->All()->back().message, "the server is busy") << line;
  }
}

// For every prefix of what happens: the process dies after it, another one undoes, and the world is as before.
TEST_F(InjectorTest, ACrashAfterAnyStepIsUndoneCompletely) {
  struct Died {};
  const World before = Before();
  std::size_t crashes = 0;
  for (int survives = 0;; ++survives) {
    clock.Advance(std::chrono::seconds(60));
    int left = survives;
    driver.after_step = [&](const std::string&) {
      if (left-- == 0) throw Died{};  // what a kill leaves: journal and world as they are
    };
    bool died = false;
    try {
      auto injector = Make();
      const auto begun = injector->Begin(kBurn, kFor);
      ASSERT_TRUE(begun) << begun.error().message();
      ASSERT_TRUE(injector->End(begun->id));
    } catch (const Died&) {
      died = true;
    }
    driver.after_step = nullptr;
    if (!died) break;
    ++crashes;
    auto next = Make();
    ASSERT_EQ(next->Standing()->size(), 1u) << "after step " << survives;
    EXPECT_EQ(next->UndoLeftovers(true).size(), 1u) << "after step " << survives;
    EXPECT_EQ(driver.world, before) << "after step " << survives;
    EXPECT_THAT(*next->Standing(), IsEmpty()) << "after step " << survives;
  }
  EXPECT_EQ(crashes, 11u) << "three steps of prepare, start and stop, two of restore";
}

TEST_F(InjectorTest, ACrashDuringTheRecoveryIsUndoneToo) {
  struct Died {};
  const World before = Before();
  ASSERT_TRUE(Make()->Begin(kBurn, kFor));
  for (int survives = 0; survives < 5; ++survives) {
    int left = survives;
    driver.after_step = [&](const std::string&) {
      if (left-- == 0) throw Died{};
    };
    EXPECT_THROW(Make()->UndoLeftovers(true), Died);
  }
  driver.after_step = nullptr;
  EXPECT_EQ(Make()->UndoLeftovers(true).size(), 1u);
  EXPECT_EQ(driver.world, before);
}

TEST_F(InjectorTest, AnUndoThatFailsIsTriedAgainAndVisible) {
  const World before = Before();
  auto injector = Make();
  const auto begun = injector->Begin(kBurn, kFor);
  ASSERT_TRUE(begun);
  driver.failing = {{"on n2, SQL: SET GLOBAL pool = 256", -1}};
  const auto ended = injector->End(begun->id);
  ASSERT_FALSE(ended);
  EXPECT_THAT(ended.error().message(), HasSubstr("SET GLOBAL pool = 256: the server is busy"));
  const auto standing = injector->Standing();
  ASSERT_EQ(standing->size(), 1u);
  EXPECT_EQ(standing->front().phase, FaultPhase::kUndoFailed);
  EXPECT_THAT(standing->front().message, HasSubstr("undo failed: "));
  EXPECT_EQ(driver.world["n2/burn/mode"], "normal") << "the other steps are done all the same";
  EXPECT_FALSE(injector->Begin(kBurn, kFor)) << "what is not undone is still on";

  EXPECT_THAT(injector->UndoLeftovers(false), ElementsAre(begun->id)) << "tried though not due";
  driver.failing.clear();
  EXPECT_THAT(injector->UndoLeftovers(false), ElementsAre(begun->id));
  EXPECT_EQ(driver.world, before);
  EXPECT_EQ(injector->All()->front().message, "");
  EXPECT_EQ(injector->All()->front().phase, FaultPhase::kUndone);
}

TEST_F(InjectorTest, AnUndoStepIsTriedThreeTimesAtOnce) {
  auto injector = Make();
  const auto begun = injector->Begin(kBurn, kFor);
  ASSERT_TRUE(begun);
  driver.failing = {{"on n2, SQL: SET GLOBAL pool = 256", 2}};
  const auto ended = injector->End(begun->id);
  EXPECT_TRUE(ended) << ended.error().message();
}

TEST_F(InjectorTest, TheTimeLimitHolds) {
  const World before = Before();
  auto injector = Make();
  const auto begun = injector->Begin(kBurn, kFor);
  ASSERT_TRUE(begun);
  clock.Advance(kFor - std::chrono::seconds(1));
  EXPECT_THAT(injector->UndoLeftovers(false), IsEmpty());
  clock.Advance(std::chrono::seconds(1));
  EXPECT_THAT(injector->UndoLeftovers(false), ElementsAre(begun->id));
  EXPECT_EQ(driver.world, before);
  EXPECT_THAT(injector->UndoLeftovers(false), IsEmpty());
}

TEST_F(InjectorTest, ALimitHoldsForWhatIsOnlyPreparedToo) {
  const World before = Before();
  ASSERT_TRUE(Make()->Prepare(kBurn, kFor));
  clock.Advance(std::chrono::minutes(10) + kFor);
  EXPECT_EQ(Make()->UndoLeftovers(false).size(), 1u);
  EXPECT_EQ(driver.world, before);
}

TEST_F(InjectorTest, CompoundFaultsArePreparedAndThenStartTogether) {
  auto injector = Make();
  const auto a = injector->Prepare(kBurn, kFor);
  const auto b = injector->Prepare({"freeze", "n2", 0}, kFor);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->phase, FaultPhase::kPreparing);
  EXPECT_EQ(driver.world["n2/burn/mode"], "normal");
  clock.Advance(std::chrono::seconds(70));
  const auto started = injector->StartPrepared(a->id);
  ASSERT_TRUE(started) << started.error().message();
  EXPECT_EQ(started->limit, clock.Now() + kFor) << "counted from the start";
  EXPECT_FALSE(injector->StartPrepared(a->id)) << "not twice";
  ASSERT_TRUE(injector->StartPrepared(b->id));
}

TEST_F(InjectorTest, StopOnlyLeavesRestoreForEnd) {
  const World before = Before();
  auto injector = Make();
  const auto begun = injector->Begin(kBurn, kFor);
  ASSERT_TRUE(begun);
  const auto stopped = injector->StopOnly(begun->id);
  ASSERT_TRUE(stopped) << stopped.error().message();
  EXPECT_EQ(stopped->ended, clock.Now());
  EXPECT_EQ(stopped->undone, std::nullopt);
  EXPECT_EQ(driver.world["n2/burn/mode"], "normal");
  EXPECT_EQ(driver.world["pool@n2"], "SET GLOBAL pool = 40");
  driver.ran.clear();
  clock.Advance(std::chrono::seconds(5));
  const auto ended = injector->End(begun->id);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->ended, stopped->ended);
  EXPECT_EQ(driver.ran.size(), 2u) << "only restore";
  EXPECT_EQ(driver.world, before);
}

TEST_F(InjectorTest, AFaultThatAnotherProcessUndidDoesNotGoOn) {
  const World before = Before();
  auto injector = Make();
  int steps = 0;
  driver.after_step = [&](const std::string&) {
    if (++steps != 2) return;
    held->clear();  // as if the other had waited for the step's end
    EXPECT_EQ(Make()->UndoLeftovers(true).size(), 1u);
  };
  const auto begun = injector->Begin(kBurn, kFor);
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code(), base::StatusCode::kCancelled);
  EXPECT_THAT(begun.error().message(), HasSubstr("was undone meanwhile"));
  EXPECT_EQ(driver.world, before);
}

TEST_F(InjectorTest, AStopEndsThePreparationAtTheNextStepAndUndoesIt) {
  const World before = Before();
  for (std::size_t steps = 0; steps <= 5; ++steps) {
    clock.Advance(std::chrono::seconds(60));
    std::size_t done = 0;
    driver.after_step = [&](const std::string&) { ++done; };
    auto injector = Make([&] { return done >= steps; });
    driver.ran.clear();
    const auto begun = injector->Begin(kBurn, kFor);
    ASSERT_FALSE(begun) << steps;
    EXPECT_EQ(begun.error().code(), base::StatusCode::kCancelled) << steps;
    EXPECT_EQ(driver.ran.size(), steps + 5) << "the steps so far, and the five of the undo";
    EXPECT_EQ(driver.world, before) << steps;
    EXPECT_THAT(*injector->Standing(), IsEmpty()) << steps;
    EXPECT_EQ(injector->All()->back().message, "stopped before it was at work");
  }
}

TEST_F(InjectorTest, AStopDoesNotHinderAnUndo) {
  const World before = Before();
  bool stop = false;
  auto injector = Make([&] { return stop; });
  const auto begun = injector->Begin(kBurn, kFor);
  ASSERT_TRUE(begun);
  stop = true;
  ASSERT_TRUE(injector->End(begun->id));
  EXPECT_EQ(driver.world, before);
}

TEST_F(InjectorTest, WhatAnotherProcessUndoesIsLeftToIt) {
  auto injector = Make();
  const auto begun = injector->Begin(kBurn, kFor);
  ASSERT_TRUE(begun);
  clock.Advance(kFor);
  held->insert(begun->id);
  EXPECT_THAT(Make()->UndoLeftovers(false), IsEmpty());
  held->clear();
  EXPECT_THAT(Make()->UndoLeftovers(false), ElementsAre(begun->id));
}

TEST_F(InjectorTest, ABrokenFileIsReportedAndNeverTouched) {
  auto injector = Make();
  const auto begun = injector->Begin(kBurn, kFor);
  ASSERT_TRUE(begun);
  ASSERT_TRUE(files.WriteFileAtomic("/journal/f1.json", "{\"id\": 7").ok());
  EXPECT_EQ(injector->Standing()->size(), 1u) << "it does not hide the others";
  ASSERT_EQ(injector->Broken().size(), 1u);
  EXPECT_THAT(injector->Broken().front(), HasSubstr("/journal/f1.json: expected JSON"));
  const auto other = injector->Begin({"freeze", "n1", 0}, kFor);
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message(), HasSubstr("/journal/f1.json"));
  EXPECT_THAT(injector->UndoLeftovers(true), ElementsAre(begun->id));
  EXPECT_EQ(*files.ReadFile("/journal/f1.json"), "{\"id\": 7");
}

TEST_F(InjectorTest, APlanThatCantBeMadeLeavesNoEntry) {
  auto injector = Make();
  driver.plan_failure = base::FailedPrecondition("node n2 is down");
  const auto begun = injector->Begin(kBurn, kFor);
  ASSERT_FALSE(begun);
  EXPECT_THAT(begun.error().message(), HasSubstr("node n2 is down"));
  EXPECT_THAT(*injector->All(), IsEmpty());
}

}  // namespace
}  // namespace distdiag::inject
