// A node's CPU quota and disk throttle, lifted while something is prepared.
//
// Why so: building an index or withdrawing pages under the quota would itself look like a fault, and take minutes.
// Thread: value.
#pragma once

#include "base/status.h"
#include "inject/step.h"
#include "lab/faults/fault_context.h"

#include <vector>

namespace distdiag::lab {

struct QuotaSteps {
  std::vector<inject::Step> lift;
  std::vector<inject::Step> restore;  // the values that are there now
};

// FailedPrecondition while the quota is lifted already: what is there now would not be worth restoring.
base::Result<QuotaSteps> PlanQuota(const FaultContext& context, const Machine& machine);

}  // namespace distdiag::lab
