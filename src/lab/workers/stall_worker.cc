#include "lab/workers/stall_worker.h"

#include <csignal>

namespace distdiag::lab {
namespace {

constexpr auto kStill = std::chrono::milliseconds(2000);  // below the cluster's suspicion of 5 s
constexpr auto kGoing = std::chrono::milliseconds(700);

}  // namespace

void RunStallWorker(const Server& server, base::Clock& clock, base::StopSignal& stop) {
  while (!stop.requested()) {
    const auto pid = server.Pid();
    if (pid) kill(*pid, SIGSTOP);
    clock.SleepUntil(clock.Now() + kStill, stop);
    if (pid) kill(*pid, SIGCONT);
    clock.SleepUntil(clock.Now() + kGoing, stop);
  }
}

}  // namespace distdiag::lab
