// The lab that runs, as planners look at it.
#pragma once

#include "base/clock.h"
#include "lab/faults/fault_context.h"

namespace distdiag::lab {

// Thread: safe. All outlive it.
class RunningLabView final : public LabView {
 public:
  RunningLabView(const Layout& layout, const CgroupTrees& trees, base::Clock& clock);
  bool ServerRuns(const Machine& machine) override;
  base::Result<std::string> SqlValue(const Machine& machine, const std::string& statement) override;
  base::Result<std::string> ReadFile(const std::string& path) override;
  base::Result<std::string> Output(const std::vector<std::string>& argv) override;

 private:
  const Layout& layout_;
  const CgroupTrees& trees_;
  base::Clock& clock_;
};

}  // namespace distdiag::lab
