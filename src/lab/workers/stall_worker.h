// Makes a node's server stand still again and again, as a virtual machine that is being moved does.
#pragma once

#include "base/clock.h"
#include "lab/server.h"

namespace distdiag::lab {

// SIGSTOP for 2.0 s of every 2.7 s until `stop`; the server always goes on when this returns.
void RunStallWorker(const Server& server, base::Clock& clock, base::StopSignal& stop);

}  // namespace distdiag::lab
