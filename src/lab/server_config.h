// The configuration file of a node's mariadbd.
//
// Thread: safe (pure).
#pragma once

#include "lab/layout.h"

#include <string>

namespace distdiag::lab {

// Small on purpose: buffer pool, redo log and the replication's queues are sized so that a fault of one minute shows.
std::string ServerConfigText(const Layout& layout, const Machine& machine);

}  // namespace distdiag::lab
