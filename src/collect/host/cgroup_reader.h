// CPU, pressure, memory and threads of one control group, of version 1, 2 or both side by side.
//
// Why so: no assumption by version. Each value is taken where it is: a controller's own hierarchy first (version 1), else the
// unified one (version 2); pressure exists in the unified one only, which may be mounted beside the others.
// Thread: single (owner: its probe). Cost: about ten small files.
#pragma once

#include "collect/host/host_files.h"
#include "collect/host/host_rates.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

struct CgroupReaderOptions {
  std::string procfs;
  std::string sysfs;
  std::string group;           // relative to a hierarchy's mount point; not empty
  std::string database_group;  // below `group`; empty = none
  std::string rest_group;      // below `group`; empty = none
};

class CgroupReader {
 public:
  // `files` outlives it.
  CgroupReader(CgroupReaderOptions options, HostFiles& files);

  // Fills what is there; what is not is one sentence each in `limits`. kCpuDb and kCpuExt only where their
  // subgroups are; the caller knows whether there is another way to tell them.
  void Read(HostSnapshot& snapshot, std::vector<std::string>& limits);
  // Processes of the group and its two named subgroups.
  std::vector<std::uint64_t> Processes();

 private:
  // Where one kind of hierarchy may be mounted; the one that answered last is asked first.
  struct Tree {
    std::vector<std::string> mounts;
    std::size_t good = 0;
  };

  void FindMounts();
  // Reads <mount>/<group>[/<subgroup>]/<file> into text_. `controller` empty = the unified hierarchy.
  bool ReadFile(std::string_view controller, std::string_view subgroup, std::string_view file);
  void ReadCpu(HostSnapshot& snapshot, std::vector<std::string>& limits);
  void ReadThrottling(HostSnapshot& snapshot, std::vector<std::string>& limits);
  void ReadPressure(HostSnapshot& snapshot, std::vector<std::string>& limits);
  void ReadMemory(HostSnapshot& snapshot, std::vector<std::string>& limits);
  void ReadThreads(HostSnapshot& snapshot, std::vector<std::string>& limits);
  // Seconds of CPU of a subgroup; NaN when it is not there.
  double CpuOf(const std::string& subgroup);
  std::string Limit(std::string_view what) const;

  const CgroupReaderOptions options_;
  HostFiles& files_;
  std::map<std::string, Tree, std::less<>> trees_;  // by controller; "" = unified
  std::string text_;
  std::string path_;
};

}  // namespace distdiag::collect
