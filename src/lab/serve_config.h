// The configuration with which `distdiag serve --config` watches the lab.
//
// Thread: safe (pure).
#pragma once

#include "lab/layout.h"

#include <string>
#include <vector>

namespace distdiag::lab {

// `devices`: the loop device of each machine without "/dev/", in their order.
std::string ServeConfigText(const Layout& layout, const std::vector<std::string>& devices);

}  // namespace distdiag::lab
