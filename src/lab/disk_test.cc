#include "lab/disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Disk, IsAFileBelowTheLabsFolderWithDirectIo) {
  const Layout layout({.directory = "/srv/lab", .disk_bytes = 1000});
  const Machine& machine = layout.machines().front();
  EXPECT_THAT(DiskImageCommands(layout, machine),
              ElementsAre(Argv{"mkdir", "-p", "/srv/lab/disk/n1"},
                          Argv{"fallocate", "-l", "1000", "/srv/lab/disk/n1.img"},
                          Argv{"chmod", "0600", "/srv/lab/disk/n1.img"}));
  EXPECT_THAT(AttachDiskCommand(machine),
              ElementsAre("losetup", "--find", "--show", "--direct-io=on", "/srv/lab/disk/n1.img"));
  EXPECT_THAT(
      FormatAndMountCommands(layout, machine, "/dev/loop7")[1],
      ElementsAre("mount", "-t", "ext4", "-o", "noatime", "/dev/loop7", "/srv/lab/disk/n1"));
}

TEST(Disk, MountsBelowTheFolderComeDeepestFirst) {
  const char* mountinfo =
      "22 1 254:0 / / rw - ext4 /dev/vda rw\n"
      "40 22 7:0 / /srv/lab/disk/n1 rw,noatime shared:1 - ext4 /dev/loop0 rw\n"
      "41 22 7:1 / /srv/lab/disk/n2 rw,noatime - ext4 /dev/loop1 rw\n"
      "42 40 0:99 / /srv/lab/disk/n1/tmp rw - tmpfs tmpfs rw\n"
      "43 22 7:2 / /srv/lab2/disk/n1 rw - ext4 /dev/loop2 rw\n"
      "44 22 7:3 / /srv/lab rw - ext4 /dev/loop3 rw\n"
      "broken line\n";
  EXPECT_THAT(MountsBelow(mountinfo, "/srv/lab"),
              ElementsAre("/srv/lab/disk/n1/tmp", "/srv/lab/disk/n2", "/srv/lab/disk/n1"));
}

TEST(Disk, AMountPointWithABlankIsRead) {
  EXPECT_THAT(MountsBelow("1 2 7:0 / /srv/lab/a\\040b rw - ext4 x rw\n", "/srv/lab"),
              ElementsAre("/srv/lab/a b"));
}

TEST(Disk, OnlyTheNodesImagesAreTheLabsLoops) {
  const auto found = DiskLoops({{"/dev/loop0", "/srv/lab/disk/n1.img"},
                                {"/dev/loop1", "/srv/lab2/disk/n1.img"},
                                {"/dev/loop2", "/srv/lab/disk/n9.img (deleted)"},
                                {"/dev/loop3", "/srv/lab"},
                                {"/dev/loop4", "/srv/lab/backup.img"},
                                {"/dev/loop5", "/srv/lab/disk/n10.img"},
                                {"/dev/loop6", "/srv/lab/disk/n0.img"},
                                {"/dev/loop7", "/srv/lab/disk/n1.img.old"},
                                {"/dev/loop8", "/srv/lab/other/disk/n1.img"}},
                               "/srv/lab");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].device, "/dev/loop0");
  EXPECT_EQ(found[1].device, "/dev/loop2");
  EXPECT_THAT(DiskLoops({}, "/srv/lab"), IsEmpty());
}

TEST(Disk, OnlyTheNodesDisksAreTheLabsMounts) {
  const std::vector<LoopDevice> loops = {{"/dev/loop0", "/mnt/disk/n1.img"},
                                         {"/dev/loop1", "/mnt/disk/n2.img (deleted)"},
                                         {"/dev/loop2", "/home/me/cd.img"}};
  const char* mountinfo =
      "22 1 254:0 / / rw - ext4 /dev/vda rw\n"
      "40 22 7:0 / /mnt/disk/n1 rw,noatime shared:1 - ext4 /dev/loop0 rw\n"
      "41 22 7:1 / /mnt/disk/n2 rw - ext4 /dev/loop1 rw\n"
      "42 22 8:1 / /mnt/usb rw - ext4 /dev/sda1 rw\n"
      "43 22 8:2 / /mnt/disk/n3 rw master:2 propagate_from:1 - ext4 /dev/sda2 rw\n"
      "44 22 7:2 / /mnt/disk/n4 rw - iso9660 /dev/loop2 rw\n"
      "45 40 7:0 / /mnt/disk/n1/tmp rw - ext4 /dev/loop0 rw\n"
      "46 22 7:0 / /mnt/disk rw - ext4 /dev/loop0 rw\n"
      "47 22 7:0 / /mnt/disk/n1\n"
      "broken line\n";
  EXPECT_THAT(DiskMounts(mountinfo, loops, "/mnt"), ElementsAre("/mnt/disk/n2", "/mnt/disk/n1"));
  EXPECT_THAT(DiskMounts(mountinfo, {}, "/mnt"), IsEmpty());
}

}  // namespace
}  // namespace distdiag::lab
