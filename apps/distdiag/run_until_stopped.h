// How the long-running commands wait.
#pragma once

#include "base/clock.h"

#include <functional>

namespace distdiag::app {

// Keeps SIGINT and SIGTERM for RunUntilStopped. Call it before any thread is started.
void HoldStopSignals();
// Waits for SIGINT or SIGTERM, at most `seconds` (0 = no limit). `each_moment` is called a few times a second.
void RunUntilStopped(base::Clock& clock, double seconds, const std::function<void()>& each_moment);
// Waits so long; true at once when SIGINT or SIGTERM comes. REQUIRES: HoldStopSignals() was called.
bool StopAskedWithin(base::Duration limit);

}  // namespace distdiag::app
