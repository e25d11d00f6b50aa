// A change of load that follows from something planned: it is explained instead of alarmed about.
//
// Thread: value.
#pragma once

#include "base/time.h"
#include "domain/topology.h"

#include <string>
#include <vector>

namespace distdiag::domain {

struct ExpectedShift {
  std::vector<NodeIndex> nodes;  // concerned, ascending
  base::Timestamp since;
  base::Timestamp until;  // at the latest; what lasts longer is no longer explained
  std::string reason_en;  // "leaders moved to n2 at 12:03"
  std::string reason_zh;
};

}  // namespace distdiag::domain
