// How a command tells why it could not run.
#pragma once

#include "base/status.h"

namespace distdiag::app {

// Prints "distdiag: <message>" on standard error and gives kCannotRun.
int Refuse(const base::Status& status);

}  // namespace distdiag::app
