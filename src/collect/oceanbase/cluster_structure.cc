#include "collect/oceanbase/cluster_structure.h"

#include "collect/oceanbase/tenant_kind.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

using domain::ChangeEvent;
using domain::ChangeKind;
using domain::DatabaseServer;
using domain::DatabaseStructure;
using domain::LogStream;
using domain::LogStreamReplica;

constexpr double kScnPerSecond = 1e9;     // an SCN counts nanoseconds
constexpr std::size_t kMostChanges = 20;  // of one kind between two readings, then a sum

std::string Text(const SqlRow& row, std::size_t column) { return std::string(TextAt(row, column)); }

std::int64_t Integer(const SqlRow& row, std::size_t column) {
  return static_cast<std::int64_t>(NumberAt(row, column).value_or(0));
}

std::string Address(const SqlRow& row, std::size_t host, std::size_t port) {
  const std::string_view text = TextAt(row, host);
  return text.find(':') == std::string_view::npos ? fmt::format("{}:{}", text, TextAt(row, port))
                                                  : fmt::format("[{}]:{}", text, TextAt(row, port));
}

using StreamKey = std::pair<std::int64_t, std::int64_t>;  // tenant, log stream

struct LiveReplica {
  bool says_leader = false;
  bool in_sync = true;
  std::optional<double> end_scn;
  double proposal = 0;
};
using LiveReplicas = std::map<StreamKey, std::map<std::string, LiveReplica>>;

LiveReplicas ParseLive(const std::vector<SqlRow>& rows) {
  LiveReplicas live;
  for (const SqlRow& row : rows) {
    live[{Integer(row, 0), Integer(row, 1)}][Address(row, 2, 3)] = {
        .says_leader = TextAt(row, 4) == "LEADER",
        .in_sync = TextAt(row, 5) != "NO",
        .end_scn = NumberAt(row, 6),
        .proposal = NumberAt(row, 7).value_or(0)};
  }
  return live;
}

// The server that leads; empty = nobody says so.
std::string LeaderAmong(const std::map<std::string, LiveReplica>& replicas) {
  std::string leader;
  double latest = -1;
  for (const auto& [server, replica] : replicas) {
    if (!replica.says_leader || replica.proposal <= latest) continue;
    leader = server;
    latest = replica.proposal;
  }
  return leader;
}

std::vector<LogStream> BuildLogStreams(const StructureRows& rows) {
  const LiveReplicas live = rows.log_stat ? ParseLive(*rows.log_stat) : LiveReplicas{};
  std::map<StreamKey, std::map<std::string, bool>>
      places;  // by server: the locations call it leader
  for (const SqlRow& row : rows.locations.value_or(std::vector<SqlRow>{}))
    places[{Integer(row, 0), Integer(row, 1)}][Address(row, 2, 3)] = TextAt(row, 4) == "LEADER";
  for (const auto& [key, replicas] : live) {
    for (const auto& [server, replica] : replicas) places[key].try_emplace(server, false);
  }
  std::vector<LogStream> streams;
  for (const auto& [key, servers] : places) {
    LogStream& stream = streams.emplace_back();
    std::tie(stream.tenant, stream.id) = key;
    const auto known = live.find(key);
    const std::string leader = known == live.end() ? std::string() : LeaderAmong(known->second);
    std::optional<double> newest;
    if (!leader.empty()) newest = known->second.at(leader).end_scn;
    for (const auto& [server, is_located_leader] : servers) {
      LogStreamReplica replica{.server = server,
                               .is_leader = leader.empty() ? is_located_leader : server == leader,
                               .in_sync = true,
                               .lag_s = {}};
      if (known != live.end() && known->second.contains(server)) {
        const LiveReplica& one = known->second.at(server);
        replica.in_sync = one.in_sync;
        if (newest && one.end_scn)
          replica.lag_s = std::max(0.0, (*newest - *one.end_scn) / kScnPerSecond);
      } else if (rows.log_stat) {
        replica.in_sync = false;  // its server did not answer
      }
      stream.replicas.push_back(std::move(replica));
    }
  }
  return streams;
}

const DatabaseServer* FindServer(const DatabaseStructure& structure, std::string_view address) {
  const auto found = std::find_if(structure.servers.begin(), structure.servers.end(),
                                  [&](const DatabaseServer& s) { return s.address == address; });
  return found == structure.servers.end() ? nullptr : &*found;
}

// "n2 (10.0.0.2:2882)", or the address.
std::string ServerText(const DatabaseStructure& structure, std::string_view address) {
  const DatabaseServer* server = FindServer(structure, address);
  return server == nullptr || server->node.empty() ? std::string(address)
                                                   : fmt::format("{} ({})", server->node, address);
}

std::string NodeOf(const DatabaseStructure& structure, std::string_view address) {
  const DatabaseServer* server = FindServer(structure, address);
  return server == nullptr ? std::string() : server->node;
}

// Why a thing left a server: "n1 (…) is INACTIVE", "n1 (…) is gone"; empty = it serves.
std::string WhyLeft(const DatabaseStructure& now, const DatabaseStructure& before,
                    std::string_view address) {
  const DatabaseServer* server = FindServer(now, address);
  if (server == nullptr) return fmt::format("{} is gone", ServerText(before, address));
  return server->status == "ACTIVE"
             ? std::string()
             : fmt::format("{} is {}", ServerText(now, address), server->status);
}

TenantNames NamesOf(const DatabaseStructure& structure) {
  TenantNames names;
  for (const auto& tenant : structure.tenants) names[tenant.id] = tenant.name;
  return names;
}

class Changes {
 public:
  void Add(ChangeKind kind, std::string node, std::string text,
           domain::ChangePhase phase = domain::ChangePhase::kMoment) {
    if (++count_[kind] > kMostChanges) return;
    all_.push_back({.time = {},
                    .kind = kind,
                    .node = std::move(node),
                    .description = std::move(text),
                    .phase = phase});
  }
  std::vector<ChangeEvent> Take() {
    for (const auto& [kind, count] : count_) {
      if (count > kMostChanges)
        all_.push_back({.time = {},
                        .kind = kind,
                        .node = {},
                        .description = fmt::format("and {} more of the kind at the same time",
                                                   count - kMostChanges)});
    }
    return std::move(all_);
  }

 private:
  std::vector<ChangeEvent> all_;
  std::map<ChangeKind, std::size_t> count_;
};

void ServerChanges(const DatabaseStructure& before, const DatabaseStructure& now,
                   Changes& changes) {
  for (const DatabaseServer& server : now.servers) {
    const std::string text = ServerText(now, server.address);
    const DatabaseServer* old = FindServer(before, server.address);
    if (old == nullptr) {
      changes.Add(ChangeKind::kMemberJoined, server.node,
                  fmt::format("{} joined the cluster in zone {}", text, server.zone));
    } else if (old->status != server.status) {
      changes.Add(server.status == "ACTIVE" ? ChangeKind::kMemberJoined : ChangeKind::kMemberLeft,
                  server.node,
                  fmt::format("{} became {} (was {})", text, server.status, old->status));
    }
  }
  for (const DatabaseServer& server : before.servers) {
    if (FindServer(now, server.address) == nullptr)
      changes.Add(ChangeKind::kMemberLeft, server.node,
                  fmt::format("{} left the cluster", ServerText(before, server.address)));
  }
}

void RootServiceChanges(const DatabaseStructure& before, const DatabaseStructure& now,
                        Changes& changes) {
  const auto holder = [](const DatabaseStructure& structure) {
    const auto found = std::find_if(structure.servers.begin(), structure.servers.end(),
                                    [](const DatabaseServer& s) { return s.is_root_service; });
    return found == structure.servers.end() ? std::string() : found->address;
  };
  const std::string from = holder(before), to = holder(now);
  if (from.empty() || to.empty() || from == to) return;
  const std::string why = WhyLeft(now, before, from);
  changes.Add(ChangeKind::kRoleChanged, NodeOf(now, to),
              fmt::format("the root service moved from {} to {}{}", ServerText(before, from),
                          ServerText(now, to), why.empty() ? "" : ": " + why));
}

void TenantChanges(const DatabaseStructure& before, const DatabaseStructure& now,
                   Changes& changes) {
  const TenantNames was = NamesOf(before), is = NamesOf(now);
  if (was.empty() || is.empty()) return;  // one of the two could not be read
  const auto only_in = [&](const TenantNames& here, const TenantNames& there,
                           std::string_view what) {
    for (const auto& [id, name] : here) {
      if (!there.contains(id) && TenantKindOf(id) != domain::TenantKind::kMeta)
        changes.Add(ChangeKind::kTenant, {}, fmt::format("tenant {} ({}) {}", name, id, what));
    }
  };
  only_in(is, was, "was created");
  only_in(was, is, "was dropped");
}

std::string SizeText(const domain::DatabaseUnit& unit) {
  constexpr double kGiB = 1024.0 * 1024 * 1024;
  return fmt::format("{:g} cores, {:.1f} GiB memory, {:.1f} GiB log disk", unit.max_cpu_cores,
                     unit.memory_bytes / kGiB, unit.log_disk_bytes / kGiB);
}

void UnitChanges(const DatabaseStructure& before, const DatabaseStructure& now, Changes& changes) {
  const TenantNames names = NamesOf(now);
  for (const domain::DatabaseUnit& unit : now.units) {
    const auto old = std::find_if(before.units.begin(), before.units.end(),
                                  [&](const auto& other) { return other.id == unit.id; });
    if (old == before.units.end()) continue;
    const std::string what = fmt::format("unit {} of {}", unit.id, TenantText(unit.tenant, names));
    if (old->server != unit.server) {
      const std::string why = WhyLeft(now, before, old->server);
      const std::string text =
          fmt::format("{} moved from {} to {}{}", what, ServerText(before, old->server),
                      ServerText(now, unit.server), why.empty() ? "" : ": " + why);
      // What a dead server leaves behind is no rebalance; else both are concerned, where they are watched.
      if (why.empty()) {
        const std::string to = NodeOf(now, unit.server), from = NodeOf(before, old->server);
        for (const std::string& node : {to, from}) {
          if (!node.empty())
            changes.Add(ChangeKind::kRebalance, node, text, domain::ChangePhase::kBegan);
        }
        if (to.empty() && from.empty()) changes.Add(ChangeKind::kRebalance, {}, text);
      } else {
        changes.Add(ChangeKind::kTenant, NodeOf(now, unit.server), text);
      }
    }
    if (std::tie(old->max_cpu_cores, old->memory_bytes, old->log_disk_bytes) !=
        std::tie(unit.max_cpu_cores, unit.memory_bytes, unit.log_disk_bytes))
      changes.Add(ChangeKind::kTenant, NodeOf(now, unit.server),
                  fmt::format("{} on {} has {} (had {})", what, ServerText(now, unit.server),
                              SizeText(unit), SizeText(*old)));
  }
}

std::string LeaderOf(const LogStream& stream) {
  const auto leader = std::find_if(stream.replicas.begin(), stream.replicas.end(),
                                   [](const LogStreamReplica& r) { return r.is_leader; });
  return leader == stream.replicas.end() ? std::string() : leader->server;
}

void LeaderMoves(const DatabaseStructure& before, const DatabaseStructure& now, Changes& changes) {
  const TenantNames names = NamesOf(now);
  for (const LogStream& stream : now.log_streams) {
    const auto old = std::find_if(
        before.log_streams.begin(), before.log_streams.end(),
        [&](const LogStream& o) { return o.tenant == stream.tenant && o.id == stream.id; });
    if (old == before.log_streams.end() || TenantKindOf(stream.tenant) == domain::TenantKind::kMeta)
      continue;
    const std::string from = LeaderOf(*old), to = LeaderOf(stream);
    if (from == to || from.empty()) continue;
    const std::string what =
        fmt::format("log stream {} of {}", stream.id, TenantText(stream.tenant, names));
    const std::string why = WhyLeft(now, before, from);
    if (to.empty()) {
      changes.Add(ChangeKind::kLeaderMove, NodeOf(before, from),
                  fmt::format("{} has no leader; it was {}{}", what, ServerText(before, from),
                              why.empty() ? "" : ": " + why));
    } else if (!why.empty() || NodeOf(now, to).empty()) {
      changes.Add(ChangeKind::kLeaderMove, NodeOf(now, to),
                  fmt::format("{}: the leader moved from {} to {}{}", what,
                              ServerText(before, from), ServerText(now, to),
                              why.empty() ? "" : fmt::format(", not planned: {}", why)));
    }
  }
}

}  // namespace

std::vector<DatabaseServer> ParseServers(const std::vector<SqlRow>& rows,
                                         const std::vector<WatchedServer>& watched,
                                         const std::string& self_node) {
  std::vector<DatabaseServer> servers;
  std::optional<std::size_t> self;
  for (const SqlRow& row : rows) {
    DatabaseServer server{.address = Address(row, 0, 1),
                          .sql_port = Integer(row, 2),
                          .zone = Text(row, 3),
                          .status = Text(row, 4),
                          .is_root_service = TextAt(row, 5) == "YES",
                          .version = Text(row, 6),
                          .node = {}};
    for (const WatchedServer& one : watched) {
      if (one.host == TextAt(row, 0) && one.sql_port == server.sql_port) server.node = one.node;
    }
    if (TextAt(row, 7) == "1") self = servers.size();
    servers.push_back(std::move(server));
  }
  const bool knows_self = std::any_of(servers.begin(), servers.end(),
                                      [&](const DatabaseServer& s) { return s.node == self_node; });
  if (self && !knows_self && servers[*self].node.empty()) servers[*self].node = self_node;
  std::sort(servers.begin(), servers.end(),
            [](const DatabaseServer& a, const DatabaseServer& b) { return a.address < b.address; });
  return servers;
}

std::string StructureReader(const std::vector<DatabaseServer>& servers) {
  std::string first;
  for (const DatabaseServer& server : servers) {
    if (server.node.empty() || server.status != "ACTIVE") continue;
    if (server.is_root_service) return server.node;
    if (first.empty()) first = server.node;
  }
  return first;
}

DatabaseStructure BuildStructure(std::vector<DatabaseServer> servers, const StructureRows& rows) {
  DatabaseStructure structure;
  structure.database = "oceanbase";
  structure.servers = std::move(servers);
  for (const SqlRow& row : rows.zones.value_or(std::vector<SqlRow>{}))
    structure.zones.push_back({.name = Text(row, 0),
                               .status = Text(row, 1),
                               .region = Text(row, 2),
                               .idc = Text(row, 3)});
  for (const SqlRow& row : rows.tenants.value_or(std::vector<SqlRow>{})) {
    const std::int64_t id = Integer(row, 0);
    structure.tenants.push_back({.id = id,
                                 .name = Text(row, 1),
                                 .kind = TenantKindOf(id),
                                 .status = Text(row, 3),
                                 .mode = Text(row, 4),
                                 .primary_zone = Text(row, 5)});
  }
  for (const SqlRow& row : rows.units.value_or(std::vector<SqlRow>{}))
    structure.units.push_back({.id = Integer(row, 0),
                               .tenant = Integer(row, 1),
                               .server = Address(row, 2, 3),
                               .zone = Text(row, 4),
                               .max_cpu_cores = NumberAt(row, 5).value_or(0),
                               .memory_bytes = NumberAt(row, 6).value_or(0),
                               .log_disk_bytes = NumberAt(row, 7).value_or(0),
                               .status = Text(row, 8)});
  structure.log_streams = BuildLogStreams(rows);
  std::sort(structure.zones.begin(), structure.zones.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  std::sort(structure.tenants.begin(), structure.tenants.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  std::sort(structure.units.begin(), structure.units.end(), [](const auto& a, const auto& b) {
    return std::tie(a.tenant, a.server, a.id) < std::tie(b.tenant, b.server, b.id);
  });
  return structure;
}

std::vector<ChangeEvent> StructureChanges(const DatabaseStructure& before,
                                          const DatabaseStructure& now) {
  Changes changes;
  ServerChanges(before, now, changes);
  RootServiceChanges(before, now, changes);
  TenantChanges(before, now, changes);
  UnitChanges(before, now, changes);
  LeaderMoves(before, now, changes);
  return changes.Take();
}

std::vector<std::string> UnwatchedServers(const std::vector<DatabaseServer>& servers) {
  std::vector<std::string> limits;
  for (const DatabaseServer& server : servers) {
    if (server.node.empty())
      limits.push_back(
          fmt::format("server {} (SQL port {}, {}) is not among the configured nodes: nothing of "
                      "it is measured;"
                      " add it to source.nodes, with this address as its host",
                      server.address, server.sql_port, server.status));
  }
  return limits;
}

}  // namespace distdiag::collect
