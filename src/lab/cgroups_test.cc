#include "lab/cgroups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* kHybridMounts =
    "tmpfs /sys/fs/cgroup tmpfs rw 0 0\n"
    "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,cpu,cpuacct 0 0\n"
    "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n"
    "cgroup /sys/fs/cgroup/blkio cgroup rw,blkio 0 0\n"
    "cgroup /sys/fs/cgroup/systemd cgroup rw,name=systemd 0 0\n"
    "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n";

CgroupTrees Hybrid() { return ParseCgroupMounts(kHybridMounts); }

CgroupTrees Version2() {
  CgroupTrees trees = ParseCgroupMounts("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n");
  trees.version2_controllers = {"cpu", "io", "memory", "pids"};
  return trees;
}

TEST(Cgroups, AKernelWithBothVersionsUsesVersion1AndKeepsTheTreeForPressure) {
  const CgroupTrees trees = Hybrid();
  EXPECT_THAT(MissingControllers(trees), IsEmpty());
  EXPECT_EQ(trees.version1.at("cpuacct"), "/sys/fs/cgroup/cpu,cpuacct");
  EXPECT_THAT(GroupProcsFiles(trees, "ddlab/n1/db"),
              UnorderedElementsAre("/sys/fs/cgroup/cpu,cpuacct/ddlab/n1/db/cgroup.procs",
                                   "/sys/fs/cgroup/memory/ddlab/n1/db/cgroup.procs",
                                   // flat: a throttle of n1 does not reach n1/db in version 1
                                   "/sys/fs/cgroup/blkio/ddlab/n1/cgroup.procs",
                                   "/sys/fs/cgroup/unified/ddlab/n1/db/cgroup.procs"));
  EXPECT_THAT(ControllerWrites(trees, Layout({.nodes = 1})), IsEmpty());
}

TEST(Cgroups, Version2EnablesControllersFromTheRootDown) {
  const CgroupTrees trees = Version2();
  EXPECT_THAT(MissingControllers(trees), IsEmpty());
  EXPECT_THAT(GroupProcsFiles(trees, "ddlab/n1/db"),
              ElementsAre("/sys/fs/cgroup/ddlab/n1/db/cgroup.procs"));
  EXPECT_THAT(
      ControllerWrites(trees, Layout({.nodes = 1})),
      ElementsAre(FileWrite{"/sys/fs/cgroup/cgroup.subtree_control", "+cpu +io +memory"},
                  FileWrite{"/sys/fs/cgroup/ddlab/cgroup.subtree_control", "+cpu +io +memory"},
                  FileWrite{"/sys/fs/cgroup/ddlab/n1/cgroup.subtree_control", "+cpu +io +memory"}));
}

TEST(Cgroups, WhatIsMissingIsNamed) {
  EXPECT_THAT(MissingControllers(CgroupTrees()), ElementsAre("cpu", "io", "memory"));
  CgroupTrees trees = Version2();
  trees.version2_controllers.erase("io");
  EXPECT_THAT(MissingControllers(trees), ElementsAre("io"));
}

TEST(Cgroups, CpuQuotaAndItsEnd) {
  const std::string cpu = "/sys/fs/cgroup/cpu,cpuacct/ddlab/n1/cpu.cfs_";
  EXPECT_THAT(
      CpuQuotaWrites(Hybrid(), "ddlab/n1", 0.5),
      ElementsAre(FileWrite{cpu + "period_us", "50000"}, FileWrite{cpu + "quota_us", "25000"}));
  EXPECT_THAT(
      CpuQuotaWrites(Hybrid(), "ddlab/n1", 0),
      ElementsAre(FileWrite{cpu + "period_us", "50000"}, FileWrite{cpu + "quota_us", "-1"}));
  EXPECT_THAT(CpuQuotaWrites(Version2(), "ddlab/n1", 0.5),
              ElementsAre(FileWrite{"/sys/fs/cgroup/ddlab/n1/cpu.max", "25000 50000"}));
  EXPECT_THAT(CpuQuotaWrites(Version2(), "ddlab/n1", 0),
              ElementsAre(FileWrite{"/sys/fs/cgroup/ddlab/n1/cpu.max", "max 50000"}));
}

TEST(Cgroups, DiskLimitAndItsEnd) {
  const std::string file = "/sys/fs/cgroup/blkio/ddlab/n1/blkio.throttle.";
  EXPECT_THAT(DiskLimitWrites(Hybrid(), "ddlab/n1", "254:0",
                              {.operations_per_s = 700, .bytes_per_s = 1000}),
              ElementsAre(FileWrite{file + "read_iops_device", "254:0 700"},
                          FileWrite{file + "write_iops_device", "254:0 700"},
                          FileWrite{file + "read_bps_device", "254:0 1000"},
                          FileWrite{file + "write_bps_device", "254:0 1000"}));
  EXPECT_EQ(DiskLimitWrites(Hybrid(), "ddlab/n1", "254:0", {}).front().text, "254:0 0");
  EXPECT_THAT(DiskLimitWrites(Version2(), "ddlab/n1", "254:0", {.operations_per_s = 700}),
              ElementsAre(FileWrite{"/sys/fs/cgroup/ddlab/n1/io.max",
                                    "254:0 riops=700 wiops=700 rbps=max wbps=max"}));
}

TEST(Cgroups, ANodesLimitsAreThoseOfTheLayout) {
  const Layout layout({.cpu_cores = 0.25, .disk_iops = 300, .disk_bytes_per_s = 5000});
  const auto writes = NodeLimitWrites(Version2(), layout, layout.machines()[1], "8:0");
  EXPECT_THAT(writes, ElementsAre(FileWrite{"/sys/fs/cgroup/ddlab/n2/cpu.max", "12500 50000"},
                                  FileWrite{"/sys/fs/cgroup/ddlab/n2/io.max",
                                            "8:0 riops=300 wiops=300 rbps=5000 wbps=5000"}));
}

TEST(Cgroups, TheWayBackToTheGroupsAProcessCameFrom) {
  EXPECT_THAT(OwnProcsFiles(Hybrid(),
                            "5:cpu,cpuacct:/a/b\n4:memory:/\n3:name=systemd:/x\n0::/user\nbroken"),
              ElementsAre("/sys/fs/cgroup/cpu,cpuacct/a/b/cgroup.procs",
                          "/sys/fs/cgroup/memory/cgroup.procs",
                          "/sys/fs/cgroup/unified/user/cgroup.procs"));
}

TEST(LabCgroups, CpuTimeOfBothVersions) {
  EXPECT_EQ(ParseCpuUsageNs("123456\n"), 123456);
  EXPECT_EQ(ParseCpuUsageNs("usage_usec 5\nuser_usec 3\n"), 5000);
  EXPECT_EQ(ParseCpuUsageNs(""), 0);
}

}  // namespace
}  // namespace distdiag::lab
