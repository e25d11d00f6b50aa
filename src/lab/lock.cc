#include "lab/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace distdiag::lab {

base::Result<std::unique_ptr<LabLock>> LabLock::OnDirectory(const std::string& directory) {
  return Take(directory + "/lock", "in " + directory);
}

base::Result<std::unique_ptr<LabLock>> LabLock::OnName(const std::string& name,
                                                       const std::string& folder) {
  return Take(fmt::format("{}/distdiag-lab-{}.lock", folder, name),
              fmt::format("on a lab named \"{}\"", name));
}

base::Result<std::unique_ptr<LabLock>> LabLock::Take(const std::string& path,
                                                     const std::string& what) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return base::Fail(base::Unavailable(fmt::format("{}: {}", path, strerror(errno))));
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    close(file);
    return base::Fail(base::FailedPrecondition(
        fmt::format("another `distdiag lab up` or `down` is at work {}", what)));
  }
  return std::unique_ptr<LabLock>(new LabLock(file));
}

LabLock::~LabLock() { close(file_); }

}  // namespace distdiag::lab
