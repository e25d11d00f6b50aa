// Starting other programs: wait for one, or leave one running inside a machine of the lab.
//
// Why so: ip, tc, mount, mariadbd and the load generators are programs; one file knows fork and exec. No shell is involved:
// arguments are passed as they are.
// Thread: safe. REQUIRES (SpawnProcess): the caller does not reap children by wait(-1), nor by the pid of one spawned here.
#pragma once

#include "base/status.h"
#include "base/time.h"

#include <sys/types.h>
#include <cstdint>
#include <string>
#include <vector>

namespace distdiag::base {

struct CommandResult {
  int exit_status = 0;  // 128 + signal when killed
  std::string output;   // standard output and error together, at most 1 MiB kept
};

// Runs to the end. Unavailable at `limit` (the program and its children are killed), NotFound when there is no such program.
// An exit status other than 0 is a result, not an error.
Result<CommandResult> RunCommand(const std::vector<std::string>& argv, Duration limit);
// The same, and an exit status other than 0 is FailedPrecondition with command and end of the output in the message.
Result<std::string> RunChecked(const std::vector<std::string>& argv, Duration limit);

struct SpawnOptions {
  std::vector<std::string> argv;
  std::string log_path;           // standard output and error are appended here; empty = /dev/null
  std::string network_namespace;  // path like /run/netns/x, entered before exec; empty = ours
  std::vector<std::string>
      cgroup_files;  // cgroup.procs files that the child writes itself into before exec
  std::string working_directory;  // empty = ours
};

// Starts a program in a session of its own and leaves it running; its pid. FailedPrecondition when namespace, cgroup or
// program can't be used (the child reports it before it is left alone). Reaps earlier ones that have ended.
Result<pid_t> SpawnProcess(const SpawnOptions& options);
// Reaps the spawned processes that have ended, so that none stays a zombie while this process runs. Never waits.
void ReapFinished();

// True while this very process runs (a zombie does not). `start_ticks` = ProcessStartTicks() at its start, so that a pid
// used again by another process is told apart.
bool ProcessAlive(pid_t pid, std::uint64_t start_ticks);
// Field 22 of /proc/<pid>/stat; 0 = there is no such process.
std::uint64_t ProcessStartTicks(pid_t pid);
// Signals and waits until it is gone; after `limit` SIGKILL. Reaps it when it was spawned here. False when it is still there.
bool StopProcess(pid_t pid, std::uint64_t start_ticks, Duration limit);

// CPU seconds that this process has taken, all threads.
double OwnCpuSeconds();

// Path of the running program, for starting itself with other arguments.
std::string OwnProgramPath();

}  // namespace distdiag::base
