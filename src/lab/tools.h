// Programs that the lab needs and that no package of Debian has: tools/go-tpc (data), tools/seekdb (OceanBase).
//
// Thread: safe.
#pragma once

#include "base/status.h"

#include <string>

namespace distdiag::lab {

// A script that prints the program's path, and installs it the first time; and the variable that names the program instead.
struct Tool {
  const char* script;    // "tools/seekdb", below the current directory
  const char* variable;  // "DISTDIAG_SEEKDB"
};
inline constexpr Tool kGoTpc{"tools/go-tpc", "DISTDIAG_GO_TPC"};
inline constexpr Tool kSeekdb{"tools/seekdb", "DISTDIAG_SEEKDB"};

// NotFound says how to get it. Cost: minutes the first time.
base::Result<std::string> FindTool(const Tool& tool);

}  // namespace distdiag::lab
