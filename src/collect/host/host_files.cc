#include "collect/host/host_files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace distdiag::collect {
namespace {

constexpr std::size_t kFirstBytes = 16 * 1024;  // one read takes all but very long files

base::Status FromErrno(const std::string& path, const char* doing, int error) {
  std::string message = fmt::format("{}: cannot {}: {}", path, doing, std::strerror(error));
  // ESRCH: the process has gone. ENODEV: the control group has.
  const bool gone = error == ENOENT || error == ENOTDIR || error == ESRCH || error == ENODEV;
  return gone ? base::NotFound(std::move(message)) : base::FailedPrecondition(std::move(message));
}

base::Status ReadAll(int fd, const std::string& path, std::string& content) {
  if (content.capacity() < kFirstBytes) content.reserve(kFirstBytes);
  content.resize(content.capacity());
  std::size_t size = 0;
  while (true) {
    if (size == content.size()) content.resize(2 * size);
    const ssize_t got = ::read(fd, content.data() + size, content.size() - size);
    if (got > 0) {
      size += static_cast<std::size_t>(got);
    } else if (got == 0) {
      content.resize(size);
      return base::OkStatus();
    } else if (errno != EINTR) {
      const int error = errno;
      content.clear();
      return FromErrno(path, "read", error);
    }
  }
}

class RealHostFiles final : public HostFiles {
 public:
  base::Status Read(const std::string& path, std::string& content) override {
    content.clear();
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return FromErrno(path, "open", errno);
    base::Status status = ReadAll(fd, path, content);
    ::close(fd);
    return status;
  }

  base::Result<MountFacts> Mount(const std::string& path) override {
    struct statvfs space {};
    struct stat node {};
    if (::statvfs(path.c_str(), &space) != 0)
      return base::Fail(FromErrno(path, "ask for its file system", errno));
    if (::stat(path.c_str(), &node) != 0) return base::Fail(FromErrno(path, "look at", errno));
    return MountFacts{.blocks = space.f_blocks,
                      .available_blocks = space.f_bavail,
                      .device_major = major(node.st_dev),
                      .device_minor = minor(node.st_dev)};
  }

  base::Result<std::vector<std::string>> List(const std::string& path) override {
    std::error_code error;
    std::vector<std::string> names;
    for (auto it = std::filesystem::directory_iterator(path, error);
         !error && it != std::filesystem::directory_iterator(); it.increment(error))
      names.push_back(it->path().filename().string());
    if (error) return base::Fail(FromErrno(path, "list", error.value()));
    return names;
  }
};

}  // namespace

std::unique_ptr<HostFiles> NewRealHostFiles() { return std::make_unique<RealHostFiles>(); }

}  // namespace distdiag::collect
