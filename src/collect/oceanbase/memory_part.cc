#include "collect/oceanbase/memory_part.h"

#include "collect/oceanbase/view_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {

TenantCounts ParseTenantCounts(const std::vector<SqlRow>& rows) {
  TenantCounts counts;
  for (const SqlRow& row : rows) {
    const auto tenant = IntegerAt(row, 0);
    const auto count = NumberAt(row, 1);
    if (tenant && count) counts[*tenant] = *count;
  }
  return counts;
}

TenantCounts GrownCounts(const TenantCounts& before, const TenantCounts& now) {
  TenantCounts grown;
  for (const auto& [tenant, count] : now) {
    const auto old = before.find(tenant);
    if (old != before.end() && count >= old->second) grown[tenant] = count - old->second;
  }
  return grown;
}

std::optional<double> CountedSum(const TenantCounts& counts) {
  const auto sum_of = [&](domain::TenantKind kind) {
    std::optional<double> sum;
    for (const auto& [tenant, count] : counts) {
      if (TenantKindOf(tenant) == kind) sum = sum.value_or(0) + count;
    }
    return sum;
  };
  const auto users = sum_of(domain::TenantKind::kUser);
  return users ? users : sum_of(domain::TenantKind::kSystem);
}

void MemoryPart::Compare(const Look& now, PartReading& reading) const {
  const double elapsed_s = base::ToSeconds(now.time - before_->time);
  if (elapsed_s <= 0) return;
  const TenantCounts freezes = GrownCounts(before_->freezes, now.freezes);
  if (const auto sum = CountedSum(freezes)) AddValue("o_freezes", *sum / elapsed_s, reading.values);
  for (const auto& [tenant, count] : freezes) {
    if (count == 0 || TenantKindOf(tenant) == domain::TenantKind::kMeta) continue;
    reading.changes.push_back(
        {.time = {},
         .kind = domain::ChangeKind::kFreeze,
         .node = {},
         .description = fmt::format("memstore of {} was frozen{} and is written out",
                                    TenantText(tenant, names_),
                                    count > 1 ? fmt::format(" {:.0f}x", count) : ""),
         .phase = domain::ChangePhase::kBegan});
  }
  const auto accesses = CountedSum(GrownCounts(before_->plan_accesses, now.plan_accesses));
  const auto hits = CountedSum(GrownCounts(before_->plan_hits, now.plan_hits));
  // A look-up that is under way between the two counts may make one more hit than accesses.
  if (accesses && hits && *accesses > 0)
    AddValue("o_plan_cache_hit", std::min(1.0, *hits / *accesses), reading.values);
}

base::Result<PartReading> MemoryPart::Read(Session& session, base::Timestamp now,
                                           base::Duration limit) {
  ViewReader reader(session, clock_.Now() + limit, account_, clock_);
  const std::string tenant = has_tenants_ ? "TENANT_ID" : "1";
  ASSIGN_OR_RETURN(const auto memstore,
                   reader.Ask(tenant + ", FREEZE_CNT", "V$OB_MEMSTORE", "", "freezes"));
  ASSIGN_OR_RETURN(const auto plans, reader.Ask(tenant + ", ACCESS_COUNT, HIT_COUNT",
                                                "V$OB_PLAN_CACHE_STAT", "", "plan cache hits"));
  ASSIGN_OR_RETURN(const auto caches,
                   reader.Ask(tenant + ", SUM(CACHE_SIZE)", "V$OB_KVCACHE",
                              has_tenants_ ? "GROUP BY TENANT_ID" : "", "size of the caches"));
  PartReading reading;
  Look look{.time = now, .freezes = {}, .plan_accesses = {}, .plan_hits = {}};
  if (memstore) look.freezes = ParseTenantCounts(*memstore);
  if (plans) {
    look.plan_accesses = ParseTenantCounts(*plans);
    for (const SqlRow& row : *plans) {
      const auto id = IntegerAt(row, 0);
      const auto hits = NumberAt(row, 2);
      if (id && hits) look.plan_hits[*id] = *hits;
    }
  }
  if (caches) AddValue("o_cache_bytes", CountedSum(ParseTenantCounts(*caches)), reading.values);
  if (before_) Compare(look, reading);
  before_ = std::move(look);
  reading.limits = std::move(reader.missing());
  return reading;
}

}  // namespace distdiag::collect
