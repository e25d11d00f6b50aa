#include "base/process.h"

#include "base/mutex.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

namespace distdiag::base {
namespace {

constexpr std::size_t kMostOutput = 1 << 20;
constexpr std::size_t kMostQuoted =
    400;  // of a failed command's output; what went wrong stands last
constexpr int kCouldNotStart = 127;

std::string Joined(const std::vector<std::string>& argv) {
  std::string text;
  for (const std::string& one : argv) text += (text.empty() ? "" : " ") + one;
  return text;
}

// The end of what a program printed, short enough for a message.
std::string EndOf(std::string_view output) {
  while (!output.empty() && (output.back() == '\n' || output.back() == ' '))
    output.remove_suffix(1);
  if (output.size() <= kMostQuoted) return std::string(output);
  output.remove_prefix(output.size() - kMostQuoted);
  // Not from the middle of a character of several bytes.
  while (!output.empty() && (static_cast<unsigned char>(output.front()) & 0xC0) == 0x80)
    output.remove_prefix(1);
  return "… " + std::string(output);
}

std::vector<char*> Pointers(const std::vector<std::string>& argv) {
  std::vector<char*> pointers;
  pointers.reserve(argv.size() + 1);
  for (const std::string& one : argv) pointers.push_back(const_cast<char*>(one.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

void ResetSignals() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
}

// The rest of a child that failed: tells the parent and ends. Only async-signal-safe calls.
[[noreturn]] void Report(int pipe_end, const char* what) {
  char text[256];
  const int error = errno;
  const int length = std::snprintf(text, sizeof(text), "%s: %s", what, strerror(error));
  if (length > 0) {
    [[maybe_unused]] const auto written = write(
        pipe_end, text, std::min<std::size_t>(sizeof(text) - 1, static_cast<std::size_t>(length)));
  }
  _exit(kCouldNotStart);
}

bool WriteOwnPid(const char* path) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool done = write(file, "0", 1) == 1;  // 0 = the writer itself
  close(file);
  return done;
}

[[noreturn]] void BecomeSpawned(const SpawnOptions& options, int report) {
  setsid();
  ResetSignals();
  for (const std::string& file : options.cgroup_files) {
    if (!WriteOwnPid(file.c_str())) Report(report, file.c_str());
  }
  if (!options.network_namespace.empty()) {
    const int space = open(options.network_namespace.c_str(), O_RDONLY | O_CLOEXEC);
    if (space < 0 || setns(space, CLONE_NEWNET) != 0)
      Report(report, options.network_namespace.c_str());
  }
  if (!options.working_directory.empty() && chdir(options.working_directory.c_str()) != 0)
    Report(report, options.working_directory.c_str());
  const char* log = options.log_path.empty() ? "/dev/null" : options.log_path.c_str();
  const int output = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (output < 0) Report(report, log);
  const int input = open("/dev/null", O_RDONLY);
  dup2(input, 0);
  dup2(output, 1);
  dup2(output, 2);
  execvp(options.argv.front().c_str(), Pointers(options.argv).data());
  Report(report, options.argv.front().c_str());
}

timespec Now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now;
}

std::int64_t MillisecondsSince(const timespec& then) {
  const timespec now = Now();
  return (now.tv_sec - then.tv_sec) * 1000 + (now.tv_nsec - then.tv_nsec) / 1'000'000;
}

int ExitStatusOf(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// Reads until the other end is closed; false when the limit passed.
bool Drain(int from, Duration limit, std::string& into) {
  const timespec began = Now();
  const std::int64_t limit_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
  char bytes[8192];
  for (;;) {
    const std::int64_t left = limit_ms - MillisecondsSince(began);
    if (left <= 0) return false;
    pollfd ready{.fd = from, .events = POLLIN, .revents = 0};
    const int count = poll(&ready, 1, static_cast<int>(std::min<std::int64_t>(left, 1'000'000)));
    if (count < 0 && errno != EINTR) return true;
    if (count <= 0) continue;
    const ssize_t got = read(from, bytes, sizeof(bytes));
    if (got <= 0) return true;
    if (into.size() < kMostOutput) into.append(bytes, static_cast<std::size_t>(got));
  }
}

std::optional<std::string> StatFields(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text;
  if (!std::getline(file, text)) return std::nullopt;
  const auto name_end = text.rfind(')');  // the name may hold blanks and brackets
  if (name_end == std::string::npos || name_end + 2 > text.size()) return std::nullopt;
  return text.substr(name_end + 2);
}

// Processes that SpawnProcess started and nobody has reaped. One list for the process, as its children are the process'.
class SpawnedChildren final {
 public:
  void Add(pid_t pid) LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    pids_.push_back(pid);
  }
  // Reaping and forgetting under one lock: a number that is free again may be another child's (RunCommand's) at once.
  void Reap(pid_t pid) LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    std::erase_if(pids_, [&](pid_t one) { return one == pid && Gone(one); });
  }
  void ReapAll() LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    std::erase_if(pids_, Gone);
  }

 private:
  // Reaped now, or no child of ours (any more).
  static bool Gone(pid_t pid) { return waitpid(pid, nullptr, WNOHANG) != 0; }

  Mutex mutex_;
  std::vector<pid_t> pids_ GUARDED_BY(mutex_);
};

SpawnedChildren& Children() {
  static SpawnedChildren children;
  return children;
}

}  // namespace

Result<CommandResult> RunCommand(const std::vector<std::string>& argv, Duration limit) {
  int output[2], report[2];
  if (pipe2(output, O_CLOEXEC) != 0) return Fail(Unavailable("no pipe: too many open files"));
  if (pipe2(report, O_CLOEXEC) != 0) {
    close(output[0]);
    close(output[1]);
    return Fail(Unavailable("no pipe: too many open files"));
  }
  const pid_t child = fork();
  if (child == 0) {
    setsid();
    ResetSignals();
    const int input = open("/dev/null", O_RDONLY);
    dup2(input, 0);
    dup2(output[1], 1);
    dup2(output[1], 2);
    execvp(argv.front().c_str(), Pointers(argv).data());
    Report(report[1], argv.front().c_str());
  }
  close(output[1]);
  close(report[1]);
  CommandResult result;
  std::string failure;
  bool in_time = true;
  if (child > 0) {
    Drain(report[0], limit, failure);  // ends at exec
    in_time = Drain(output[0], limit, result.output);
    if (!in_time) kill(-child, SIGKILL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.exit_status = ExitStatusOf(status);
  }
  close(output[0]);
  close(report[0]);
  if (child < 0) return Fail(Unavailable("no process could be started: fork failed"));
  if (!failure.empty()) return Fail(NotFound("can't run " + failure));
  if (!in_time) {
    return Fail(Unavailable(fmt::format("{}: expected an end within {:.0f} s, found none",
                                        Joined(argv), ToSeconds(limit))));
  }
  return result;
}

Result<std::string> RunChecked(const std::vector<std::string>& argv, Duration limit) {
  ASSIGN_OR_RETURN(CommandResult result, RunCommand(argv, limit));
  if (result.exit_status == 0) return std::move(result.output);
  return Fail(FailedPrecondition(fmt::format("{}: exit status {}: {}", Joined(argv),
                                             result.exit_status, EndOf(result.output))));
}

Result<pid_t> SpawnProcess(const SpawnOptions& options) {
  ReapFinished();
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return Fail(Unavailable("no pipe: too many open files"));
  const pid_t child = fork();
  if (child == 0) BecomeSpawned(options, report[1]);
  close(report[1]);
  std::string failure;
  if (child > 0) Drain(report[0], std::chrono::seconds(10), failure);
  close(report[0]);
  if (child < 0) return Fail(Unavailable("no process could be started: fork failed"));
  if (failure.empty()) {
    Children().Add(child);
    return child;
  }
  waitpid(child, nullptr, 0);
  return Fail(
      FailedPrecondition(fmt::format("{}: can't start: {}", options.argv.front(), failure)));
}

void ReapFinished() { Children().ReapAll(); }

std::uint64_t ProcessStartTicks(pid_t pid) {
  const auto fields = StatFields(pid);
  if (!fields) return 0;
  std::istringstream words(*fields);
  std::string word;
  for (int field = 3; field <= 22; ++field) words >> word;
  return std::strtoull(word.c_str(), nullptr, 10);
}

bool ProcessAlive(pid_t pid, std::uint64_t start_ticks) {
  if (pid <= 0) return false;
  Children().Reap(pid);  // a dead child of ours is a zombie until asked for
  const auto fields = StatFields(pid);
  return fields && fields->front() != 'Z' && ProcessStartTicks(pid) == start_ticks;
}

bool StopProcess(pid_t pid, std::uint64_t start_ticks, Duration limit) {
  const timespec began = Now();
  const std::int64_t limit_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
  bool killed = false;
  if (!ProcessAlive(pid, start_ticks)) return true;
  kill(pid, SIGTERM);
  kill(pid, SIGCONT);  // a stopped process does not see the other
  while (ProcessAlive(pid, start_ticks)) {
    if (!killed && MillisecondsSince(began) > limit_ms) {
      kill(pid, SIGKILL);
      killed = true;
    }
    if (killed && MillisecondsSince(began) > limit_ms + 10'000) return false;
    const timespec moment{.tv_sec = 0, .tv_nsec = 20'000'000};
    nanosleep(&moment, nullptr);
  }
  return true;
}

double OwnCpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string OwnProgramPath() {
  char path[4096];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof(path));
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : std::string();
}

}  // namespace distdiag::base
