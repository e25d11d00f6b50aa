#include "sql/time_budget.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <limits>

namespace distdiag::sql {
namespace {

short PollEvents(IoEvent event) {
  switch (event) {
    case IoEvent::kRead: return POLLIN | POLLPRI;
    case IoEvent::kWrite: return POLLOUT;
    case IoEvent::kReadOrWrite: return POLLIN | POLLPRI | POLLOUT;
  }
  return POLLIN;
}

}  // namespace

bool TimeBudget::WaitFor(int fd, IoEvent event) {
  while (!spent()) {
    const auto wait = std::min<std::chrono::milliseconds::rep>(
        std::chrono::ceil<std::chrono::milliseconds>(left_).count(),
        std::numeric_limits<int>::max());
    pollfd watched{.fd = fd, .events = PollEvents(event), .revents = 0};
    const base::Timestamp before = clock_->Now();
    const int ready = ::poll(&watched, 1, static_cast<int>(wait));
    if (ready == 0) {
      left_ -= std::chrono::milliseconds(wait);
      continue;
    }
    left_ -= std::max(clock_->Now() - before, base::Duration::zero());
    if (ready > 0) return true;
    // Interrupted by a signal: the time that passed is already taken off.
  }
  return false;
}

}  // namespace distdiag::sql
