// How the long-running commands wait.
#pragma once

#include "base/clock.h"
#include "engine/engine.h"

#include <functional>

namespace distdiag::app {

// Keeps SIGINT and SIGTERM for RunUntilStopped. Call it before any thread is started.
void HoldStopSignals();
// Beside SIGINT and SIGTERM, which always end the wait.
struct StopWhen {
  bool source_ended = false;
  double seconds = 0;  // 0 = no limit
};

// `each_moment` is called a few times a second.
void RunUntilStopped(const engine::Engine& engine, base::Clock& clock, const StopWhen& when,
                     const std::function<void()>& each_moment);

}  // namespace distdiag::app
