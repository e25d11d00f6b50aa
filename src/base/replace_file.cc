#include "base/replace_file.h"

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

namespace distdiag::base {
namespace {

Status FromErrno(const std::string& path, const char* doing, int error) {
  std::string message = fmt::format("{}: cannot {}: {}", path, doing, std::strerror(error));
  if (error == ENOENT) return NotFound(std::move(message));
  if (error == ENOSPC || error == EDQUOT) return ResourceExhausted(std::move(message));
  return FailedPrecondition(std::move(message));
}

// 0, or the error number.
int WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

Status ReplaceFile(const std::string& path, std::string_view bytes) {
  const std::string beside = path + ".tmp";
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return FromErrno(beside, "create", errno);
  const int error = WriteAll(file, bytes);
  ::close(file);
  if (error != 0) {
    ::unlink(beside.c_str());
    return FromErrno(beside, "write", error);
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return FromErrno(path, "rename into", errno);
  return OkStatus();
}

}  // namespace distdiag::base
