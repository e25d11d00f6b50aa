// Puts the data into a lab that is coming up.
#pragma once

#include "base/clock.h"
#include "lab/cluster.h"

#include <string>

namespace distdiag::lab {

// By go-tpc at this path (FindTool), through the clients' namespace. The clock outlives it.
DataLoader GoTpcLoader(const std::string& go_tpc, base::Clock& clock);

}  // namespace distdiag::lab
