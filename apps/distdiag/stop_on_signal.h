// Turns SIGINT and SIGTERM into a base::StopSignal while it lives.
#pragma once

#include "base/clock.h"

#include <atomic>
#include <thread>

namespace distdiag::app {

// REQUIRES: HoldStopSignals() was called.
class StopOnSignal final {
 public:
  explicit StopOnSignal(base::StopSignal& stop);
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

 private:
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace distdiag::app
