#include "collect/oceanbase/structure_part.h"

#include "collect/oceanbase/session_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kLimit = std::chrono::seconds(1);

class StructurePartTest : public ::testing::Test {
 protected:
  StructurePartTest() {
    session_.answers["DBA_OB_SERVERS"].rows = {
        {"10.0.0.1", "2882", "2881", "z1", "ACTIVE", "YES", "4.2.5.1", "1"},
        {"10.0.0.2", "2882", "2881", "z2", "ACTIVE", "NO", "4.2.5.1", "0"}};
    session_.answers["DBA_OB_ZONES"].rows = {{"z1", "ACTIVE", "r", "i"}};
    session_.answers["DBA_OB_TENANTS"].rows = {{"1002", "shop", "USER", "NORMAL", "MYSQL", "z1"}};
    session_.answers["DBA_OB_UNITS"].rows = {
        {"1", "1002", "10.0.0.1", "2882", "z1", "2", "1e9", "2e9", "ACTIVE"}};
    session_.answers["CDB_OB_LS_LOCATIONS"].rows = {{"1002", "1001", "10.0.0.1", "2882", "LEADER"}};
    session_.answers["GV$OB_LOG_STAT"].rows = {
        {"1002", "1001", "10.0.0.1", "2882", "LEADER", "YES", "5", "1"}};
  }

  PartReading Read(StructurePart& part) {
    auto reading = part.Read(session_, session_.clock.Now(), kLimit);
    EXPECT_TRUE(reading.has_value());
    return reading ? std::move(*reading) : PartReading{};
  }

  SessionScript session_;
  const std::vector<WatchedServer> watched_ = {{"n1", "10.0.0.1", 2881}, {"n2", "10.0.0.2", 2881}};
  StructurePart holder_{{.node = "n1", .watched = watched_, .account = "`d`@`%`"}, session_.clock};
};

TEST_F(StructurePartTest, TheHolderOfTheRootServiceReadsItAll) {
  const PartReading reading = Read(holder_);
  ASSERT_NE(reading.facts.structure, nullptr);
  EXPECT_EQ(reading.facts.structure->version, "4.2.5.1");
  EXPECT_THAT(reading.facts.structure->missing, IsEmpty());
  EXPECT_THAT(reading.facts.structure->log_streams, SizeIs(1));
  EXPECT_THAT(reading.limits, IsEmpty());
  EXPECT_THAT(session_.asked, SizeIs(6));
}

TEST_F(StructurePartTest, AnotherServerAsksOnlyWhoReads) {
  StructurePart other({.node = "n2", .watched = watched_, .account = "x"}, session_.clock);
  const PartReading reading = Read(other);
  EXPECT_EQ(reading.facts.structure, nullptr);
  EXPECT_THAT(session_.asked, SizeIs(1));
  EXPECT_TRUE(reading.is_offered);
}

TEST_F(StructurePartTest, ChangesAreToldOnceAndNotByAServerThatHasJustBecomeTheReader) {
  Read(holder_);
  session_.answers["DBA_OB_SERVERS"].rows[1][4] = "INACTIVE";
  EXPECT_THAT(Read(holder_).changes, SizeIs(1));
  EXPECT_THAT(Read(holder_).changes, IsEmpty());
  session_.answers["DBA_OB_SERVERS"].rows[1][4] = "ACTIVE";
  StructurePart fresh({.node = "n1", .watched = watched_, .account = "x"}, session_.clock);
  EXPECT_THAT(Read(fresh).changes, IsEmpty());
}

TEST_F(StructurePartTest, WhatIsDeniedStandsInMissingWithItsGrantAndTheRestGoesOn) {
  session_.answers["DBA_OB_UNITS"] = {.error = 1142};
  const PartReading reading = Read(holder_);
  ASSERT_NE(reading.facts.structure, nullptr);
  EXPECT_THAT(reading.facts.structure->missing,
              ElementsAre(HasSubstr("GRANT SELECT ON oceanbase.DBA_OB_UNITS TO `d`@`%`")));
  EXPECT_EQ(reading.limits, reading.facts.structure->missing);
  EXPECT_THAT(reading.facts.structure->log_streams, SizeIs(1));
}

TEST_F(StructurePartTest, AFanOutThatIsTooSlowCostsOnlyTheLiveRoles) {
  session_.answers["GV$OB_LOG_STAT"] = {.error = 4012};
  const PartReading reading = Read(holder_);
  ASSERT_NE(reading.facts.structure, nullptr);
  EXPECT_THAT(reading.facts.structure->missing, ElementsAre(HasSubstr("no live roles and lag")));
  EXPECT_TRUE(reading.facts.structure->log_streams[0].replicas[0].is_leader);
  EXPECT_THAT(reading.limits, IsEmpty());
}

TEST_F(StructurePartTest, NoTimeLeftIsSaid) {
  session_.answers["DBA_OB_TENANTS"].takes = kLimit;
  const PartReading reading = Read(holder_);
  EXPECT_THAT(
      reading.facts.structure->missing,
      ElementsAre("no units: no time was left for DBA_OB_UNITS",
                  "no places of log streams: no time was left for CDB_OB_LS_LOCATIONS",
                  "no live roles and lag of log streams: no time was left for GV$OB_LOG_STAT"));
}

TEST_F(StructurePartTest, ADeniedOrEmptyListOfServersIsNoCluster) {
  session_.answers["DBA_OB_SERVERS"] = {.error = 1142};
  EXPECT_THAT(Read(holder_).limits, ElementsAre(HasSubstr("SELECT ON oceanbase.DBA_OB_SERVERS")));
  session_.answers["DBA_OB_SERVERS"] = {};
  const PartReading reading = Read(holder_);
  EXPECT_THAT(reading.limits,
              ElementsAre(HasSubstr("expected its servers in DBA_OB_SERVERS, found no row")));
  EXPECT_FALSE(reading.is_offered);
}

TEST_F(StructurePartTest, AnUnwatchedServerIsALimit) {
  StructurePart alone({.node = "n1", .watched = {watched_[0]}, .account = "x"}, session_.clock);
  EXPECT_THAT(Read(alone).limits, ElementsAre(HasSubstr("10.0.0.2:2882")));
}

TEST_F(StructurePartTest, AServerOfItsOwnHasTheDegenerateForm) {
  session_.answers.clear();
  session_.answers["V$OB_SERVER_STAT"].rows = {{"2881", "4.3.5.3"}};
  session_.answers["V$OB_PARAMETERS"].rows = {{"z1"}};
  session_.answers["GV$OB_UNITS"].rows = {{"1", "1073741824", "2147483648", "NORMAL"}};
  session_.answers["V$OB_LOG_STAT"].rows = {{"LEADER", "YES"}};
  const PartReading reading = Read(holder_);
  ASSERT_NE(reading.facts.structure, nullptr);
  const domain::DatabaseStructure& structure = *reading.facts.structure;
  EXPECT_EQ(structure.version, "4.3.5.3");
  ASSERT_THAT(structure.servers, SizeIs(1));
  EXPECT_EQ(structure.servers[0].address, "10.0.0.1:2881");
  EXPECT_EQ(structure.servers[0].node, "n1");
  EXPECT_THAT(structure.zones, SizeIs(1));
  EXPECT_THAT(structure.tenants, SizeIs(1));
  EXPECT_THAT(structure.units, SizeIs(1));
  EXPECT_TRUE(structure.log_streams.at(0).replicas.at(0).is_leader);
  EXPECT_THAT(structure.missing, Contains(HasSubstr("a database of its own")));
}

}  // namespace
}  // namespace distdiag::collect
