// Keeps the lab's terminals running.
//
// Why so: who starts the lab goes away, who watches it may be restarted; terminals and time limits of faults must not depend on
// either. `distdiag lab keep` is this class, and OverdueFaults on another thread, in a process of its own (group <lab>/keeper),
// started by `lab up`.
// Thread: single (owner: the caller of Run).
#pragma once

#include "base/clock.h"
#include "base/process.h"

#include <sys/types.h>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace distdiag::lab {

// How processes are handled; RealProcesses() or a test's.
struct ProcessControl {
  std::function<base::Result<pid_t>(const base::SpawnOptions&)> start;
  std::function<bool(pid_t, std::uint64_t ticks)> alive;
  std::function<std::uint64_t(pid_t)> start_ticks;
  std::function<void(pid_t, std::uint64_t ticks)> stop;
};
ProcessControl RealProcesses();

struct KeeperOptions {
  std::vector<base::SpawnOptions> workload;  // each is kept running
  std::function<void()> each_second;  // what else is due and does not take long; empty = nothing
};

class Keeper final {
 public:
  // The clock outlives it.
  Keeper(KeeperOptions options, ProcessControl processes, base::Clock& clock);

  // Until stopped; ends its processes then.
  void Run(base::StopSignal& stop);

 private:
  // A process that ends within 10 s is started again after 1, 2, 4 … at most 30 s, so that a broken one fills no log.
  struct Kept {
    base::SpawnOptions options;
    pid_t pid = 0;
    std::uint64_t ticks = 0;
    base::Timestamp started;
    base::Timestamp next;  // not started again before
    base::Duration pause{0};
  };
  void Look(Kept& kept);

  const ProcessControl processes_;
  const std::function<void()> each_second_;
  base::Clock& clock_;
  std::vector<Kept> kept_;
};

}  // namespace distdiag::lab
