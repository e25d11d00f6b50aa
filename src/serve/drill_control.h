// What the API may ask of the drills; engine implements it.
//
// Why so: serve knows no lab and starts nothing itself. Where faults can't be made, engine passes nullptr and the API says why.
// Thread: safe. Cost: Plan may take seconds (it looks at the nodes); the rest answers at once.
#pragma once

#include "base/status.h"
#include "domain/drill.h"
#include "inject/fault.h"

#include <cstdint>
#include <string>
#include <vector>

namespace distdiag::serve {

struct DrillRequest {
  std::string suite;  // either a suite …
  std::vector<inject::FaultSpec>
      faults;  // … or faults that begin together (number 0 = the kind's medium)
  double duration_s = 40;
};

struct PlannedFault {
  inject::FaultSpec spec;
  std::vector<std::string> prepare, start, stop, restore;  // one line a step
};

struct DrillSuite {
  std::string name;  // "quick"
  std::string description;
  std::size_t drills = 0;
};

class DrillControl {
 public:
  virtual ~DrillControl() = default;
  virtual std::vector<inject::FaultKind> Kinds() const = 0;
  virtual std::vector<std::string> Targets() const = 0;
  virtual std::vector<DrillSuite> Suites() const = 0;
  // Dry run.
  virtual base::Result<std::vector<PlannedFault>> Plan(const DrillRequest& request) = 0;
  // Queues them; returns the drills as stored (with ids). FailedPrecondition while others are queued or running.
  virtual base::Result<std::vector<domain::Drill>> Start(const DrillRequest& request) = 0;
  // Undoes the running drill's faults now and drops what is queued. NotFound when it is not queued or running.
  virtual base::Status Cancel(std::int64_t id) = 0;
  // Queued and running ones as they now are, oldest first.
  virtual std::vector<domain::Drill> Current() const = 0;
};

}  // namespace distdiag::serve
