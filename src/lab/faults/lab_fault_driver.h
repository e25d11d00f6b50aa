// Makes faults in the live lab.
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "inject/driver.h"
#include "lab/faults/fault_actions.h"
#include "lab/faults/fault_context.h"
#include "lab/faults/lab_view.h"

#include <memory>
#include <string>
#include <vector>

namespace distdiag::lab {

struct LabFaultDriverOptions {
  Layout layout;
  std::vector<std::string> targets;  // names of nodes; empty = all of the lab
  std::string program;               // distdiag itself: base::OwnProgramPath()
};

// Thread: safe. Owner: whoever owns the injector.
class LabFaultDriver final : public inject::FaultDriver {
 public:
  // Finds out what this system can do (asks tc, nft and the control groups; changes nothing). FailedPrecondition when there are
  // no control groups, NotFound when a target is no node of the lab. `clock` outlives the driver.
  static base::Result<std::unique_ptr<LabFaultDriver>> Make(LabFaultDriverOptions options,
                                                            base::Clock& clock);

  std::vector<inject::FaultKind> Kinds() const override;
  std::vector<std::string> Targets() const override;
  base::Result<inject::FaultPlan> Plan(const inject::FaultSpec& spec,
                                       const std::string& fault_id) override;
  base::Status Run(const inject::Step& step) override;

 private:
  LabFaultDriver(LabFaultDriverOptions options, CgroupTrees trees, std::string disk,
                 FaultTools tools, base::Clock& clock);

  base::Status Do(const inject::ExecStep& step);
  base::Status Do(const inject::SpawnStep& step);
  base::Status Do(const inject::KillStep& step);
  base::Status Do(const inject::SqlStep& step);
  base::Status Do(const inject::WriteStep& step);
  base::Status Do(const inject::ActionStep& step);
  // "ddlab/n2/ext/<fault id>" or "ddlab/clients/<fault id>".
  base::Result<std::string> GroupOf(const std::string& machine, const std::string& group) const;

  const LabFaultDriverOptions options_;
  const CgroupTrees trees_;
  const std::string disk_;
  const FaultTools tools_;
  base::Clock& clock_;
  RunningLabView view_;
  FaultActions actions_;
};

}  // namespace distdiag::lab
