#include "lab/commands.h"

#include "base/process.h"

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

base::Status WriteOne(const FileWrite& write) {
  const int file = open(write.path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) {
    return base::FailedPrecondition(
        fmt::format("{}: can't open for writing: {}", write.path, strerror(errno)));
  }
  const ssize_t written = ::write(file, write.text.data(), write.text.size());
  const int error = errno;
  close(file);
  if (written == static_cast<ssize_t>(write.text.size())) return base::OkStatus();
  return base::FailedPrecondition(
      fmt::format("{}: can't write \"{}\": {}", write.path, write.text, strerror(error)));
}

}  // namespace

base::Status RunAll(const std::vector<Argv>& commands, base::Duration limit) {
  for (const Argv& command : commands) {
    if (const auto done = base::RunChecked(command, limit); !done) return done.error();
  }
  return base::OkStatus();
}

base::Status WriteAll(const std::vector<FileWrite>& writes) {
  for (const FileWrite& write : writes) RETURN_IF_ERROR(WriteOne(write));
  return base::OkStatus();
}

void WriteAllThatCan(const std::vector<FileWrite>& writes) {
  for (const FileWrite& write : writes) {
    if (const base::Status done = WriteOne(write); !done.ok()) continue;  // gone already
  }
}

}  // namespace distdiag::lab
