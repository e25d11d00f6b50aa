#include "collect/oceanbase/structure_part.h"

#include "collect/oceanbase/view_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

// Time of the statement that asks every server: one that is silent must not cost the others their answer.
constexpr base::Duration kFanOutLimit = std::chrono::milliseconds(500);

constexpr std::string_view kServers =
    "SVR_IP, SVR_PORT, SQL_PORT, ZONE, STATUS, WITH_ROOTSERVER, BUILD_VERSION,"
    " SVR_IP = HOST_IP() AND SVR_PORT = RPC_PORT()";
constexpr std::string_view kZones = "ZONE, STATUS, REGION, IDC";
constexpr std::string_view kTenants =
    "TENANT_ID, TENANT_NAME, TENANT_TYPE, STATUS, COMPATIBILITY_MODE, PRIMARY_ZONE";
constexpr std::string_view kUnits =
    "UNIT_ID, TENANT_ID, SVR_IP, SVR_PORT, ZONE, MAX_CPU, MEMORY_SIZE, LOG_DISK_SIZE, STATUS";
constexpr std::string_view kLocations = "TENANT_ID, LS_ID, SVR_IP, SVR_PORT, ROLE";
constexpr std::string_view kLogStat =
    "TENANT_ID, LS_ID, SVR_IP, SVR_PORT, ROLE, IN_SYNC, END_SCN, PROPOSAL_ID";

}  // namespace

base::Result<PartReading> StructurePart::Read(Session& session, base::Timestamp now,
                                              base::Duration limit) {
  ViewReader reader(session, clock_.Now() + limit, options_.account, clock_);
  ASSIGN_OR_RETURN(auto servers,
                   reader.Ask(kServers, "DBA_OB_SERVERS", "", "structure of the cluster"));
  if (servers && !servers->empty()) return ReadWhole(reader, std::move(*servers), now);
  if (reader.is_absent()) {
    reader.missing().clear();
    return ReadSingle(reader, now);
  }
  PartReading reading;
  reading.limits = std::move(reader.missing());
  if (servers)
    reading.limits.push_back(
        "no structure of the cluster: expected its servers in DBA_OB_SERVERS, found no row; is the "
        "account of"
        " the sys tenant?");
  reading.is_offered = false;
  before_.reset();
  return reading;
}

base::Result<PartReading> StructurePart::ReadWhole(ViewReader& reader,
                                                   std::vector<SqlRow> server_rows,
                                                   base::Timestamp now) {
  PartReading reading;
  StructureRows rows;
  rows.servers = std::move(server_rows);
  std::vector<domain::DatabaseServer> servers =
      ParseServers(rows.servers, options_.watched, options_.node);
  if (StructureReader(servers) != options_.node) {
    before_.reset();
    return reading;
  }
  ASSIGN_OR_RETURN(rows.zones, reader.Ask(kZones, "DBA_OB_ZONES", "", "zones"));
  ASSIGN_OR_RETURN(rows.tenants, reader.Ask(kTenants, "DBA_OB_TENANTS", "", "tenants' names"));
  ASSIGN_OR_RETURN(rows.units, reader.Ask(kUnits, "DBA_OB_UNITS", "", "units"));
  ASSIGN_OR_RETURN(rows.locations,
                   reader.Ask(kLocations, "CDB_OB_LS_LOCATIONS", "", "places of log streams"));
  ASSIGN_OR_RETURN(rows.log_stat, reader.Ask(kLogStat, "GV$OB_LOG_STAT", "",
                                             "live roles and lag of log streams", kFanOutLimit));
  reading.limits = UnwatchedServers(servers);
  domain::DatabaseStructure structure = BuildStructure(std::move(servers), rows);
  structure.time = now;
  for (const domain::DatabaseServer& server : structure.servers) {
    if (server.node == options_.node) structure.version = server.version;
  }
  Finish(std::move(structure), reader, reading);
  return reading;
}

// A server of its own names neither tenants nor ids: it is tenant 1, log stream 1, by its configured address (its own says 127.0.0.1:2882 on
// every machine).
base::Result<PartReading> StructurePart::ReadSingle(ViewReader& reader, base::Timestamp now) {
  PartReading reading;
  std::string address = options_.node;
  std::int64_t sql_port = 0;
  for (const WatchedServer& one : options_.watched) {
    if (one.node != options_.node) continue;
    if (!one.host.empty()) address = fmt::format("{}:{}", one.host, one.sql_port);
    sql_port = one.sql_port;
  }
  ASSIGN_OR_RETURN(const auto own,
                   reader.Ask("SQL_PORT, OB_VERSION()", "V$OB_SERVER_STAT", "", "version"));
  ASSIGN_OR_RETURN(const auto zones,
                   reader.Ask("VALUE", "V$OB_PARAMETERS", "WHERE NAME = 'zone'", "zone"));
  ASSIGN_OR_RETURN(const auto units, reader.Ask("MAX_CPU, MEMORY_SIZE, LOG_DISK_SIZE, STATUS",
                                                "GV$OB_UNITS", "", "unit"));
  ASSIGN_OR_RETURN(const auto stream,
                   reader.Ask("ROLE, IN_SYNC", "V$OB_LOG_STAT", "", "log stream"));
  domain::DatabaseStructure structure;
  structure.time = now;
  structure.database = "oceanbase";
  if (own && !own->empty()) {
    if (const auto port = NumberAt(own->front(), 0); port && sql_port == 0)
      sql_port = static_cast<std::int64_t>(*port);
    structure.version = TextAt(own->front(), 1);
  }
  const std::string zone =
      zones && !zones->empty() ? std::string(TextAt(zones->front(), 0)) : std::string();
  if (!zone.empty())
    structure.zones = {{.name = zone, .status = "ACTIVE", .region = {}, .idc = {}}};
  structure.servers = {{.address = address,
                        .sql_port = sql_port,
                        .zone = zone,
                        .status = "ACTIVE",
                        .is_root_service = true,
                        .version = structure.version,
                        .node = options_.node}};
  structure.tenants = {{.id = 1,
                        .name = "sys",
                        .kind = domain::TenantKind::kSystem,
                        .status = "NORMAL",
                        .mode = "MYSQL",
                        .primary_zone = zone}};
  if (units && !units->empty()) {
    const SqlRow& row = units->front();
    structure.units = {{.id = 1,
                        .tenant = 1,
                        .server = address,
                        .zone = zone,
                        .max_cpu_cores = NumberAt(row, 0).value_or(0),
                        .memory_bytes = NumberAt(row, 1).value_or(0),
                        .log_disk_bytes = NumberAt(row, 2).value_or(0),
                        .status = std::string(TextAt(row, 3))}};
  }
  if (stream && !stream->empty()) {
    const bool leads = TextAt(stream->front(), 0) == "LEADER";
    structure.log_streams = {{.tenant = 1,
                              .id = 1,
                              .replicas = {{.server = address,
                                            .is_leader = leads,
                                            .in_sync = TextAt(stream->front(), 1) != "NO",
                                            .lag_s = {}}}}};
  }
  reader.missing().push_back(fmt::format(
      "{} is a database of its own: it has no zones, peers or tenants beside sys", options_.node));
  Finish(std::move(structure), reader, reading);
  return reading;
}

void StructurePart::Finish(domain::DatabaseStructure structure, ViewReader& reader,
                           PartReading& reading) {
  structure.missing = std::move(reader.missing());
  reading.limits.insert(reading.limits.end(), reader.denied().begin(), reader.denied().end());
  if (before_) reading.changes = StructureChanges(*before_, structure);
  before_ = std::make_shared<const domain::DatabaseStructure>(std::move(structure));
  reading.facts.structure = before_;
}

}  // namespace distdiag::collect
