// What a distributed database says of its own parts: zones, servers, tenants, units, log streams and their leaders.
//
// Why so: the page, the anomaly graph and the roles of nodes need it, whichever database tells it. The words are OceanBase's;
// a single-node server (seekdb) has the degenerate form: one zone, one server, one tenant, one log stream.
// Thread: value; handed around as shared_ptr<const …>.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::domain {

struct DatabaseZone {
  std::string name;
  std::string status;  // "ACTIVE" "INACTIVE"
  std::string region;
  std::string idc;
};

struct DatabaseServer {
  std::string address;  // "10.0.0.1:2882", as the other parts name it
  std::int64_t sql_port = 0;
  std::string zone;
  std::string status;            // "ACTIVE" "INACTIVE" "DELETING"
  bool is_root_service = false;  // holds the root service: the cluster's controller
  std::string version;
  std::string node;  // the configured node that is this server; empty = none, a blind spot
};

enum class TenantKind { kSystem, kMeta, kUser };

struct DatabaseTenant {
  std::int64_t id = 0;
  std::string name;
  TenantKind kind = TenantKind::kUser;
  std::string status;  // "NORMAL" "CREATING" "DROPPING"
  std::string mode;    // "MYSQL" "ORACLE"
  std::string primary_zone;
};

// A tenant's share of a server.
struct DatabaseUnit {
  std::int64_t id = 0;
  std::int64_t tenant = 0;
  std::string server;  // DatabaseServer::address
  std::string zone;
  double max_cpu_cores = 0;
  double memory_bytes = 0;
  double log_disk_bytes = 0;
  std::string status;
};

struct LogStreamReplica {
  std::string server;
  bool is_leader = false;
  bool in_sync = true;
  std::optional<double> lag_s;  // behind the leader; nullopt = not known
};

struct LogStream {
  std::int64_t tenant = 0;
  std::int64_t id = 0;
  std::vector<LogStreamReplica> replicas;
};

struct DatabaseStructure {
  base::Timestamp time;  // when it was read
  std::string database;  // "oceanbase"
  std::string version;
  std::vector<DatabaseZone> zones;      // by name
  std::vector<DatabaseServer> servers;  // by address
  std::vector<DatabaseTenant> tenants;  // by id
  std::vector<DatabaseUnit> units;      // by tenant, server
  std::vector<LogStream> log_streams;   // by tenant, id
  std::vector<std::string>
      missing;  // what this server does not offer, or the account may not see, and what that hides
};

// What a tenant does on one node, for the page. Rates per second over the time between two readings.
struct TenantLoad {
  std::int64_t tenant = 0;
  std::string name;  // empty = not known yet
  TenantKind kind = TenantKind::kUser;
  double statements_per_second = 0;
  double commits_per_second = 0;
  double cpu_cores = 0;
  double cpu_limit_cores = 0;
  double queue_wait_ms = 0;
  double memstore_used = 0;  // share of its limit
  double memory_used = 0;    // share of its limit
  double active_sessions = 0;
};

}  // namespace distdiag::domain
