// What a planner of a fault may look at; it changes nothing.
#pragma once

#include "base/process.h"
#include "base/status.h"
#include "inject/fault.h"
#include "inject/step.h"
#include "lab/cgroups.h"
#include "lab/layout.h"

#include <string>
#include <vector>

namespace distdiag::lab {

// The lab as it is now. Tests answer from a list. Thread: safe.
class LabView {
 public:
  virtual ~LabView() = default;
  virtual bool ServerRuns(const Machine& machine) = 0;
  // The first cell of the first row, asked as administrator. NotFound = no row or NULL.
  virtual base::Result<std::string> SqlValue(const Machine& machine,
                                             const std::string& statement) = 0;
  virtual base::Result<std::string> ReadFile(const std::string& path) = 0;
  // Output of a program that only looks. FailedPrecondition when its exit status is not 0.
  virtual base::Result<std::string> Output(const std::vector<std::string>& argv) = 0;
};

// What this kernel and its programs can do to links and machines. Thread: value.
struct FaultTools {
  bool netem = false;   // delay and loss as a queue of the interface
  bool tbf = false;     // a slower link
  bool numgen = false;  // nft drops packets at random
  bool relay = false;   // packets can be taken through a program (/dev/net/tun)
  bool stress = false;  // stress-ng is installed
};
// Asks inside network namespaces that end with the question.
FaultTools FindFaultTools();

struct FaultContext {
  const Layout& layout;
  const CgroupTrees& trees;
  std::string disk;     // of BackingDisk
  std::string program;  // distdiag itself, for its workers
  FaultTools tools;
  LabView& view;
};

struct FaultOrder {
  const Machine* machine = nullptr;  // nullptr: the whole cluster
  double number = 0;
  std::string id;  // names the fault's control group
};

// A kind of fault and how its plan is made.
struct FaultPlanner {
  inject::FaultKind kind;
  // Why it can't be done with these tools; empty = it can.
  std::string (*unavailable)(const FaultTools& tools);
  // REQUIRES: a number within the kind's bounds, a machine exactly when the kind is of node scope.
  base::Result<inject::FaultPlan> (*plan)(const FaultContext& context, const FaultOrder& order);
};

// All kinds of a lab of this database, in the order in which people see them.
const std::vector<FaultPlanner>& FaultPlanners(LabDatabase database);
const FaultPlanner* FindFaultPlanner(LabDatabase database, std::string_view kind);

}  // namespace distdiag::lab
