// Which log streams this server leads: its role, and leaders that come and go.
//
// Why so: read from V$OB_LOG_STAT, which is local memory: it answers also when the other servers don't, and at once says who leads now
// (the location views are reported later).
// Thread: single (owner: the probe). Cost: one statement, a row a replica on this server.
#pragma once

#include "collect/oceanbase/tenant_kind.h"
#include "collect/slow_part.h"
#include "collect/sql_cell.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::collect {

struct OwnReplica {
  std::int64_t tenant = 0;
  std::int64_t log_stream = 0;
  bool is_leader = false;
  bool in_sync = true;
};

// Columns of `rows`: tenant, log stream, role, in sync. By tenant, then log stream; rows without both numbers are left out.
std::vector<OwnReplica> ParseOwnReplicas(const std::vector<SqlRow>& rows);
// A leader leads a log stream of a user tenant. Where no user tenant is here, sys counts; META tenants follow theirs and never do.
// kUnknown without replicas.
domain::NodeRole RoleOf(const std::vector<OwnReplica>& replicas);
// "n2 became leader of log stream 1001 of tenant shop": one change a tenant and direction, META tenants left out. What is no longer here at
// all is led no longer.
std::vector<domain::ChangeEvent> LeaderChanges(std::string_view node,
                                               const std::vector<OwnReplica>& before,
                                               const std::vector<OwnReplica>& now,
                                               const TenantNames& names);

class RolePart final : public SlowPart {
 public:
  RolePart(std::string node, std::string account)
      : node_(std::move(node)), account_(std::move(account)) {}
  std::string_view name() const override { return "roles"; }
  base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                 base::Duration limit) override;
  void Restarted() override;

 private:
  base::Status LearnNames(Session& session, base::Duration limit);

  const std::string node_;
  const std::string account_;
  bool has_tenants_ = true;  // false: a server of one tenant, whose view has no such column
  std::optional<std::vector<OwnReplica>> before_;
  TenantNames names_;
};

}  // namespace distdiag::collect
