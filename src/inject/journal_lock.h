// Keeps two processes from acting on one journal entry at the same time.
//
// Why so: `serve` and the lab's keeper look at the same journal; both may find the same fault due.
// Thread: safe, also between threads of one process.
#pragma once

#include "base/status.h"

#include <memory>
#include <string>
#include <string_view>

namespace distdiag::inject {

class JournalLock {
 public:
  // Released by its destructor, or by the end of the process.
  class Held {
   public:
    virtual ~Held() = default;
  };

  virtual ~JournalLock() = default;
  // Waits for the lock of `key`: a fault's id, or "" for the journal as a whole.
  virtual base::Result<std::unique_ptr<Held>> Acquire(std::string_view key) = 0;
  // nullptr at once while somebody else holds it.
  virtual base::Result<std::unique_ptr<Held>> TryAcquire(std::string_view key) = 0;
};

// Locks of one file, <directory>/.lock: each key has its own byte of it, so that a long preparation of one fault does not hold
// up the undo of another. Where the directory is not on disk nobody else can look at it, and every lock is granted.
class FileJournalLock final : public JournalLock {
 public:
  explicit FileJournalLock(std::string directory);
  base::Result<std::unique_ptr<Held>> Acquire(std::string_view key) override;
  base::Result<std::unique_ptr<Held>> TryAcquire(std::string_view key) override;

 private:
  base::Result<std::unique_ptr<Held>> Lock(std::string_view key, int command);

  const std::string path_;
};

}  // namespace distdiag::inject
