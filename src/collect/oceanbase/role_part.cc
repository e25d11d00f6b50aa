#include "collect/oceanbase/role_part.h"

#include "collect/oceanbase/server_limit.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr std::string_view kReplicas =
    "SELECT /*+ QUERY_TIMEOUT({}) */ TENANT_ID, LS_ID, ROLE, IN_SYNC FROM oceanbase.V$OB_LOG_STAT";
// A single-node server has one tenant and one log stream.
constexpr std::string_view kOnlyReplica =
    "SELECT /*+ QUERY_TIMEOUT({}) */ 1, 1, ROLE, IN_SYNC FROM oceanbase.V$OB_LOG_STAT";
constexpr std::string_view kTenantNames =
    "SELECT /*+ READ_CONSISTENCY(WEAK) QUERY_TIMEOUT({}) */ TENANT_ID, TENANT_NAME"
    " FROM oceanbase.DBA_OB_TENANTS";
constexpr std::size_t kMostNamed = 5;  // log streams of one change

bool HasUserTenant(const std::vector<OwnReplica>& replicas) {
  return std::any_of(replicas.begin(), replicas.end(), [](const OwnReplica& one) {
    return TenantKindOf(one.tenant) == domain::TenantKind::kUser;
  });
}

// Those whose leadership says what the server does for its users.
std::vector<OwnReplica> Counted(const std::vector<OwnReplica>& replicas) {
  const domain::TenantKind kind =
      HasUserTenant(replicas) ? domain::TenantKind::kUser : domain::TenantKind::kSystem;
  std::vector<OwnReplica> counted;
  std::copy_if(replicas.begin(), replicas.end(), std::back_inserter(counted),
               [&](const OwnReplica& one) { return TenantKindOf(one.tenant) == kind; });
  return counted;
}

using Led = std::map<std::int64_t, std::vector<std::int64_t>>;  // log streams by tenant

// Led in `here` and not in `there`.
Led LedOnlyIn(const std::vector<OwnReplica>& here, const std::vector<OwnReplica>& there) {
  Led led;
  for (const OwnReplica& one : here) {
    if (!one.is_leader || TenantKindOf(one.tenant) == domain::TenantKind::kMeta) continue;
    const bool also = std::any_of(there.begin(), there.end(), [&](const OwnReplica& other) {
      return other.tenant == one.tenant && other.log_stream == one.log_stream && other.is_leader;
    });
    if (!also) led[one.tenant].push_back(one.log_stream);
  }
  return led;
}

std::string StreamsText(std::vector<std::int64_t> streams) {
  const std::size_t more = streams.size() > kMostNamed ? streams.size() - kMostNamed : 0;
  streams.resize(streams.size() - more);
  return fmt::format("log stream{} {}{}", streams.size() + more == 1 ? "" : "s",
                     fmt::join(streams, ", "), more == 0 ? "" : fmt::format(" and {} more", more));
}

}  // namespace

std::vector<OwnReplica> ParseOwnReplicas(const std::vector<SqlRow>& rows) {
  std::vector<OwnReplica> replicas;
  for (const SqlRow& row : rows) {
    const auto tenant = NumberAt(row, 0);
    const auto log_stream = NumberAt(row, 1);
    if (!tenant || !log_stream) continue;
    replicas.push_back({.tenant = static_cast<std::int64_t>(*tenant),
                        .log_stream = static_cast<std::int64_t>(*log_stream),
                        .is_leader = TextAt(row, 2) == "LEADER",
                        .in_sync = TextAt(row, 3) != "NO"});
  }
  std::sort(replicas.begin(), replicas.end(), [](const OwnReplica& a, const OwnReplica& b) {
    return std::tie(a.tenant, a.log_stream) < std::tie(b.tenant, b.log_stream);
  });
  return replicas;
}

domain::NodeRole RoleOf(const std::vector<OwnReplica>& replicas) {
  const std::vector<OwnReplica> counted = Counted(replicas);
  if (counted.empty()) return domain::NodeRole::kUnknown;
  return std::any_of(counted.begin(), counted.end(),
                     [](const OwnReplica& one) { return one.is_leader; })
             ? domain::NodeRole::kLeader
             : domain::NodeRole::kFollower;
}

std::vector<domain::ChangeEvent> LeaderChanges(std::string_view node,
                                               const std::vector<OwnReplica>& before,
                                               const std::vector<OwnReplica>& now,
                                               const TenantNames& names) {
  std::vector<domain::ChangeEvent> changes;
  const auto tell = [&](const Led& led, std::string_view what, domain::ChangePhase phase) {
    for (const auto& [tenant, streams] : led)
      changes.push_back(
          {.time = {},
           .kind = domain::ChangeKind::kLeaderMove,
           .node = std::string(node),
           .description = fmt::format("{} {} {} of {}", node, what, StreamsText(streams),
                                      TenantText(tenant, names)),
           .phase = phase});
  };
  tell(LedOnlyIn(before, now), "is no longer leader of", domain::ChangePhase::kEnded);
  tell(LedOnlyIn(now, before), "became leader of", domain::ChangePhase::kBegan);
  return changes;
}

base::Status RolePart::LearnNames(Session& session, base::Duration limit) {
  const auto answer =
      session.Query(fmt::format(fmt::runtime(kTenantNames), ServerLimit(limit).count()), limit);
  // Without names the numbers are told; what is missing is said by the part that reads the structure.
  if (!answer) return session.broken() ? answer.error() : base::OkStatus();
  names_.clear();
  for (const SqlRow& row : answer->rows) {
    if (const auto id = NumberAt(row, 0))
      names_[static_cast<std::int64_t>(*id)] = std::string(TextAt(row, 1));
  }
  return base::OkStatus();
}

base::Result<PartReading> RolePart::Read(Session& session, base::Timestamp /*now*/,
                                         base::Duration limit) {
  const auto ask = [&] {
    return session.Query(fmt::format(fmt::runtime(has_tenants_ ? kReplicas : kOnlyReplica),
                                     ServerLimit(limit).count()),
                         limit);
  };
  auto answer = ask();
  if (!answer && has_tenants_ && !session.broken() && session.last_error() == 1054) {
    has_tenants_ = false;
    answer = ask();
  }
  PartReading reading;
  if (!answer) {
    if (session.broken()) return base::Fail(answer.error());
    before_.reset();
    if (IsDenied(session.last_error())) {
      reading.limits.push_back(MissingRight("roles (leaders are compared with followers)",
                                            "SELECT ON oceanbase.V$OB_LOG_STAT", account_));
    } else {
      reading.limits.push_back(
          fmt::format("no roles (leaders are compared with followers): V$OB_LOG_STAT: {}",
                      answer.error().message()));
    }
    reading.facts.role = domain::NodeRole::kUnknown;
    reading.is_offered = false;
    return reading;
  }
  std::vector<OwnReplica> replicas = ParseOwnReplicas(answer->rows);
  const std::vector<OwnReplica> counted = Counted(replicas);
  AddValue("o_leaders",
           static_cast<double>(std::count_if(counted.begin(), counted.end(),
                                             [](const auto& one) { return one.is_leader; })),
           reading.values);
  AddValue("o_replicas", static_cast<double>(replicas.size()), reading.values);
  AddValue("o_out_of_sync",
           static_cast<double>(std::count_if(replicas.begin(), replicas.end(),
                                             [](const auto& one) { return !one.in_sync; })),
           reading.values);
  reading.facts.role = RoleOf(replicas);
  if (before_) {
    reading.changes = LeaderChanges(node_, *before_, replicas, names_);
    if (!reading.changes.empty()) {
      RETURN_FAIL_IF_ERROR(LearnNames(session, limit));
      reading.changes = LeaderChanges(node_, *before_, replicas, names_);
    }
  }
  before_ = std::move(replicas);
  return reading;
}

void RolePart::Restarted() {
  before_.reset();
  has_tenants_ = true;
}

}  // namespace distdiag::collect
