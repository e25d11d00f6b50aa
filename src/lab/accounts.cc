#include "lab/accounts.h"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace distdiag::lab {

std::string MonitorPasswordFile(const Layout& layout) {
  return layout.run_directory() + "/monitor.password";
}

base::Result<std::string> NewPassword() {
  std::array<unsigned char, 16> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return base::Fail(base::Unavailable("the kernel gives no random bytes"));
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

base::Status WriteSecret(const std::string& path, std::string_view secret) {
  unlink(path.c_str());
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0)
    return base::FailedPrecondition(fmt::format("{}: can't make it: {}", path, strerror(errno)));
  const std::string line = std::string(secret) + "\n";
  const bool done = write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  close(file);
  return done ? base::OkStatus()
              : base::ResourceExhausted(fmt::format("{}: can't write: disk full?", path));
}

}  // namespace distdiag::lab
