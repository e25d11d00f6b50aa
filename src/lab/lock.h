// One command at a time works on a lab: on its folder, and on its name.
//
// Why so: what a lab makes is found again by its name (namespaces, control groups). Of two `lab up` with one name and different
// folders the one that fails would take down the other's lab.
// Thread: single. Held until destruction or the end of the process, however it ends. The files stay: who removed one could
// remove it from under another that waits for it.
#pragma once

#include "base/status.h"

#include <memory>
#include <string>

namespace distdiag::lab {

class LabLock final {
 public:
  // FailedPrecondition when another process holds it, Unavailable when the file can't be made.
  // <directory>/lock. REQUIRES: the folder is there.
  static base::Result<std::unique_ptr<LabLock>> OnDirectory(const std::string& directory);
  // /run/distdiag-lab-<name>.lock; `folder` is for tests. REQUIRES: a name that CheckOptions() takes.
  static base::Result<std::unique_ptr<LabLock>> OnName(const std::string& name,
                                                       const std::string& folder = "/run");
  ~LabLock();
  LabLock(const LabLock&) = delete;
  LabLock& operator=(const LabLock&) = delete;

 private:
  static base::Result<std::unique_ptr<LabLock>> Take(const std::string& path,
                                                     const std::string& what);
  explicit LabLock(int file) : file_(file) {}
  const int file_;
};

}  // namespace distdiag::lab
