#include "stop_on_signal.h"

#include "run_until_stopped.h"

#include <chrono>

namespace distdiag::app {

StopOnSignal::StopOnSignal(base::StopSignal& stop) {
  thread_ = std::thread([this, &stop] {
    while (!over_) {
      if (StopAskedWithin(std::chrono::milliseconds(100))) stop.Request();
    }
  });
}

StopOnSignal::~StopOnSignal() {
  over_ = true;
  thread_.join();
}

}  // namespace distdiag::app
