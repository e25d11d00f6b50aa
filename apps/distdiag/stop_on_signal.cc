#include "stop_on_signal.h"

#include <csignal>
#include <ctime>

namespace distdiag::app {

StopOnSignal::StopOnSignal(base::StopSignal& stop) {
  thread_ = std::thread([this, &stop] {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    const timespec moment{.tv_sec = 0, .tv_nsec = 100'000'000};
    while (!over_) {
      if (sigtimedwait(&signals, nullptr, &moment) > 0) stop.Request();
    }
  });
}

StopOnSignal::~StopOnSignal() {
  over_ = true;
  thread_.join();
}

}  // namespace distdiag::app
