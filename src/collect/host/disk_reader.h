// The node's disk: its block device's counters, and how full the file system is.
//
// Thread: single (owner: its probe). Cost: one small file a device, statvfs and stat for a mount point.
#pragma once

#include "collect/host/host_files.h"
#include "collect/host/host_rates.h"

#include <string>
#include <vector>

namespace distdiag::collect {

struct DiskReaderOptions {
  std::string procfs;
  std::string sysfs;
  std::vector<std::string>
      devices;  // "loop3" or "/dev/loop3"; empty = the mount point's; without that all physical disks
  std::string mount_point;  // empty = how full it is is not measured
};

class DiskReader {
 public:
  // `files` outlives it.
  DiskReader(DiskReaderOptions options, HostFiles& files);

  // Fills what is there; what is not is one sentence each in `limits`. Of several disks everything is summed except kDiskBusy,
  // which is the busiest one's.
  void Read(HostSnapshot& snapshot, std::vector<std::string>& limits);

 private:
  // Folders below sysfs that have the file "stat".
  std::vector<std::string> Folders(HostSnapshot& snapshot, std::vector<std::string>& limits);
  std::vector<std::string> FolderOfMount(const MountFacts& mount, std::vector<std::string>& limits);

  const DiskReaderOptions options_;
  HostFiles& files_;
  std::string text_;
};

}  // namespace distdiag::collect
