// The nodes' disks: a file of the machine's disk as a loop device with a file system of its own.
//
// Why so: a node's disk then has its own queue, its own counters (/proc/diskstats) and its own free space. Direct I/O on the
// file: what a node writes is not cached twice, and its wait is the real disk's.
// Thread: safe.
#pragma once

#include "lab/commands.h"
#include "lab/layout.h"

#include <string>
#include <string_view>
#include <vector>

namespace distdiag::lab {

std::vector<Argv> DiskImageCommands(const Layout& layout, const Machine& machine);
// Prints the device.
Argv AttachDiskCommand(const Machine& machine);
std::vector<Argv> FormatAndMountCommands(const Layout& layout, const Machine& machine,
                                         const std::string& device);

// Makes and mounts a node's disk and writes its device file.
base::Status MakeDisk(const Layout& layout, const Machine& machine);

// Mount points below the folder, whoever made them, the deepest first, from the text of /proc/self/mountinfo. The kernel lists
// canonical paths: the folder must be given as one.
std::vector<std::string> MountsBelow(std::string_view mountinfo, std::string_view directory);

struct LoopDevice {
  std::string device;        // "/dev/loop3"
  std::string backing_file;  // as the kernel tells it, " (deleted)" included
};
// Those of the nodes' disks of a lab in this folder: their file is <dir>/disk/n1.img … n9.img, and nothing else.
std::vector<LoopDevice> DiskLoops(const std::vector<LoopDevice>& loops, std::string_view directory);
// The nodes' disks that are mounted: one of `loops` on <dir>/disk/n1 … n9. What was mounted last comes first.
std::vector<std::string> DiskMounts(std::string_view mountinfo,
                                    const std::vector<LoopDevice>& loops,
                                    std::string_view directory);
// All loop devices in use, from /sys/block.
std::vector<LoopDevice> AttachedLoops();

}  // namespace distdiag::lab
