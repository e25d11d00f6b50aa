#include "lab/keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace distdiag::lab {
namespace {

// Processes that die when the test says so.
struct FakeProcesses {
  std::map<pid_t, std::string> running;
  std::vector<base::Timestamp> starts;
  std::vector<pid_t> stopped;
  bool can_start = true;
  base::SimulatedClock clock{base::Timestamp(std::chrono::hours(1))};

  ProcessControl Control() {
    return {.start = [this](const base::SpawnOptions& options) -> base::Result<pid_t> {
              starts.push_back(clock.Now());
              if (!can_start) return base::Fail(base::FailedPrecondition("no namespace"));
              const auto pid = static_cast<pid_t>(100 + starts.size());
              running[pid] = options.argv.front();
              return pid;
            },
            .alive = [this](pid_t pid, std::uint64_t) { return running.contains(pid); },
            .start_ticks = [](pid_t) { return std::uint64_t{1}; },
            .stop =
                [this](pid_t pid, std::uint64_t) {
                  stopped.push_back(pid);
                  running.erase(pid);
                }};
  }
  base::SpawnOptions Options(const char* name) {
    base::SpawnOptions options;
    options.argv = {name};
    return options;
  }
  // Seconds after the first start at which a start was tried.
  std::vector<int> StartSeconds() const {
    std::vector<int> seconds;
    for (const base::Timestamp start : starts)
      seconds.push_back(static_cast<int>(base::ToSeconds(start - starts.front())));
    return seconds;
  }
};

// Runs the keeper for so many of its seconds; `at` is called in each.
void RunFor(FakeProcesses& processes, std::vector<base::SpawnOptions> workload, int seconds,
            const std::function<void(int)>& at) {
  base::StopSignal stop;
  int second = 0;
  Keeper keeper({.workload = std::move(workload),
                 .each_second =
                     [&] {
                       at(second);
                       if (++second >= seconds) stop.Request();
                     }},
                processes.Control(), processes.clock);
  keeper.Run(stop);
}

TEST(Keeper, StartsEachOnceAndEndsThemWithItself) {
  FakeProcesses processes;
  RunFor(processes, {processes.Options("a"), processes.Options("b")}, 30, [](int) {});
  EXPECT_EQ(processes.starts.size(), 2U);
  EXPECT_EQ(processes.stopped.size(), 2U);
  EXPECT_TRUE(processes.running.empty());
}

TEST(Keeper, WhatEndedAfterALongTimeIsBackASecondLater) {
  FakeProcesses processes;
  RunFor(processes, {processes.Options("a")}, 60, [&](int second) {
    if (second == 20 || second == 40) processes.running.clear();
  });
  EXPECT_THAT(processes.StartSeconds(), testing::ElementsAre(0, 22, 42));
}

TEST(Keeper, WhatEndsAtOnceIsTriedLessAndLessOften) {
  FakeProcesses processes;
  RunFor(processes, {processes.Options("a")}, 100, [&](int) { processes.running.clear(); });
  EXPECT_THAT(processes.StartSeconds(), testing::ElementsAre(0, 2, 5, 10, 19, 36, 67, 98));
}

TEST(Keeper, WhatCanNotBeStartedIsTriedAgain) {
  FakeProcesses processes;
  processes.can_start = false;
  RunFor(processes, {processes.Options("a")}, 20, [&](int second) {
    if (second == 5) processes.can_start = true;
  });
  EXPECT_EQ(processes.running.size() + processes.stopped.size(), 1U);
  EXPECT_THAT(processes.StartSeconds(), testing::ElementsAre(0, 1, 3, 7));
}

}  // namespace
}  // namespace distdiag::lab
