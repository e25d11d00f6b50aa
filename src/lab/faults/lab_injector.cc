#include "lab/faults/lab_injector.h"

#include "base/process.h"
#include "lab/state.h"

#include <utility>

namespace distdiag::lab {

base::Result<std::unique_ptr<LabInjector>> LabInjector::Open(const std::string& directory,
                                                             std::vector<std::string> targets,
                                                             base::FileSystem& files,
                                                             base::Clock& clock) {
  ASSIGN_OR_RETURN(const LabState state, ReadState(files, directory));
  const Layout layout(state.options);
  ASSIGN_OR_RETURN(auto driver, LabFaultDriver::Make({.layout = layout,
                                                      .targets = std::move(targets),
                                                      .program = base::OwnProgramPath()},
                                                     clock));
  return std::unique_ptr<LabInjector>(
      new LabInjector(std::move(driver), layout.journal_directory(), files, clock));
}

LabInjector::LabInjector(std::unique_ptr<LabFaultDriver> driver,
                         const std::string& journal_directory, base::FileSystem& files,
                         base::Clock& clock)
    : driver_(std::move(driver)),
      injector_({.journal_directory = journal_directory}, *driver_, files, clock) {}

}  // namespace distdiag::lab
