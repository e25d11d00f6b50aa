#include "engine/database_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using domain::DatabaseStructure;
using ::testing::ElementsAre;
using ::testing::SizeIs;

std::shared_ptr<const DatabaseStructure> Alone(const std::string& node, double cores = 1) {
  DatabaseStructure one;
  one.zones = {{.name = "z1", .status = "ACTIVE", .region = {}, .idc = {}}};
  one.servers = {{.address = node + ":2881",
                  .sql_port = 2881,
                  .zone = "z1",
                  .status = "ACTIVE",
                  .is_root_service = true,
                  .version = "4",
                  .node = node}};
  one.tenants = {
      {.id = 1, .name = "sys", .kind = {}, .status = {}, .mode = {}, .primary_zone = {}}};
  one.units = {{.id = 1,
                .tenant = 1,
                .server = node + ":2881",
                .zone = "z1",
                .max_cpu_cores = cores,
                .memory_bytes = 0,
                .log_disk_bytes = 0,
                .status = {}}};
  one.log_streams = {{.tenant = 1,
                      .id = 1,
                      .replicas = {{.server = node + ":2881", .is_leader = true, .lag_s = {}}}}};
  one.missing = {node + " is a database of its own"};
  return std::make_shared<const DatabaseStructure>(one);
}

TEST(AddStructure, ServersOfTheirOwnStandBesideEachOther) {
  auto all = AddStructure(nullptr, Alone("n2"));
  all = AddStructure(all, Alone("n1"));
  all = AddStructure(all, Alone("n2", 4));
  ASSERT_THAT(all->servers, SizeIs(2));
  EXPECT_EQ(all->servers[0].node, "n1");
  EXPECT_THAT(all->zones, SizeIs(1));
  EXPECT_THAT(all->tenants, SizeIs(1));
  ASSERT_THAT(all->units, SizeIs(2));
  EXPECT_EQ(all->units[1].max_cpu_cores, 4);
  EXPECT_THAT(all->log_streams, SizeIs(2));
  EXPECT_THAT(all->missing,
              ElementsAre("n1 is a database of its own", "n2 is a database of its own"));
}

TEST(AddStructure, AClusterReplacesWhatWasTold) {
  DatabaseStructure cluster = *Alone("n1");
  cluster.servers.push_back(Alone("n2")->servers[0]);
  cluster.log_streams[0].replicas.push_back({.server = "n2:2881", .is_leader = false, .lag_s = {}});
  const auto whole = std::make_shared<const DatabaseStructure>(cluster);
  EXPECT_EQ(AddStructure(Alone("n3"), whole), whole);
  // And a cluster that shrank to one server is not put beside its own past.
  const auto shrunk = Alone("n1");
  EXPECT_EQ(AddStructure(whole, shrunk), shrunk);
}

}  // namespace
}  // namespace distdiag::engine
