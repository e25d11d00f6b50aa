// The seam to the kernel's files: /proc, /sys, cgroup hierarchies, and the file system behind a mount point.
//
// Why so: a reading takes some twenty small files, so the text goes into a buffer that is used again (base::FileSystem gives a new
// string each time) and nothing but the file is asked for. Kept descriptors save 1 to 2 µs a file, some 30 µs a reading (measured
// on Debian 12, 2 cores), but outlive their process or control group and then fail or show the dead one: not worth it.
// Thread: single (owner: its probe).
#pragma once

#include "base/status.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace distdiag::collect {

// A mounted file system, as statvfs and stat tell.
struct MountFacts {
  std::uint64_t blocks = 0;
  std::uint64_t available_blocks = 0;  // for users without privileges
  unsigned device_major = 0;           // 0 = no device of its own (overlay, btrfs, tmpfs)
  unsigned device_minor = 0;
};

class HostFiles {
 public:
  virtual ~HostFiles() = default;
  // The whole file into `content` (whose memory is used again). NotFound when it is not there or when its process or control
  // group has gone, FailedPrecondition for any other reason.
  virtual base::Status Read(const std::string& path, std::string& content) = 0;
  virtual base::Result<MountFacts> Mount(const std::string& path) = 0;
  // Names in a folder, in any order.
  virtual base::Result<std::vector<std::string>> List(const std::string& path) = 0;
};

std::unique_ptr<HostFiles> NewRealHostFiles();

}  // namespace distdiag::collect
