// The lab's control groups, on a kernel with version 1, version 2 or both.
//
//   <lab>/n1/{db,ext}   the node: CPU quota and disk throttle on n1; mariadbd in db, everything else (faults too) in ext
//   <lab>/clients       terminals and other clients, no quota
//   <lab>/keeper, holder, up   the lab's own processes, so that `lab down` finds them
//
// Version 1 throttles disks only in the group that a process is in itself: there, all of a node is in n1 (no db and ext below
// blkio). On a kernel with both versions the tree of version 2 is used for pressure (PSI) only.
// Thread: safe; CgroupTrees is a value.
#pragma once

#include "base/file_system.h"
#include "base/status.h"
#include "lab/commands.h"
#include "lab/layout.h"

#include <sys/types.h>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::lab {

struct CgroupTrees {
  std::map<std::string, std::string> version1;  // controller -> mount point
  std::string version2;                         // mount point, empty = none
  std::set<std::string> version2_controllers;   // of its root

  // Mount points, each once.
  std::vector<std::string> Roots() const;
};

// From the text of /proc/self/mounts.
CgroupTrees ParseCgroupMounts(std::string_view mounts);
base::Result<CgroupTrees> FindCgroupTrees(const base::FileSystem& files);
// What the lab needs and neither version offers: "cpu", "io", "memory".
std::vector<std::string> MissingControllers(const CgroupTrees& trees);

// Folders of the group in all trees. `group` is relative: "ddlab/n1/db".
std::vector<std::string> GroupDirectories(const CgroupTrees& trees, const std::string& group);
// For SpawnOptions::cgroup_files: a process that writes itself there is in the group in all trees.
std::vector<std::string> GroupProcsFiles(const CgroupTrees& trees, const std::string& group);
// The files of the groups that a process is in now, from the text of its /proc/<pid>/cgroup.
std::vector<std::string> OwnProcsFiles(const CgroupTrees& trees, std::string_view proc_cgroup);
std::string DatabaseGroup(const Layout& layout, const Machine& machine);  // "ddlab/n1/db"
std::string ExternalGroup(const Layout& layout, const Machine& machine);  // "ddlab/n1/ext"
std::string HolderGroup(const Layout& layout);
std::string KeeperGroup(const Layout& layout);
std::string UpGroup(const Layout& layout);

// Version 2 wants controllers enabled from the root down to <lab>; empty on version 1.
std::vector<FileWrite> ControllerWrites(const CgroupTrees& trees, const Layout& layout);
// 0 cores = no quota.
std::vector<FileWrite> CpuQuotaWrites(const CgroupTrees& trees, const std::string& group,
                                      double cores);
struct DiskLimit {
  std::int64_t operations_per_s = 0;  // reads and writes each; 0 = none
  std::int64_t bytes_per_s = 0;
};
// `device` "254:0": the machine's disk below the nodes' files, not the loop device. The loop worker's I/O counts for the
// group that asked for it, so the wait shows in the loop device's own queue, as on a slow disk.
std::vector<FileWrite> DiskLimitWrites(const CgroupTrees& trees, const std::string& group,
                                       const std::string& device, const DiskLimit& limit);
// A node's limits as the layout says, on `device`.
std::vector<FileWrite> NodeLimitWrites(const CgroupTrees& trees, const Layout& layout,
                                       const Machine& machine, const std::string& device);
// The lab as a whole before other work of the machine.
std::vector<FileWrite> WeightWrites(const CgroupTrees& trees, const std::string& group);

base::Status MakeGroup(const CgroupTrees& trees, const std::string& group);
// All groups of the layout.
base::Status MakeLabGroups(const CgroupTrees& trees, const Layout& layout);
// Processes in the group and below, each once.
std::vector<pid_t> GroupMembers(const CgroupTrees& trees, const std::string& group);
// CPU time of a group so far, in nanoseconds, from the text of cpuacct.usage (version 1) or cpu.stat (version 2).
std::int64_t ParseCpuUsageNs(std::string_view text);
// The same, read; nullopt when there is no such group.
std::optional<std::int64_t> GroupCpuUsageNs(const base::FileSystem& files, const CgroupTrees& trees,
                                            const std::string& group);
// Removes the group and all below it in all trees; those that were there. REQUIRES: no process is left.
std::vector<std::string> RemoveGroup(const CgroupTrees& trees, const std::string& group);
// True when a folder of the group is in any tree.
bool GroupExists(const CgroupTrees& trees, const std::string& group);

// The number of the disk that holds `directory`, "254:0"; of a partition that of its disk, which is what throttles know.
// FailedPrecondition when the folder is not on a disk (tmpfs, overlay).
base::Result<std::string> BackingDisk(const std::string& directory);

}  // namespace distdiag::lab
