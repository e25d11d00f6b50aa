#include "inject/journal_lock.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace distdiag::inject {
namespace {

// FNV-1a: the same in every process and build, which std::hash does not promise. Two keys on one byte only wait for each other.
off_t ByteOf(std::string_view key) {
  std::uint32_t hash = 2166136261u;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return static_cast<off_t>(hash >> 1);
}

struct flock Range(std::string_view key, short type) {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = ByteOf(key);
  range.l_len = 1;
  return range;
}

class NothingToLock final : public JournalLock::Held {};

class HeldRange final : public JournalLock::Held {
 public:
  HeldRange(int file, std::string key) : file_(file), key_(std::move(key)) {}
  ~HeldRange() override {
    // Not by close alone: a child that is just being started may have a copy of the descriptor.
    struct flock range = Range(key_, F_UNLCK);
    fcntl(file_, F_OFD_SETLK, &range);
    close(file_);
  }

 private:
  const int file_;
  const std::string key_;
};

}  // namespace

FileJournalLock::FileJournalLock(std::string directory) : path_(std::move(directory) + "/.lock") {}

base::Result<std::unique_ptr<JournalLock::Held>> FileJournalLock::Acquire(std::string_view key) {
  return Lock(key, F_OFD_SETLKW);
}

base::Result<std::unique_ptr<JournalLock::Held>> FileJournalLock::TryAcquire(std::string_view key) {
  return Lock(key, F_OFD_SETLK);
}

base::Result<std::unique_ptr<JournalLock::Held>> FileJournalLock::Lock(std::string_view key,
                                                                       int command) {
  const int file = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0 && errno == ENOENT) return std::make_unique<NothingToLock>();
  if (file < 0) {
    return base::Fail(base::FailedPrecondition(
        fmt::format("{}: can't open the journal's lock: {}", path_, std::strerror(errno))));
  }
  struct flock range = Range(key, F_WRLCK);
  int done;
  do {
    done = fcntl(file, command, &range);
  } while (done != 0 && errno == EINTR);
  if (done == 0) return std::make_unique<HeldRange>(file, std::string(key));
  const int error = errno;
  close(file);
  if (error == EAGAIN || error == EACCES) return nullptr;
  return base::Fail(base::FailedPrecondition(
      fmt::format("{}: can't lock the journal: {}", path_, std::strerror(error))));
}

}  // namespace distdiag::inject
