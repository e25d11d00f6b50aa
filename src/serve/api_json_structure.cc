// What the database says of its own parts, with each tenant's load on each node.
#include "serve/api_json.h"
#include "serve/api_json_write.h"

namespace distdiag::serve {
namespace {

using base::JsonWriter;

std::string_view TenantKindName(domain::TenantKind kind) {
  switch (kind) {
    case domain::TenantKind::kSystem: return "system";
    case domain::TenantKind::kMeta: return "meta";
    case domain::TenantKind::kUser: return "user";
  }
  return "user";
}

void WriteServer(JsonWriter& json, const domain::DatabaseServer& server) {
  json.BeginObject()
      .Field("address", server.address)
      .Field("sql_port", server.sql_port)
      .Field("zone", server.zone)
      .Field("status", server.status)
      .Field("is_root_service", server.is_root_service)
      .Field("version", server.version);
  WriteOptional(json, "node", server.node.empty() ? std::nullopt : std::optional(server.node));
  json.EndObject();
}

void WriteLoads(JsonWriter& json, std::int64_t tenant, const ClusterLive& cluster) {
  json.Key("loads").BeginArray();
  for (std::size_t n = 0; n < cluster.nodes.size(); ++n) {
    for (const domain::TenantLoad& load : cluster.nodes[n].tenants) {
      if (load.tenant != tenant) continue;
      json.BeginObject()
          .Field("node", cluster.topology.nodes[n].name)
          .Field("statements_per_second", load.statements_per_second)
          .Field("commits_per_second", load.commits_per_second)
          .Field("cpu_cores", load.cpu_cores)
          .Field("cpu_limit_cores", load.cpu_limit_cores)
          .Field("queue_wait_ms", load.queue_wait_ms)
          .Field("memstore_used", load.memstore_used)
          .Field("memory_used", load.memory_used)
          .Field("active_sessions", load.active_sessions)
          .EndObject();
    }
  }
  json.EndArray();
}

void WriteTenant(JsonWriter& json, const domain::DatabaseTenant& tenant,
                 const ClusterLive& cluster) {
  json.BeginObject()
      .Field("id", tenant.id)
      .Field("name", tenant.name)
      .Field("kind", TenantKindName(tenant.kind))
      .Field("status", tenant.status)
      .Field("mode", tenant.mode)
      .Field("primary_zone", tenant.primary_zone);
  WriteLoads(json, tenant.id, cluster);
  json.EndObject();
}

void WriteUnit(JsonWriter& json, const domain::DatabaseUnit& unit) {
  json.BeginObject()
      .Field("id", unit.id)
      .Field("tenant", unit.tenant)
      .Field("server", unit.server)
      .Field("zone", unit.zone)
      .Field("max_cpu_cores", unit.max_cpu_cores)
      .Field("memory_bytes", unit.memory_bytes)
      .Field("log_disk_bytes", unit.log_disk_bytes)
      .Field("status", unit.status)
      .EndObject();
}

void WriteLogStream(JsonWriter& json, const domain::LogStream& stream) {
  json.BeginObject().Field("tenant", stream.tenant).Field("id", stream.id);
  json.Key("replicas").BeginArray();
  for (const domain::LogStreamReplica& replica : stream.replicas) {
    json.BeginObject()
        .Field("server", replica.server)
        .Field("is_leader", replica.is_leader)
        .Field("in_sync", replica.in_sync);
    WriteOptional(json, "lag_s", replica.lag_s);
    json.EndObject();
  }
  json.EndArray().EndObject();
}

}  // namespace

std::string StructureToJson(const ClusterLive& cluster) {
  const domain::DatabaseStructure& structure = *cluster.structure;
  JsonWriter json;
  json.BeginObject();
  WriteTime(json, "time", structure.time);
  json.Field("database", structure.database).Field("version", structure.version);
  json.Key("zones").BeginArray();
  for (const domain::DatabaseZone& zone : structure.zones) {
    json.BeginObject()
        .Field("name", zone.name)
        .Field("status", zone.status)
        .Field("region", zone.region)
        .Field("idc", zone.idc)
        .EndObject();
  }
  json.EndArray().Key("servers").BeginArray();
  for (const domain::DatabaseServer& server : structure.servers) WriteServer(json, server);
  json.EndArray().Key("tenants").BeginArray();
  for (const domain::DatabaseTenant& tenant : structure.tenants) WriteTenant(json, tenant, cluster);
  json.EndArray().Key("units").BeginArray();
  for (const domain::DatabaseUnit& unit : structure.units) WriteUnit(json, unit);
  json.EndArray().Key("log_streams").BeginArray();
  for (const domain::LogStream& stream : structure.log_streams) WriteLogStream(json, stream);
  json.EndArray().Key("missing").BeginArray();
  for (const std::string& text : structure.missing) json.Value(text);
  json.EndArray().EndObject();
  return json.Take();
}

}  // namespace distdiag::serve
