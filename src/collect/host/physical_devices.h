// Which disks and network interfaces are summed when none is named.
//
// Why so: a disk counts once, not again as its partition, loop device or device-mapper target, and traffic of bridges, tunnels and
// containers passes a physical interface too. By name, since node_exporter tells no more; one rule for both probes.
// Thread: const-safe.
#pragma once

#include <string_view>

namespace distdiag::collect {

// "sda", "vdb", "nvme0n1", "mmcblk0": whole disks, no partitions and nothing made of other devices.
bool IsPhysicalDisk(std::string_view name);
// Everything but loopback, bridges, bonds, tunnels, containers' ends, VLANs, intermediate and dummy devices.
bool IsPhysicalInterface(std::string_view name);

}  // namespace distdiag::collect
