#include "base/clock.h"

namespace distdiag::base {

void StopSignal::Request() {
  {
    MutexLock lock(mutex_);
    requested_.store(true, std::memory_order_release);
  }
  changed_.NotifyAll();
}

bool StopSignal::WaitFor(Duration limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  MutexLock lock(mutex_);
  while (!requested()) {
    const auto rest = deadline - std::chrono::steady_clock::now();
    if (rest <= std::chrono::nanoseconds::zero() || !changed_.WaitFor(mutex_, rest)) break;
  }
  return requested();
}

Timestamp RealClock::Now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

bool RealClock::SleepUntil(Timestamp deadline, StopSignal& stop) {
  return !stop.WaitFor(deadline - Now());
}

bool SimulatedClock::SleepUntil(Timestamp deadline, StopSignal& stop) {
  if (stop.requested()) return false;
  const std::int64_t target = deadline.time_since_epoch().count();
  std::int64_t now = now_us_.load();
  while (now < target && !now_us_.compare_exchange_weak(now, target)) {
  }
  return true;
}

}  // namespace distdiag::base
