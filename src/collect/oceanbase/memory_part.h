// Memstores that were frozen, the plan cache and the caches' size.
//
// Why so: a freeze comes before writing to files and may come by itself or by a person's order; both are counted in V$OB_MEMSTORE.
// Thread: single (owner: the probe). Cost: three statements of a few rows, from the server's memory.
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

// By tenant: a counter of one of these views.
using TenantCounts = std::map<std::int64_t, double>;

// Columns of `rows`: tenant, count. Rows without both are left out.
TenantCounts ParseTenantCounts(const std::vector<SqlRow>& rows);
// What it grew by between two looks; tenants that are new or whose count fell are left out.
TenantCounts GrownCounts(const TenantCounts& before, const TenantCounts& now);
// Of the tenants whose load is the users' (as StatRates), else nullopt.
std::optional<double> CountedSum(const TenantCounts& counts);

class MemoryPart final : public SlowPart {
 public:
  // `names` and `clock` outlive it.
  MemoryPart(std::string account, bool has_tenants, const TenantNames& names, base::Clock& clock)
      : account_(std::move(account)), has_tenants_(has_tenants), names_(names), clock_(clock) {}
  std::string_view name() const override { return "memory"; }
  base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                 base::Duration limit) override;
  void Restarted() override { before_.reset(); }

 private:
  struct Look {
    base::Timestamp time;
    TenantCounts freezes;
    TenantCounts plan_accesses;
    TenantCounts plan_hits;
  };
  void Compare(const Look& now, PartReading& reading) const;

  const std::string account_;
  const bool has_tenants_;
  const TenantNames& names_;
  base::Clock& clock_;
  std::optional<Look> before_;
};

}  // namespace distdiag::collect
