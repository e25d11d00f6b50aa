#include "collect/host/physical_devices.h"

#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

TEST(PhysicalDevicesTest, WholeDisksOnly) {
  for (const char* name : {"sda", "sdab", "vda", "xvda", "hda", "nvme0n1", "nvme10n2", "mmcblk0"})
    EXPECT_TRUE(IsPhysicalDisk(name)) << name;
  for (const char* name : {"", "sd", "sda1", "vda2", "nvme0n1p1", "nvme0", "nvme0c0n1", "mmcblk0p1",
                           "loop0", "zram0", "ram0", "dm-0", "md127", "sr0"})
    EXPECT_FALSE(IsPhysicalDisk(name)) << name;
}

TEST(PhysicalDevicesTest, InterfacesThatCarryTrafficOnce) {
  for (const char* name : {"eth0", "ens3", "enp1s0f0", "eno1", "wlan0", "wlp2s0", "ib0", "em1"})
    EXPECT_TRUE(IsPhysicalInterface(name)) << name;
  for (const char* name :
       {"", "lo", "docker0", "br0", "br-1a2b", "veth12", "virbr0", "ifb0", "tun0", "eth0.100",
        "bond0", "cni0", "flannel.1", "cali123", "wg0", "dummy0"})
    EXPECT_FALSE(IsPhysicalInterface(name)) << name;
}

}  // namespace
}  // namespace distdiag::collect
