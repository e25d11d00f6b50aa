#include "lab/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace distdiag::lab {

base::Result<std::unique_ptr<DirectoryLock>> DirectoryLock::Take(const std::string& directory) {
  const std::string path = directory + "/lock";
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0)
    return base::Fail(base::FailedPrecondition(fmt::format("{}: {}", path, strerror(errno))));
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    close(file);
    return base::Fail(base::FailedPrecondition(
        fmt::format("another `distdiag lab up` or `down` is at work in {}", directory)));
  }
  return std::unique_ptr<DirectoryLock>(new DirectoryLock(file));
}

DirectoryLock::~DirectoryLock() { close(file_); }

}  // namespace distdiag::lab
