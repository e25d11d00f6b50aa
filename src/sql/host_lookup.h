// Turns a host name into numeric addresses within a time limit.
//
// Why so: the system's resolver can't be told a limit and blocks for tens of seconds when the name server is gone. The lookup
// runs in a thread of its own that is left behind at the limit and ends with the resolver's own time-out.
// Thread: safe. Cost: nothing for a numeric address, else one thread.
#pragma once

#include "base/status.h"
#include "base/time.h"

#include <string>
#include <vector>

namespace distdiag::sql {

// In the resolver's order, at least one. Unavailable when the name is not known or the limit is over.
base::Result<std::vector<std::string>> LookUpHost(const std::string& host, base::Duration limit);

}  // namespace distdiag::sql
