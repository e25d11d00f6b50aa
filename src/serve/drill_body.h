// Reads the body of POST /drills and /drills/plan (schema NewDrill), and fits it to what can be done here.
#pragma once

#include "base/status.h"
#include "inject/fault.h"
#include "serve/drill_control.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::serve {

struct NewFault {
  std::string kind;
  std::string node;                                         // empty = not given
  std::optional<inject::Strength> strength = std::nullopt;  // at most one of the two
  std::optional<double> number = std::nullopt;
};

struct NewDrill {
  std::string suite;             // either a suite …
  std::vector<NewFault> faults;  // … or 1 to 8 faults
  double duration_s = 40;        // 5 to 600
};

// InvalidArgument that names field, expectation and finding.
base::Result<NewDrill> ParseNewDrill(std::string_view body);

// Looks up kinds, nodes and suites; every number is filled in.
//   InvalidArgument     an unknown kind, node or suite, a number out of bounds, the same fault twice
//   FailedPrecondition  a kind that is unavailable on this system
base::Result<DrillRequest> FitToControl(const NewDrill& wanted, const DrillControl& control);

}  // namespace distdiag::serve
