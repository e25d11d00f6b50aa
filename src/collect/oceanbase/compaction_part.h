// Compactions of this server: what runs now, and when a major compaction began and ended here.
//
// Why so: the server's own progress is local memory and says when the work is done *here*; whether the cluster's major compaction is stuck
// or was suspended, only a table of the cluster knows, which is asked when one began or ended, else more rarely.
// Thread: single (owner: the probe). Cost: two statements of a few rows from the server's memory; every 60 s one of the cluster's tables.
#pragma once

#include "base/clock.h"
#include "collect/oceanbase/tenant_kind.h"
#include "collect/slow_part.h"
#include "collect/sql_cell.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

// A tenant's major compaction on this server.
struct MajorProgress {
  std::string version;  // the SCN that it compacts to; names the compaction
  bool is_running = false;
};
using MajorProgresses = std::map<std::int64_t, MajorProgress>;  // by tenant

// Columns of `rows`: tenant, SCN, status. Of several rows of a tenant the latest SCN counts.
MajorProgresses ParseMajorProgress(const std::vector<SqlRow>& rows);
// Began: a new SCN that runs. Ended: the same SCN no longer runs, or another took its place. META tenants are left out.
std::vector<domain::ChangeEvent> MajorChanges(const MajorProgresses& before,
                                              const MajorProgresses& now, const TenantNames& names);
// Columns of `rows`: status, is error, is suspended. The worst of all tenants: 0 idle, 1 runs, 2 suspended, 3 error.
std::optional<double> MajorState(const std::vector<SqlRow>& rows);

class CompactionPart final : public SlowPart {
 public:
  // `names` and `clock` outlive it.
  CompactionPart(std::string account, bool has_tenants, const TenantNames& names,
                 base::Clock& clock)
      : account_(std::move(account)), has_tenants_(has_tenants), names_(names), clock_(clock) {}
  std::string_view name() const override { return "compactions"; }
  base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                 base::Duration limit) override;
  void Restarted() override { before_.reset(); }

 private:
  const std::string account_;
  const bool has_tenants_;
  const TenantNames& names_;
  base::Clock& clock_;
  std::optional<MajorProgresses> before_;
  base::Timestamp state_asked_;
  std::optional<double> state_;
  std::vector<std::string> state_limits_;
};

}  // namespace distdiag::collect
