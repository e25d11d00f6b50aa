// How much of a time limit is left, for code that waits with poll().
//
// Why so: a deadline by the wall clock alone would stretch when that clock is set back. Here a wait that ran out counts as its
// whole length, whatever the clock says, so the sum of all waits stays within the limit.
// Thread: single (owner: the caller). Cost: two readings of the clock a wait.
#pragma once

#include "base/clock.h"

namespace distdiag::sql {

enum class IoEvent { kRead, kWrite, kReadOrWrite };

class TimeBudget {
 public:
  TimeBudget(base::Clock& clock, base::Duration limit) : clock_(&clock), left_(limit) {}

  base::Duration left() const { return left_; }
  bool spent() const { return left_ <= base::Duration::zero(); }
  // Waits for the descriptor; false when the budget ran out first. A broken connection counts as ready.
  bool WaitFor(int fd, IoEvent event);

 private:
  base::Clock* clock_;
  base::Duration left_;
};

}  // namespace distdiag::sql
