// From the rows of the structure views to domain::DatabaseStructure, and what changed between two of them.
//
// Why so: pure, so that every odd answer (a server that is silent, two that call themselves leader, a view that is denied) is tested
// without a cluster.
// Thread: const-safe (free functions).
#pragma once

#include "collect/oceanbase/role_part.h"
#include "collect/sql_cell.h"
#include "domain/database_structure.h"
#include "domain/sample.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::collect {

// A configured node, as the configuration knows it.
struct WatchedServer {
  std::string node;
  std::string host;
  std::int64_t sql_port = 0;
};

// The answers of the views; nullopt = the view is denied, not offered, or did not answer in time.
struct StructureRows {
  // address, port, SQL port, zone, status, with root service (YES/NO), version, is this server (1/0)
  std::vector<SqlRow> servers;
  std::optional<std::vector<SqlRow>> zones;    // name, status, region, idc
  std::optional<std::vector<SqlRow>> tenants;  // id, name, type, status, mode, primary zone
  std::optional<std::vector<SqlRow>>
      units;  // id, tenant, address, port, zone, cores, memory, log disk, status
  std::optional<std::vector<SqlRow>> locations;  // tenant, log stream, address, port, role
  // tenant, log stream, address, port, role, in sync, end SCN, proposal: of the servers that answered
  std::optional<std::vector<SqlRow>> log_stat;
};

// The configured node of each server: by host and SQL port; where one of the two is written otherwise (a name, a forwarded port) and `self`
// tells this server apart, that one is `self_node`. By address.
std::vector<domain::DatabaseServer> ParseServers(const std::vector<SqlRow>& rows,
                                                 const std::vector<WatchedServer>& watched,
                                                 const std::string& self_node);
// The node whose turn it is to read the whole structure: the holder of the root service; where that is not watched or not ACTIVE, the first
// watched server that is ACTIVE. Empty = none.
std::string StructureReader(const std::vector<domain::DatabaseServer>& servers);

// `servers`: what ParseServers gave. A leader is who GV$OB_LOG_STAT says, of two the one with the later proposal; the locations, which are
// reported later, only where no server says it. `missing`, `time`, `version` are the caller's.
domain::DatabaseStructure BuildStructure(std::vector<domain::DatabaseServer> servers,
                                         const StructureRows& rows);

// Changes from `before` to `now`, of a rebalance the phase kBegan on each node concerned; the node is that of the server concerned, empty where it is the cluster or a server that is not watched. Leader
// moves are told by the new leader's own node (RolePart); here only those that nobody else tells (not watched) or that follow from a
// server that is not ACTIVE.
std::vector<domain::ChangeEvent> StructureChanges(const domain::DatabaseStructure& before,
                                                  const domain::DatabaseStructure& now);

// "server 10.0.0.9:2882 (SQL port 2881, ACTIVE) is not among the configured nodes …", one a server.
std::vector<std::string> UnwatchedServers(const std::vector<domain::DatabaseServer>& servers);

}  // namespace distdiag::collect
