// Driver and injector of one lab, put together: for `distdiag inject`, the keeper, and drills.
//
// Thread: safe, as inject::Injector is.
#pragma once

#include "base/clock.h"
#include "base/file_system.h"
#include "base/status.h"
#include "inject/injector.h"
#include "lab/faults/lab_fault_driver.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace distdiag::lab {

class LabInjector final {
 public:
  // Of the lab in this folder, with the options that its state file holds; NotFound when no lab is there. `targets`: names of the
  // nodes that may be broken, empty = all. `files` and `clock` outlive it. `stop_asked`: see inject::InjectorOptions.
  static base::Result<std::unique_ptr<LabInjector>> Open(const std::string& directory,
                                                         std::vector<std::string> targets,
                                                         base::FileSystem& files,
                                                         base::Clock& clock,
                                                         std::function<bool()> stop_asked = {});

  inject::Injector& injector() { return injector_; }
  inject::FaultDriver& driver() { return *driver_; }

 private:
  LabInjector(std::unique_ptr<LabFaultDriver> driver, inject::InjectorOptions options,
              base::FileSystem& files, base::Clock& clock);

  const std::unique_ptr<LabFaultDriver> driver_;
  inject::Injector injector_;
};

}  // namespace distdiag::lab
