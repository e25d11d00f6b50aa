#include "base/process.h"

#include <sys/wait.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::base {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

TEST(RunCommand, GivesOutputAndExitStatus) {
  const auto result = RunCommand({"sh", "-c", "echo out; echo err >&2; exit 3"}, seconds(10));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_status, 3);
  EXPECT_EQ(result->output, "out\nerr\n");
}

TEST(RunCommand, UsesNoShell) {
  const auto result = RunCommand({"echo", "$HOME; exit 1"}, seconds(10));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output, "$HOME; exit 1\n");
}

TEST(RunCommand, NamesAProgramThatIsNotThere) {
  const auto result = RunCommand({"no-such-program-of-ours"}, seconds(10));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), StatusCode::kNotFound);
  EXPECT_THAT(result.error().message(), HasSubstr("no-such-program-of-ours"));
}

TEST(RunCommand, EndsAProgramThatTakesTooLong) {
  const auto result = RunCommand({"sleep", "600"}, milliseconds(50));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), StatusCode::kUnavailable);
}

TEST(RunChecked, SaysWhatAFailedCommandPrinted) {
  const auto result = RunChecked({"sh", "-c", "echo no such device; exit 2"}, seconds(10));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message(), HasSubstr("exit status 2: no such device"));
}

TEST(RunChecked, QuotesOnlyTheEndOfALongOutput) {
  const auto result = RunChecked(
      {"sh", "-c",
       "for i in $(seq 1000); do echo line $i; done; printf 'x\\033[2Jat last\\n'; exit 1"},
      seconds(10));
  ASSERT_FALSE(result);
  const std::string& message = result.error().message();
  EXPECT_THAT(message, testing::EndsWith("line 1000 x [2Jat last")) << "no control characters";
  EXPECT_THAT(message, HasSubstr("exit status 1: … "));
  EXPECT_LT(message.size(), 600U);
}

TEST(RunChecked, CutsNoCharacterInTwo) {
  const auto result = RunChecked(
      {"sh", "-c", "for i in $(seq 300); do printf 'ä'; done; printf x; exit 1"}, seconds(10));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message(), HasSubstr("… ää"));
}

TEST(SpawnProcess, RunsOnUntilItIsStopped) {
  const auto pid = SpawnProcess({.argv = {"sleep", "600"},
                                 .log_path = {},
                                 .network_namespace = {},
                                 .cgroup_files = {},
                                 .working_directory = {}});
  ASSERT_TRUE(pid);
  const std::uint64_t start = ProcessStartTicks(*pid);
  EXPECT_NE(start, 0U);
  EXPECT_TRUE(ProcessAlive(*pid, start));
  EXPECT_FALSE(ProcessAlive(*pid, start + 1)) << "another process under the same number";
  EXPECT_TRUE(StopProcess(*pid, start, seconds(10)));
  EXPECT_FALSE(ProcessAlive(*pid, start));
}

TEST(SpawnProcess, SaysWhatCouldNotBeUsed) {
  const auto pid = SpawnProcess({.argv = {"sleep", "600"},
                                 .log_path = {},
                                 .network_namespace = "/run/netns/no-such-namespace",
                                 .cgroup_files = {},
                                 .working_directory = {}});
  ASSERT_FALSE(pid);
  EXPECT_THAT(pid.error().message(), HasSubstr("no-such-namespace"));
}

// Waits until it has ended and leaves it a zombie.
void AwaitEnd(pid_t pid) {
  siginfo_t info{};
  EXPECT_EQ(waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT), 0);
}

SpawnOptions Program(std::vector<std::string> argv) {
  return {.argv = std::move(argv),
          .log_path = {},
          .network_namespace = {},
          .cgroup_files = {},
          .working_directory = {}};
}

TEST(ReapFinished, LeavesNoZombieOfThoseThatEnded) {
  const auto running = SpawnProcess(Program({"sleep", "600"}));
  const auto ended = SpawnProcess(Program({"true"}));
  ASSERT_TRUE(ended && running);
  AwaitEnd(*ended);
  EXPECT_NE(ProcessStartTicks(*ended), 0U) << "a zombie";
  ReapFinished();
  EXPECT_EQ(ProcessStartTicks(*ended), 0U);
  const std::uint64_t start = ProcessStartTicks(*running);
  EXPECT_TRUE(ProcessAlive(*running, start));
  EXPECT_TRUE(StopProcess(*running, start, seconds(10)));
}

TEST(ReapFinished, IsDoneAtTheNextStartToo) {
  const auto ended = SpawnProcess(Program({"true"}));
  ASSERT_TRUE(ended);
  AwaitEnd(*ended);
  const auto next = SpawnProcess(Program({"true"}));
  ASSERT_TRUE(next);
  EXPECT_EQ(ProcessStartTicks(*ended), 0U);
  AwaitEnd(*next);
  ReapFinished();
}

TEST(ReapFinished, LeavesChildrenOfOthersAlone) {
  const pid_t own = fork();
  if (own == 0) _exit(7);
  AwaitEnd(own);
  ReapFinished();
  int status = 0;
  EXPECT_EQ(waitpid(own, &status, 0), own);
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST(ProcessStartTicks, IsZeroForNoProcess) { EXPECT_EQ(ProcessStartTicks(1 << 30), 0U); }

}  // namespace
}  // namespace distdiag::base
