// The seam through which files are read and written.
//
// Thread: safe. MemoryFileSystem is for tests; it can be told to fail like a full disk.
#pragma once

#include "base/mutex.h"
#include "base/status.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::base {

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Result<std::string> ReadFile(const std::string& path) const = 0;
  // All or nothing: writes beside, syncs, renames. Parent folder must exist.
  virtual Status WriteFileAtomic(const std::string& path, std::string_view bytes) = 0;
  virtual bool Exists(const std::string& path) const = 0;
  // Names (not paths) in the folder, sorted.
  virtual Result<std::vector<std::string>> ListDirectory(const std::string& path) const = 0;
  virtual Status CreateDirectories(const std::string& path) = 0;
};

class RealFileSystem final : public FileSystem {
 public:
  Result<std::string> ReadFile(const std::string& path) const override;
  Status WriteFileAtomic(const std::string& path, std::string_view bytes) override;
  bool Exists(const std::string& path) const override;
  Result<std::vector<std::string>> ListDirectory(const std::string& path) const override;
  Status CreateDirectories(const std::string& path) override;
};

// Replaces a small file that is written again every second: as RealFileSystem::WriteFileAtomic, but without waiting for the disk,
// which a busy one makes take seconds. A reader finds the old bytes or the new ones, never a part; after a power cut it may find
// nothing. Thread: safe for different paths.
Status ReplaceFile(const std::string& path, std::string_view bytes);

class MemoryFileSystem final : public FileSystem {
 public:
  Result<std::string> ReadFile(const std::string& path) const override;
  Status WriteFileAtomic(const std::string& path, std::string_view bytes) override;
  bool Exists(const std::string& path) const override;
  Result<std::vector<std::string>> ListDirectory(const std::string& path) const override;
  Status CreateDirectories(const std::string& path) override;
  // From now on every write fails with this; ok() ends it.
  void FailWrites(Status status);

 private:
  mutable Mutex mutex_;
  std::map<std::string, std::string> files_ GUARDED_BY(mutex_);
  Status write_failure_ GUARDED_BY(mutex_);
};

}  // namespace distdiag::base
