#include "base/file_system.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace distdiag::base {
namespace {

Status FromErrno(const std::string& path, const char* doing, int error) {
  std::string message = fmt::format("{}: cannot {}: {}", path, doing, std::strerror(error));
  if (error == ENOENT) return NotFound(std::move(message));
  if (error == ENOSPC || error == EDQUOT) return ResourceExhausted(std::move(message));
  return FailedPrecondition(std::move(message));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

enum class Sync { kNo, kYes };

Status WriteAll(int fd, const std::string& path, std::string_view bytes, Sync sync) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return FromErrno(path, "write", errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (sync == Sync::kYes && ::fsync(fd) != 0) return FromErrno(path, "sync", errno);
  return OkStatus();
}

Status WriteBesideAndRename(const std::string& path, std::string_view bytes, Sync sync) {
  const std::string beside = path + ".tmp";
  {
    const Descriptor fd(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (fd.get() < 0) return FromErrno(beside, "create", errno);
    if (Status written = WriteAll(fd.get(), beside, bytes, sync); !written.ok()) {
      ::unlink(beside.c_str());
      return written;
    }
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return FromErrno(path, "rename into", errno);
  return OkStatus();
}

}  // namespace

Status ReplaceFile(const std::string& path, std::string_view bytes) {
  return WriteBesideAndRename(path, bytes, Sync::kNo);
}

Result<std::string> RealFileSystem::ReadFile(const std::string& path) const {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return Fail(FromErrno(path, "open", errno));
  struct stat info {};
  if (::fstat(fd.get(), &info) == 0 && S_ISDIR(info.st_mode)) {
    return Fail(InvalidArgument(path + ": expected a file, found a directory"));
  }
  std::string content;
  char buffer[65536];
  while (true) {
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0) {
      if (errno == EINTR) continue;
      return Fail(FromErrno(path, "read", errno));
    }
    if (got == 0) return content;
    content.append(buffer, static_cast<std::size_t>(got));
  }
}

Status RealFileSystem::WriteFileAtomic(const std::string& path, std::string_view bytes) {
  return WriteBesideAndRename(path, bytes, Sync::kYes);
}

bool RealFileSystem::Exists(const std::string& path) const {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<std::vector<std::string>> RealFileSystem::ListDirectory(const std::string& path) const {
  std::error_code error;
  std::vector<std::string> names;
  for (auto it = std::filesystem::directory_iterator(path, error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  if (error) return Fail(FromErrno(path, "list", error.value()));
  std::sort(names.begin(), names.end());
  return names;
}

Status RealFileSystem::CreateDirectories(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  return error ? FromErrno(path, "create directory", error.value()) : OkStatus();
}

Result<std::string> MemoryFileSystem::ReadFile(const std::string& path) const {
  MutexLock lock(mutex_);
  const auto it = files_.find(path);
  if (it == files_.end()) return Fail(FromErrno(path, "open", ENOENT));
  return it->second;
}

Status MemoryFileSystem::WriteFileAtomic(const std::string& path, std::string_view bytes) {
  MutexLock lock(mutex_);
  if (!write_failure_.ok()) return write_failure_;
  files_[path] = std::string(bytes);
  return OkStatus();
}

bool MemoryFileSystem::Exists(const std::string& path) const {
  MutexLock lock(mutex_);
  return files_.contains(path);
}

Result<std::vector<std::string>> MemoryFileSystem::ListDirectory(const std::string& path) const {
  MutexLock lock(mutex_);
  const std::string prefix = path + "/";
  std::set<std::string> names;
  for (const auto& [name, bytes] : files_) {
    if (!name.starts_with(prefix)) continue;
    names.insert(name.substr(prefix.size(), name.find('/', prefix.size()) - prefix.size()));
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Status MemoryFileSystem::CreateDirectories(const std::string&) { return OkStatus(); }

void MemoryFileSystem::FailWrites(Status status) {
  MutexLock lock(mutex_);
  write_failure_ = std::move(status);
}

}  // namespace distdiag::base
