// One command at a time works on a lab's folder.
//
// Thread: single. Held until destruction or the end of the process, however it ends.
#pragma once

#include "base/status.h"

#include <memory>
#include <string>

namespace distdiag::lab {

class DirectoryLock final {
 public:
  // FailedPrecondition when another process holds it. REQUIRES: the folder is there.
  static base::Result<std::unique_ptr<DirectoryLock>> Take(const std::string& directory);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int file) : file_(file) {}
  const int file_;
};

}  // namespace distdiag::lab
