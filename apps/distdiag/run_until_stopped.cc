#include "run_until_stopped.h"

#include <csignal>
#include <ctime>

namespace distdiag::app {
namespace {

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

void HoldStopSignals() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void RunUntilStopped(base::Clock& clock, double seconds, const std::function<void()>& each_moment) {
  const base::Timestamp began = clock.Now();
  while (!StopAskedWithin(std::chrono::milliseconds(200))) {
    each_moment();
    if (seconds > 0 && clock.Now() - began >= base::FromSeconds(seconds)) return;
  }
}

bool StopAskedWithin(base::Duration limit) {
  const sigset_t signals = StopSignals();
  const auto whole = std::chrono::floor<std::chrono::seconds>(limit);
  const timespec pause{.tv_sec = whole.count(),
                       .tv_nsec = std::chrono::nanoseconds(limit - whole).count()};
  return sigtimedwait(&signals, nullptr, &pause) >= 0;
}

}  // namespace distdiag::app
