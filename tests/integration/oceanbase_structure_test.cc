// StructurePart and RolePart against the real 4.3.5 kernel.
//
// The degenerate form is the kernel's own. A cluster of several servers can't be started from it, so three kernels stand in for one: SHIMS, views
// made here in their database `oceanbase`, have the names and columns of the views that only a cluster has. What is tested on them is the
// parts' own SQL text, run by the real parser and planner, and what the parts say when servers, leaders and the root service change. The
// positions and LSNs are the kernel's; tenants, addresses and roles are constants of the shims. That the real views of a cluster behave so is
// read in OceanBase's documentation and source, not seen.
#include "base/clock.h"
#include "collect/oceanbase/role_part.h"
#include "collect/oceanbase/structure_part.h"
#include "seekdb_server.h"

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::uint16_t kPorts[] = {14391, 14392, 14393};
constexpr int kServers = 3;

// What the shims say.
struct ClusterState {
  int leader = 0;  // of log stream 1001 of tenant shop
  int root_service = 0;
  int dead = -1;  // INACTIVE, and absent from GV$OB_LOG_STAT
  int unit_of_third = 2;
};

std::string UnionAll(const std::vector<std::string>& rows) {
  return fmt::format("{}", fmt::join(rows, " UNION ALL "));
}

class Shims {
 public:
  explicit Shims(SeekdbServer& server) : server_(server) {
    server_.Sql("ALTER SYSTEM SET enable_sys_table_ddl = True");
    const auto definition = server_.Sql(
        "SELECT view_definition FROM oceanbase.__all_virtual_table WHERE table_name = "
        "'GV$OB_LOG_STAT'");
    if (!definition.rows.empty()) log_stat_ = definition.rows[0][0].value_or("");
    EXPECT_THAT(log_stat_, HasSubstr("PROPOSAL_ID"));
  }

  // The views of server `self` in that state.
  void Make(const ClusterState& state, int self) {
    std::vector<std::string> servers, zones, units, locations, live;
    for (int i = 0; i < kServers; ++i) {
      const bool is_dead = i == state.dead;
      servers.push_back(fmt::format(
          "SELECT '127.0.0.1' SVR_IP, {} SVR_PORT, {} SQL_PORT, 'z{}' ZONE, '{}' STATUS,"
          " '{}' WITH_ROOTSERVER, '4.3.5.3' BUILD_VERSION",
          2882 + i, kPorts[i], i + 1, is_dead ? "INACTIVE" : "ACTIVE",
          i == state.root_service ? "YES" : "NO"));
      zones.push_back(
          fmt::format("SELECT 'z{}' ZONE, 'ACTIVE' STATUS, 'r' REGION, 'i' IDC", i + 1));
      units.push_back(
          fmt::format("SELECT {} UNIT_ID, 1002 TENANT_ID, '127.0.0.1' SVR_IP, {} SVR_PORT, 'z{}' "
                      "ZONE, 2 MAX_CPU,"
                      " 2147483648 MEMORY_SIZE, 6442450944 LOG_DISK_SIZE, 'ACTIVE' STATUS",
                      i + 1, 2882 + (i == 2 ? state.unit_of_third : i), i + 1));
      locations.push_back(fmt::format(
          "SELECT 1002 TENANT_ID, 1001 LS_ID, '127.0.0.1' SVR_IP, {} SVR_PORT, '{}' ROLE", 2882 + i,
          i == state.leader ? "LEADER" : "FOLLOWER"));
      if (!is_dead) live.push_back(LogStat(state, i));
    }
    View("DBA_OB_SERVERS", UnionAll(servers));
    View("DBA_OB_ZONES", UnionAll(zones));
    View("DBA_OB_TENANTS",
         "SELECT 1 TENANT_ID, 'sys' TENANT_NAME, 'SYS' TENANT_TYPE, 'NORMAL' STATUS, 'MYSQL'"
         " COMPATIBILITY_MODE, 'z1' PRIMARY_ZONE UNION ALL"
         " SELECT 1002, 'shop', 'USER', 'NORMAL', 'MYSQL', 'z1'");
    View("DBA_OB_UNITS", UnionAll(units));
    View("CDB_OB_LS_LOCATIONS", UnionAll(locations));
    View("GV$OB_LOG_STAT", UnionAll(live));
    View("V$OB_LOG_STAT", LogStat(state, self));
  }

 private:
  // The kernel's own row with a place; a follower's position is half a second old.
  std::string LogStat(const ClusterState& state, int server) const {
    const bool leads = server == state.leader;
    return fmt::format(
        "SELECT 1002 TENANT_ID, 1001 LS_ID, '127.0.0.1' SVR_IP, {} SVR_PORT, '{}' ROLE, "
        "d.PROPOSAL_ID"
        " PROPOSAL_ID, d.IN_SYNC IN_SYNC, d.END_SCN - {} END_SCN FROM ({}) d",
        2882 + server, leads ? "LEADER" : "FOLLOWER", leads ? 0 : 500'000'000, log_stat_);
  }
  void View(const std::string& name, const std::string& select) {
    server_.Sql(fmt::format("CREATE OR REPLACE VIEW oceanbase.{} AS {}", name, select));
  }

  SeekdbServer& server_;
  std::string log_stat_;
};

class OceanBaseStructureTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (int i = 0; i < kServers; ++i)
      servers[i] = std::make_unique<SeekdbServer>(fmt::format("structure{}", i + 1), kPorts[i]);
  }
  static void TearDownTestSuite() {
    for (auto& server : servers) server.reset();
  }

  static std::string NodeName(int i) { return fmt::format("n{}", i + 1); }
  static std::vector<WatchedServer> Watched() {
    std::vector<WatchedServer> watched;
    for (int i = 0; i < kServers; ++i)
      watched.push_back({.node = NodeName(i), .host = "127.0.0.1", .sql_port = kPorts[i]});
    return watched;
  }

  static std::unique_ptr<Session> Open(int i) {
    auto session = ServerSessions(servers[i]->Root(), clock)(seconds(5));
    EXPECT_TRUE(session) << (session ? "" : session.error().message());
    return session ? std::move(*session) : nullptr;
  }
  static PartReading Read(SlowPart& part, Session& session) {
    auto reading = part.Read(session, clock.Now(), seconds(10));
    EXPECT_TRUE(reading) << (reading ? "" : reading.error().message());
    return reading ? std::move(*reading) : PartReading{};
  }

  static std::array<std::unique_ptr<SeekdbServer>, kServers> servers;
  static base::RealClock clock;
};

std::array<std::unique_ptr<SeekdbServer>, kServers> OceanBaseStructureTest::servers;
base::RealClock OceanBaseStructureTest::clock;

// First: the kernel as it is, before any shim.
TEST_F(OceanBaseStructureTest, AServerOfItsOwnTellsItsDegenerateForm) {
  const auto session = Open(0);
  ASSERT_NE(session, nullptr);
  StructurePart part({.node = "n1", .watched = Watched(), .account = "`root`@`%`"}, clock);
  const PartReading reading = Read(part, *session);
  ASSERT_NE(reading.facts.structure, nullptr);
  const domain::DatabaseStructure& structure = *reading.facts.structure;
  EXPECT_EQ(structure.version, "4.3.5.3");
  ASSERT_THAT(structure.servers, SizeIs(1));
  EXPECT_EQ(structure.servers[0].address, "127.0.0.1:14391");
  EXPECT_EQ(structure.servers[0].sql_port, kPorts[0]);
  EXPECT_EQ(structure.servers[0].node, "n1");
  ASSERT_THAT(structure.zones, SizeIs(1));
  EXPECT_EQ(structure.zones[0].name, "z1");
  ASSERT_THAT(structure.units, SizeIs(1));
  EXPECT_EQ(structure.units[0].memory_bytes, 1073741824.0);  // as it was started
  ASSERT_THAT(structure.log_streams, SizeIs(1));
  EXPECT_TRUE(structure.log_streams[0].replicas[0].is_leader);
  EXPECT_THAT(structure.missing, ElementsAre(HasSubstr("n1 is a database of its own")));
  EXPECT_THAT(reading.limits, IsEmpty());
  EXPECT_THAT(Read(part, *session).changes, IsEmpty());

  RolePart role("n1", "`root`@`%`");
  const PartReading roles = Read(role, *session);
  EXPECT_EQ(roles.facts.role, domain::NodeRole::kLeader);
  EXPECT_THAT(roles.values, SizeIs(3));
  EXPECT_THAT(roles.limits, IsEmpty());
  EXPECT_THAT(Read(role, *session).changes, IsEmpty());
}

TEST_F(OceanBaseStructureTest, ThreeServersWithShimsAreReadByOneAndTellWhatChanges) {
  std::vector<Shims> shims;
  std::vector<std::unique_ptr<Session>> sessions;
  std::vector<std::unique_ptr<StructurePart>> structures;
  std::vector<std::unique_ptr<RolePart>> roles;
  for (int i = 0; i < kServers; ++i) {
    shims.emplace_back(*servers[i]);
    sessions.push_back(Open(i));
    ASSERT_NE(sessions.back(), nullptr);
    structures.push_back(std::make_unique<StructurePart>(
        StructureOptions{.node = NodeName(i), .watched = Watched(), .account = "`root`@`%`"},
        clock));
    roles.push_back(std::make_unique<RolePart>(NodeName(i), "`root`@`%`"));
  }
  const auto turn_to = [&](const ClusterState& state) {
    for (int i = 0; i < kServers; ++i) shims[i].Make(state, i);
  };
  // Changes as "node|description", by all parts that can be asked.
  const auto changes_of = [&](int dead) {
    std::vector<std::string> told;
    for (int i = 0; i < kServers; ++i) {
      if (i == dead) continue;
      for (SlowPart* part :
           {static_cast<SlowPart*>(structures[i].get()), static_cast<SlowPart*>(roles[i].get())}) {
        for (const auto& change : Read(*part, *sessions[i]).changes)
          told.push_back(change.node + "|" + change.description);
      }
    }
    return told;
  };

  turn_to({});
  const PartReading whole = Read(*structures[0], *sessions[0]);
  ASSERT_NE(whole.facts.structure, nullptr);
  EXPECT_THAT(whole.limits, IsEmpty());
  EXPECT_THAT(whole.facts.structure->missing, IsEmpty());
  ASSERT_THAT(whole.facts.structure->servers, SizeIs(3));
  EXPECT_EQ(whole.facts.structure->servers[2].node, "n3");
  EXPECT_THAT(whole.facts.structure->zones, SizeIs(3));
  EXPECT_THAT(whole.facts.structure->tenants, SizeIs(2));
  EXPECT_THAT(whole.facts.structure->units, SizeIs(3));
  ASSERT_THAT(whole.facts.structure->log_streams, SizeIs(1));
  const auto& replicas = whole.facts.structure->log_streams[0].replicas;
  ASSERT_THAT(replicas, SizeIs(3));
  EXPECT_TRUE(replicas[0].is_leader);
  EXPECT_NEAR(replicas[1].lag_s.value_or(-1), 0.5, 0.2);
  EXPECT_EQ(Read(*structures[1], *sessions[1]).facts.structure, nullptr);
  EXPECT_EQ(Read(*structures[2], *sessions[2]).facts.structure, nullptr);
  EXPECT_EQ(Read(*roles[0], *sessions[0]).facts.role, domain::NodeRole::kLeader);
  EXPECT_EQ(Read(*roles[1], *sessions[1]).facts.role, domain::NodeRole::kFollower);
  EXPECT_THAT(changes_of(-1), IsEmpty());

  // A leader that is moved: the two servers tell it, each its side.
  turn_to({.leader = 1});
  EXPECT_THAT(changes_of(-1),
              ElementsAre("n1|n1 is no longer leader of log stream 1001 of tenant shop",
                          "n2|n2 became leader of log stream 1001 of tenant shop"));
  // A unit that moves concerns both servers.
  turn_to({.leader = 1, .unit_of_third = 0});
  EXPECT_THAT(changes_of(-1), ElementsAre(HasSubstr("n1|unit 3 of tenant shop moved from n3"),
                                          HasSubstr("n3|unit 3 of tenant shop moved from n3")));
  // The leader's server goes INACTIVE: the reader says why; the new leader its own side.
  turn_to({.leader = 2, .dead = 1, .unit_of_third = 0});
  EXPECT_THAT(
      changes_of(1),
      ElementsAre(
          "n2|n2 (127.0.0.1:2883) became INACTIVE (was ACTIVE)",
          HasSubstr("n3|log stream 1001 of tenant shop: the leader moved from n2 (127.0.0.1:2883)"
                    " to n3 (127.0.0.1:2884), not planned: n2 (127.0.0.1:2883) is INACTIVE"),
          "n3|n3 became leader of log stream 1001 of tenant shop"));
  // The holder of the root service dies too: another one reads from now on.
  turn_to({.leader = 2, .root_service = 2, .dead = 0, .unit_of_third = 0});
  const PartReading by_third = Read(*structures[2], *sessions[2]);
  ASSERT_NE(by_third.facts.structure, nullptr);
  EXPECT_EQ(by_third.facts.structure->servers[0].status, "INACTIVE");
  EXPECT_FALSE(by_third.facts.structure->log_streams[0].replicas[0].in_sync);  // it does not answer
  EXPECT_EQ(Read(*structures[0], *sessions[0]).facts.structure, nullptr);
}

// A right that is missing costs its own part and is named.
TEST_F(OceanBaseStructureTest, ADeniedViewIsNamedWithItsGrant) {
  servers[0]->Sql("CREATE USER IF NOT EXISTS narrow IDENTIFIED BY 'x'");
  for (const char* view : {"DBA_OB_SERVERS", "DBA_OB_ZONES", "CDB_OB_LS_LOCATIONS",
                           "GV$OB_LOG_STAT", "DBA_OB_TENANTS"})
    servers[0]->Sql(fmt::format("GRANT SELECT ON oceanbase.{} TO narrow", view));
  Shims(*servers[0]).Make({}, 0);
  auto session = ServerSessions(servers[0]->As("narrow", "x"), clock)(seconds(5));
  ASSERT_TRUE(session) << session.error().message();
  StructurePart part({.node = "n1", .watched = Watched(), .account = "`narrow`@`%`"}, clock);
  const PartReading reading = Read(part, **session);
  ASSERT_NE(reading.facts.structure, nullptr);
  EXPECT_THAT(reading.facts.structure->units, IsEmpty());
  EXPECT_THAT(reading.facts.structure->log_streams, SizeIs(1));
  EXPECT_THAT(reading.limits,
              Contains(HasSubstr("GRANT SELECT ON oceanbase.DBA_OB_UNITS TO `narrow`@`%`")));
}

}  // namespace
}  // namespace distdiag::collect
