#include "collect/mysql/galera_text.h"

#include "collect/sql_cell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(EvsLatencyTest, SecondsBecomeMilliseconds) {
  // As a node of a three-node cluster said it.
  const auto latency = ParseEvsLatency("0.000165833/0.000409417/0.00182021/0.000284706/36");
  ASSERT_TRUE(latency);
  EXPECT_DOUBLE_EQ(latency->avg_ms, 0.409417);
  EXPECT_DOUBLE_EQ(latency->max_ms, 1.82021);
  const auto none_yet = ParseEvsLatency("0/0/0/0/0");
  ASSERT_TRUE(none_yet);
  EXPECT_EQ(none_yet->max_ms, 0);
}

TEST(EvsLatencyTest, AnythingElseIsNoLatency) {
  for (const char* text : {"", "0", "0/0/0/0", "0/0/0/0/0/0", "a/b/c/d/e", "0/nan/0/0/0", "////",
                           "0/-1/0/0/0", "0/inf/0/0/0"})
    EXPECT_FALSE(ParseEvsLatency(text)) << text;
}

TEST(IncomingAddressesTest, MembersWithoutAnAddressAreLeftOut) {
  EXPECT_THAT(ParseIncomingAddresses("10.77.0.12:3306,10.77.0.11:3306, AUTO,,unspecified"),
              ElementsAre("10.77.0.11:3306", "10.77.0.12:3306"));
  EXPECT_THAT(ParseIncomingAddresses("a:1,a:1"), ElementsAre("a:1"));
  EXPECT_THAT(ParseIncomingAddresses(""), IsEmpty());
  EXPECT_THAT(ParseIncomingAddresses(",,,"), IsEmpty());
}

TEST(KnownAddressTest, ThePortMayBeLeftOut) {
  EXPECT_TRUE(IsKnownAddress("10.77.0.11:3306", {"10.77.0.11"}));
  EXPECT_TRUE(IsKnownAddress("10.77.0.11:3306", {"10.77.0.11:3306"}));
  EXPECT_TRUE(IsKnownAddress("[fd00::1]:3306", {"[fd00::1]"}));
  EXPECT_FALSE(IsKnownAddress("10.77.0.14:3306", {"10.77.0.1", "10.77.0.11:3306"}));
}

TEST(ParseNumberTest, WholeTextOrNothing) {
  EXPECT_EQ(ParseNumber("12"), 12.0);
  EXPECT_EQ(ParseNumber("0.125"), 0.125);
  for (const char* text : {"", "ON", "1x", " 1", "nan", "inf", "1e999"})
    EXPECT_FALSE(ParseNumber(text)) << text;
}

}  // namespace
}  // namespace distdiag::collect
