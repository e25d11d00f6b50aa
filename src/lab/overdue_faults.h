// Ends faults whose time limit has passed while nobody ended them.
//
// Why so: whoever made a fault ends it at its limit, unless it is gone. An undo that fails is tried again after 1, 2, 4 … s,
// at most 5 min: what is broken for good (a server without a disk) must neither fill the log nor keep the lab busy.
// Thread: single (owner: the caller). Cost: an undo takes from milliseconds to minutes; keep it off threads with other duties.
#pragma once

#include "base/clock.h"
#include "inject/injector.h"

#include <map>
#include <string>

namespace distdiag::lab {

class OverdueFaults final {
 public:
  // Both outlive it.
  OverdueFaults(inject::Injector& injector, base::Clock& clock)
      : injector_(injector), clock_(clock) {}

  // Looks once. A stop is noticed between two faults.
  void Look(const base::StopSignal& stop);

 private:
  struct Retry {
    base::Duration pause{0};
    base::Timestamp next;  // not tried again before
  };
  void End(const std::string& id);

  inject::Injector& injector_;
  base::Clock& clock_;
  std::map<std::string, Retry> failed_;  // by fault
};

}  // namespace distdiag::lab
