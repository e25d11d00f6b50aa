#include "collect/oceanbase/cluster_structure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using domain::ChangeEvent;
using domain::ChangeKind;
using domain::DatabaseStructure;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::vector<WatchedServer> kWatched = {
    {"n1", "10.0.0.1", 2881}, {"n2", "10.0.0.2", 2881}, {"n3", "10.0.0.3", 2881}};

// Three servers; n1 holds the root service and leads log stream 1001 of tenant shop.
struct Cluster {
  std::vector<SqlRow> servers = {
      {"10.0.0.1", "2882", "2881", "z1", "ACTIVE", "YES", "4.2.5.1", "1"},
      {"10.0.0.2", "2882", "2881", "z2", "ACTIVE", "NO", "4.2.5.1", "0"},
      {"10.0.0.3", "2882", "2881", "z3", "ACTIVE", "NO", "4.2.5.1", "0"}};
  StructureRows rows;
  Cluster() {
    rows.zones = {{{"z2", "ACTIVE", "r", "i2"}, {"z1", "ACTIVE", "r", "i1"}}};
    rows.tenants = {{{"1", "sys", "SYS", "NORMAL", "MYSQL", "RANDOM"},
                     {"1002", "shop", "USER", "NORMAL", "MYSQL", "z1"},
                     {"1001", "META$1002", "META", "NORMAL", "MYSQL", "z1"}}};
    rows.units = {
        {{"1", "1002", "10.0.0.1", "2882", "z1", "2", "2147483648", "6442450944", "ACTIVE"},
         {"2", "1002", "10.0.0.2", "2882", "z2", "2", "2147483648", "6442450944", "ACTIVE"}}};
    rows.locations = {{{"1002", "1001", "10.0.0.1", "2882", "LEADER"},
                       {"1002", "1001", "10.0.0.2", "2882", "FOLLOWER"},
                       {"1002", "1001", "10.0.0.3", "2882", "FOLLOWER"}}};
    rows.log_stat = {{{"1002", "1001", "10.0.0.1", "2882", "LEADER", "YES", "5000000000", "3"},
                      {"1002", "1001", "10.0.0.2", "2882", "FOLLOWER", "YES", "4500000000", "3"},
                      {"1002", "1001", "10.0.0.3", "2882", "FOLLOWER", "NO", "1000000000", "3"}}};
  }
  DatabaseStructure Build() const {
    return BuildStructure(ParseServers(servers, kWatched, "n1"), rows);
  }
};

std::vector<std::string> Texts(const std::vector<ChangeEvent>& changes) {
  std::vector<std::string> texts;
  for (const ChangeEvent& change : changes) texts.push_back(change.node + "|" + change.description);
  return texts;
}

TEST(ClusterStructure, RowsBecomePartsInOrder) {
  const DatabaseStructure structure = Cluster().Build();
  ASSERT_THAT(structure.zones, SizeIs(2));
  EXPECT_EQ(structure.zones[0].name, "z1");
  ASSERT_THAT(structure.servers, SizeIs(3));
  EXPECT_EQ(structure.servers[1].address, "10.0.0.2:2882");
  EXPECT_EQ(structure.servers[1].node, "n2");
  EXPECT_TRUE(structure.servers[0].is_root_service);
  ASSERT_THAT(structure.tenants, SizeIs(3));
  EXPECT_EQ(structure.tenants[1].kind, domain::TenantKind::kMeta);
  EXPECT_EQ(structure.tenants[2].name, "shop");
  ASSERT_THAT(structure.units, SizeIs(2));
  EXPECT_DOUBLE_EQ(structure.units[0].memory_bytes, 2147483648.0);
  ASSERT_THAT(structure.log_streams, SizeIs(1));
  const auto& replicas = structure.log_streams[0].replicas;
  ASSERT_THAT(replicas, SizeIs(3));
  EXPECT_TRUE(replicas[0].is_leader);
  EXPECT_DOUBLE_EQ(replicas[1].lag_s.value(), 0.5);
  EXPECT_TRUE(replicas[1].in_sync);
  EXPECT_FALSE(replicas[2].in_sync);
}

TEST(ClusterStructure, ServersAreToldByHostAndPortAndTheOwnOneByItself) {
  Cluster cluster;
  const std::vector<WatchedServer> by_name = {{"n1", "db1.example", 2881},
                                              {"n2", "10.0.0.2", 2881}};
  const auto servers = ParseServers(cluster.servers, by_name, "n1");
  EXPECT_EQ(servers[0].node, "n1");  // it says so itself
  EXPECT_EQ(servers[1].node, "n2");
  EXPECT_EQ(servers[2].node, "");
  EXPECT_THAT(UnwatchedServers(servers),
              ElementsAre(HasSubstr("10.0.0.3:2882 (SQL port 2881, ACTIVE)")));
  // Where all say that they are themselves (behind one address) the configuration decides.
  for (SqlRow& row : cluster.servers) row[7] = "1";
  EXPECT_EQ(ParseServers(cluster.servers, kWatched, "n2")[2].node, "n3");
}

TEST(ClusterStructure, TheHolderOfTheRootServiceReadsElseTheFirstThatIsWatched) {
  Cluster cluster;
  cluster.servers[0][7] = "0";
  const auto reader = [&](const std::vector<WatchedServer>& watched) {
    return StructureReader(ParseServers(cluster.servers, watched, "none"));
  };
  EXPECT_EQ(reader(kWatched), "n1");
  EXPECT_EQ(reader({kWatched[1], kWatched[2]}), "n2");
  cluster.servers[0][4] = "INACTIVE";
  EXPECT_EQ(reader(kWatched), "n2");
  EXPECT_EQ(reader({}), "");
}

TEST(ClusterStructure, TheLiveLeaderWinsOverTheReportedOneAndTheLaterProposalOverTheEarlier) {
  Cluster cluster;
  (*cluster.rows.log_stat)[1][4] = "LEADER";
  (*cluster.rows.log_stat)[1][7] = "4";  // n2 was elected after n1
  const auto replicas = cluster.Build().log_streams[0].replicas;
  EXPECT_FALSE(replicas[0].is_leader);
  EXPECT_TRUE(replicas[1].is_leader);
}

TEST(ClusterStructure, AServerThatDoesNotAnswerIsOutOfSyncAndTheLocationsSayWhoLeads) {
  Cluster cluster;
  cluster.rows.log_stat->erase(cluster.rows.log_stat->begin());
  const auto replicas = cluster.Build().log_streams[0].replicas;
  EXPECT_TRUE(replicas[0].is_leader);
  EXPECT_FALSE(replicas[0].in_sync);
  EXPECT_FALSE(replicas[0].lag_s.has_value());
  EXPECT_FALSE(replicas[1].lag_s.has_value());  // behind whom?
}

TEST(ClusterStructure, WhatIsDeniedIsMissingAndNothingElse) {
  Cluster cluster;
  cluster.rows.log_stat.reset();
  cluster.rows.units.reset();
  cluster.rows.tenants.reset();
  const DatabaseStructure structure = cluster.Build();
  EXPECT_THAT(structure.units, IsEmpty());
  EXPECT_THAT(structure.log_streams, SizeIs(1));
  EXPECT_TRUE(structure.log_streams[0].replicas[2].in_sync);
  EXPECT_THAT(StructureChanges(Cluster().Build(), structure), IsEmpty());
  EXPECT_THAT(StructureChanges(structure, Cluster().Build()), IsEmpty());
}

TEST(StructureChanges, NothingWithoutAChange) {
  EXPECT_THAT(StructureChanges(Cluster().Build(), Cluster().Build()), IsEmpty());
}

TEST(StructureChanges, ALeaderThatLeavesAnActiveServerIsToldByItsOwnNode) {
  Cluster after;
  (*after.rows.log_stat)[0][4] = "FOLLOWER";
  (*after.rows.log_stat)[1][4] = "LEADER";
  EXPECT_THAT(StructureChanges(Cluster().Build(), after.Build()), IsEmpty());
}

TEST(StructureChanges, ADeadServerItsLeadersAndTheRootServiceAreToldAsNotPlanned) {
  Cluster after;
  after.servers[0][4] = "INACTIVE";
  after.servers[0][5] = "NO";
  after.servers[1][5] = "YES";
  after.rows.log_stat->erase(after.rows.log_stat->begin());
  (*after.rows.log_stat)[0][4] = "LEADER";
  const auto changes = StructureChanges(Cluster().Build(), after.Build());
  EXPECT_THAT(
      Texts(changes),
      ElementsAre(
          "n1|n1 (10.0.0.1:2882) became INACTIVE (was ACTIVE)",
          "n2|the root service moved from n1 (10.0.0.1:2882) to n2 (10.0.0.2:2882): n1 "
          "(10.0.0.1:2882) is INACTIVE",
          "n2|log stream 1001 of tenant shop: the leader moved from n1 (10.0.0.1:2882) to n2 "
          "(10.0.0.2:2882), not planned: n1 (10.0.0.1:2882) is INACTIVE"));
  EXPECT_EQ(changes[0].kind, ChangeKind::kMemberLeft);
  EXPECT_EQ(changes[1].kind, ChangeKind::kRoleChanged);
  EXPECT_EQ(changes[2].kind, ChangeKind::kLeaderMove);
  EXPECT_EQ(StructureChanges(after.Build(), Cluster().Build())[0].kind, ChangeKind::kMemberJoined);
}

TEST(StructureChanges, ALogStreamWithoutALeaderIsTold) {
  Cluster after;
  (*after.rows.locations)[0][4] = "FOLLOWER";
  (*after.rows.log_stat)[0][4] = "FOLLOWER";
  EXPECT_THAT(
      Texts(StructureChanges(Cluster().Build(), after.Build())),
      ElementsAre("n1|log stream 1001 of tenant shop has no leader; it was n1 (10.0.0.1:2882)"));
}

TEST(StructureChanges, UnitsThatMoveConcernBothServersAndThoseThatGrowTheirOwn) {
  Cluster after;
  (*after.rows.units)[1][2] = "10.0.0.3";
  (*after.rows.units)[0][5] = "4";
  const auto changes = StructureChanges(Cluster().Build(), after.Build());
  EXPECT_THAT(
      Texts(changes),
      ElementsAre(
          "n1|unit 1 of tenant shop on n1 (10.0.0.1:2882) has 4 cores, 2.0 GiB memory, 6.0 GiB "
          "log disk (had 2 cores, 2.0 GiB memory, 6.0 GiB log disk)",
          "n3|unit 2 of tenant shop moved from n2 (10.0.0.2:2882) to n3 (10.0.0.3:2882)",
          "n2|unit 2 of tenant shop moved from n2 (10.0.0.2:2882) to n3 (10.0.0.3:2882)"));
  EXPECT_EQ(changes[1].kind, ChangeKind::kRebalance);
  EXPECT_EQ(changes[1].phase, domain::ChangePhase::kBegan);
  // From a server that is dead: not planned, so no rebalance.
  after.servers[1][4] = "INACTIVE";
  const auto forced = StructureChanges(Cluster().Build(), after.Build());
  EXPECT_EQ(forced.back().kind, ChangeKind::kTenant);
  EXPECT_THAT(forced.back().description, HasSubstr("n2 (10.0.0.2:2882) is INACTIVE"));
}

TEST(StructureChanges, TenantsServersAndFloods) {
  Cluster after;
  after.servers.push_back({"10.0.0.4", "2882", "2881", "z1", "ACTIVE", "NO", "4.2.5.1", "0"});
  for (int i = 0; i < 30; ++i) {
    after.rows.tenants->push_back(
        {std::to_string(2000 + 2 * i), "t", "USER", "NORMAL", "MYSQL", "z1"});
    after.rows.tenants->push_back(
        {std::to_string(2001 + 2 * i), "m", "META", "NORMAL", "MYSQL", "z1"});
  }
  const auto texts = Texts(StructureChanges(Cluster().Build(), after.Build()));
  ASSERT_THAT(texts, SizeIs(22));
  EXPECT_EQ(texts[0], "|10.0.0.4:2882 joined the cluster in zone z1");
  EXPECT_EQ(texts[1], "|tenant t (2000) was created");
  EXPECT_EQ(texts[21], "|and 10 more of the kind at the same time");
}

}  // namespace
}  // namespace distdiag::collect
