#include "lab/faults/lab_injector.h"

#include "base/process.h"
#include "lab/state.h"

#include <utility>

namespace distdiag::lab {

base::Result<std::unique_ptr<LabInjector>> LabInjector::Open(const std::string& directory,
                                                             std::vector<std::string> targets,
                                                             base::FileSystem& files,
                                                             base::Clock& clock,
                                                             std::function<bool()> stop_asked) {
  ASSIGN_OR_RETURN(const LabState state, ReadState(files, directory));
  const Layout layout(state.options);
  ASSIGN_OR_RETURN(auto driver, LabFaultDriver::Make({.layout = layout,
                                                      .targets = std::move(targets),
                                                      .program = base::OwnProgramPath()},
                                                     clock));
  inject::InjectorOptions options{.journal_directory = layout.journal_directory(),
                                  .stop_asked = std::move(stop_asked)};
  return std::unique_ptr<LabInjector>(
      new LabInjector(std::move(driver), std::move(options), files, clock));
}

LabInjector::LabInjector(std::unique_ptr<LabFaultDriver> driver, inject::InjectorOptions options,
                         base::FileSystem& files, base::Clock& clock)
    : driver_(std::move(driver)), injector_(std::move(options), *driver_, files, clock) {}

}  // namespace distdiag::lab
