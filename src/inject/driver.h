// The seam between fault injection in general and a place where faults can be made.
//
// Thread: safe.
#pragma once

#include "base/status.h"
#include "inject/fault.h"
#include "inject/step.h"

#include <string>
#include <vector>

namespace distdiag::inject {

class FaultDriver {
 public:
  virtual ~FaultDriver() = default;
  // All kinds this driver knows, also those unavailable on this system.
  virtual std::vector<FaultKind> Kinds() const = 0;
  // Nodes that the configuration marks as injectable; a fault on any other is refused before it comes here.
  virtual std::vector<std::string> Targets() const = 0;
  // Looks at the present values and says what would be done; changes nothing. `fault_id` names the fault's cgroups.
  // FailedPrecondition when it can't be done now (node down, another fault of the kind is on).
  virtual base::Result<FaultPlan> Plan(const FaultSpec& spec, const std::string& fault_id) = 0;
  // Does one step. REQUIRES: it was journalled.
  virtual base::Status Run(const Step& step) = 0;
};

}  // namespace distdiag::inject
