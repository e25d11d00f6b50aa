#include "collect/host/proc_text.h"

#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

TEST(ProcTextTest, FindsAKeyAtTheStartOfALineOnly) {
  const std::string_view text = "pgfault_x 1\npgfault 35400681\npgmajfault 4425\nMemFree:   77 kB";
  EXPECT_EQ(FindValue(text, "pgfault"), 35400681U);
  EXPECT_EQ(FindValue(text, "pgmajfault"), 4425U);
  EXPECT_EQ(FindValue(text, "MemFree:"), 77U);
  EXPECT_EQ(FindValue(text, "MemTotal:"), std::nullopt);
  EXPECT_EQ(FindValue("pgfault many", "pgfault"), std::nullopt);
  EXPECT_EQ(FindValue("", "pgfault"), std::nullopt);
}

TEST(ProcTextTest, Numbers) {
  EXPECT_EQ(ParseOnlyNumber("1005855088\n"), 1005855088U);
  EXPECT_EQ(ParseOnlyNumber("12 "), 12U);
  EXPECT_EQ(ParseOnlyNumber("max\n"), std::nullopt);
  EXPECT_EQ(ParseOnlyNumber(""), std::nullopt);
  EXPECT_EQ(ParseUnsigned("-1"), std::nullopt);
  EXPECT_EQ(ParseUnsigned("99999999999999999999"), std::nullopt);
  EXPECT_EQ(CountLines(""), 0U);
  EXPECT_EQ(CountLines("1\n2\n"), 2U);
  EXPECT_EQ(CountLines("1\n2"), 2U);
}

TEST(ProcTextTest, PressureWithAndWithoutFull) {
  const Pressure both = ParsePressure(
      "some avg10=8.69 avg60=1.57 avg300=0.32 total=996398\n"
      "full avg10=8.69 avg60=1.57 avg300=0.32 total=996251\n");
  EXPECT_EQ(both.some_us, 996398U);
  EXPECT_EQ(both.full_us, 996251U);
  const Pressure old = ParsePressure("some avg10=0.00 avg60=0.00 avg300=0.00 total=12\n");
  EXPECT_EQ(old.some_us, 12U);
  EXPECT_EQ(old.full_us, std::nullopt);
  EXPECT_EQ(ParsePressure("Operation not supported").some_us, std::nullopt);
}

TEST(ProcTextTest, CpuTicks) {
  const auto ticks = ParseCpuTicks("cpu  35189 14781 8239 266386 965 0 204 64 0 0\ncpu0 1 2\n");
  ASSERT_TRUE(ticks.has_value());
  EXPECT_EQ((*ticks)[0], 35189U);
  EXPECT_EQ((*ticks)[4], 965U);
  EXPECT_TRUE(ParseCpuTicks("cpu  1 2 3 4 5 6 7\n").has_value());
  EXPECT_FALSE(ParseCpuTicks("cpu  1 2 3 4\n").has_value());
  EXPECT_FALSE(ParseCpuTicks("cpu0 1 2 3 4 5 6 7\n").has_value());
}

TEST(ProcTextTest, AProcessNameMayHoldAnything) {
  const auto stat = ParseProcessStat(
      "77 (a) b (c) T 1 77 77 0 -1 4194560 1 2 3 4 120 30 8 9 20 0 5 0 4711 99 1 18\n");
  ASSERT_TRUE(stat.has_value());
  EXPECT_EQ(stat->name, "a) b (c");
  EXPECT_EQ(stat->state, 'T');
  EXPECT_EQ(stat->user_ticks, 120U);
  EXPECT_EQ(stat->system_ticks, 30U);
  EXPECT_EQ(stat->start_ticks, 4711U);
  EXPECT_FALSE(ParseProcessStat("77 (a) S 1 2").has_value());
  EXPECT_FALSE(ParseProcessStat(") (").has_value());
  EXPECT_FALSE(ParseProcessStat("").has_value());
}

TEST(ProcTextTest, BlockStatOfOldAndNewKernels) {
  const auto now = ParseBlockStat(
      "   92769    14708  7565570    38471    53447    55550  8179720    26158        3    17524 "
      "   66519    10553       83  2416488     1449     5552      439\n");
  ASSERT_TRUE(now.has_value());
  EXPECT_EQ(now->reads, 92769U);
  EXPECT_EQ(now->read_sectors, 7565570U);
  EXPECT_EQ(now->write_ms, 26158U);
  EXPECT_EQ(now->in_flight, 3U);
  EXPECT_EQ(now->busy_ms, 17524U);
  EXPECT_EQ(now->queue_ms, 66519U);
  EXPECT_EQ(now->flushes, 5552U);
  EXPECT_EQ(now->flush_ms, 439U);
  const auto old = ParseBlockStat("1 2 3 4 5 6 7 8 9 10 11\n");
  ASSERT_TRUE(old.has_value());
  EXPECT_EQ(old->flushes, std::nullopt);
  EXPECT_FALSE(ParseBlockStat("1 2 3 4\n").has_value());
}

TEST(ProcTextTest, NetDevWithAndWithoutABlankAfterTheColon) {
  const auto interfaces = ParseNetDev(
      "Inter-|   Receive                                                |  Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs\n"
      "    lo:    3193      29    0    0    0     0          0         0     3193      29    0 0\n"
      "  eth0:630799670   23215    0    7    0     0          0         0  1751395   15756    0  "
      "  5    0     0       0          0\n");
  ASSERT_EQ(interfaces.size(), 2U);
  EXPECT_EQ(interfaces[1].name, "eth0");
  EXPECT_EQ(interfaces[1].rx_bytes, 630799670U);
  EXPECT_EQ(interfaces[1].rx_packets, 23215U);
  EXPECT_EQ(interfaces[1].rx_drop, 7U);
  EXPECT_EQ(interfaces[1].tx_bytes, 1751395U);
  EXPECT_EQ(interfaces[1].tx_packets, 15756U);
  EXPECT_EQ(interfaces[1].tx_drop, 5U);
}

TEST(ProcTextTest, NamedRowsKeepToTheirPrefix) {
  const NamedRows rows("Ip: A B\nIp: 1 2\nTcp: MaxConn InSegs OutSegs\nTcp: -1 39440 31499\n",
                       "Tcp:");
  EXPECT_EQ(rows.Find("InSegs"), 39440U);
  EXPECT_EQ(rows.Find("OutSegs"), 31499U);
  EXPECT_EQ(rows.Find("A"), std::nullopt);
  EXPECT_EQ(rows.Find("MaxConn"), std::nullopt);  // -1: no limit
  EXPECT_EQ(NamedRows("Tcp: A\n", "Tcp:").Find("A"), std::nullopt);
}

TEST(ProcTextTest, MountInfo) {
  const auto mounts = ParseMountInfo(
      "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:7 - cgroup cgroup "
      "rw,cpu,cpuacct\n"
      "40 30 7:1 / /mnt/with\\040blank rw - ext4 /dev/loop1 rw\n"
      "nonsense\n");
  ASSERT_EQ(mounts.size(), 2U);
  EXPECT_EQ(mounts[0].mount_point, "/sys/fs/cgroup/cpu,cpuacct");
  EXPECT_EQ(mounts[0].type, "cgroup");
  EXPECT_TRUE(HasOption(mounts[0].options, "cpuacct"));
  EXPECT_FALSE(HasOption(mounts[0].options, "acct"));
  EXPECT_EQ(mounts[1].mount_point, "/mnt/with blank");
  EXPECT_EQ(mounts[1].source, "/dev/loop1");
}

}  // namespace
}  // namespace distdiag::collect
