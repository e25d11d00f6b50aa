#include "lab/overdue_faults.h"

#include "base/file_system.h"
#include "inject/test_fakes.h"

#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

constexpr const char* kPool = "on n2, SQL: SET GLOBAL pool = 256";  // of the undo of "burn" on n2

class OverdueFaultsTest : public ::testing::Test {
 protected:
  // A fault on n2 whose maker is gone, 40 s long.
  void Begin() {
    const auto begun = injector.Begin({.kind = "burn", .node = "n2"}, std::chrono::seconds(40));
    ASSERT_TRUE(begun) << begun.error().message();
    began = clock.Now();
  }
  // Looks every second; the seconds after the begin at which an undo was tried.
  std::vector<int> LookFor(int seconds) {
    std::vector<int> tried;
    for (int second = 0; second < seconds; ++second) {
      const std::size_t before = driver.ran.size();
      const auto now = static_cast<int>(base::ToSeconds(clock.Now() - began));
      overdue.Look(stop);
      if (driver.ran.size() != before) tried.push_back(now);
      clock.Advance(std::chrono::seconds(1));
    }
    return tried;
  }
  bool Standing() { return !injector.Standing()->empty(); }

  base::SimulatedClock clock{base::TimestampFromSeconds(1'795'570'200)};
  base::MemoryFileSystem files;
  inject::FakeDriver driver;
  inject::Injector injector{
      {.journal_directory = "/journal"},
      driver,
      files,
      clock,
      std::make_unique<inject::FakeLock>(std::make_shared<inject::FakeLock::Keys>())};
  OverdueFaults overdue{injector, clock};
  base::StopSignal stop;
  base::Timestamp began;
};

TEST_F(OverdueFaultsTest, AFaultIsEndedTenSecondsAfterItsLimit) {
  Begin();
  EXPECT_THAT(LookFor(70), testing::ElementsAre(50));
  EXPECT_FALSE(Standing());
}

TEST_F(OverdueFaultsTest, AnUndoThatFailsIsTriedLessAndLessOften) {
  Begin();
  driver.failing = {{kPool, -1}};
  const std::vector<int> tried = LookFor(2000);
  // Each try takes 2 s: the step is tried three times.
  std::vector<int> pauses;
  for (std::size_t i = 1; i < tried.size(); ++i) pauses.push_back(tried[i] - tried[i - 1] - 2);
  ASSERT_GE(pauses.size(), 11U);
  EXPECT_THAT(std::vector<int>(pauses.begin(), pauses.begin() + 11),
              testing::ElementsAre(1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300));
  EXPECT_TRUE(Standing());
  driver.failing.clear();
  LookFor(310);
  EXPECT_FALSE(Standing());
}

TEST_F(OverdueFaultsTest, OneThatFailsDoesNotHoldUpAnother) {
  Begin();
  ASSERT_TRUE(injector.Begin({.kind = "burn", .node = "n1"}, std::chrono::seconds(100)));
  driver.failing = {{kPool, -1}};
  LookFor(150);
  ASSERT_EQ(injector.Standing()->size(), 1U);
  EXPECT_EQ(injector.Standing()->front().spec.node, "n2");
}

TEST_F(OverdueFaultsTest, AStopIsNoticedBetweenTwoFaults) {
  Begin();
  clock.Advance(std::chrono::seconds(60));
  stop.Request();
  overdue.Look(stop);
  EXPECT_TRUE(Standing());
}

}  // namespace
}  // namespace distdiag::lab
