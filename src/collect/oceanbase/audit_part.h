// Which statements took an OceanBase server's time since the last look: the SQL audit, or where it is off the plan cache's sums.
//
// Why so: V$OB_SQL_AUDIT is a ring in memory with a row a request, inner ones too; under load it holds seconds. A look reads only the newest
// rows since the last one, grouped in the server, by a range of request ids (which the view finds without a scan), and what was missed is
// told from the ids. Waits come from the audit's own columns (longest event, queue, time between tries); V$ACTIVE_SESSION_HISTORY says the
// same once a second, is off by default on some versions, and costs a second statement.
// Inner SQL, executors' parts of a statement and DistDiag's own statements are left out.
// Thread: single (owner: the probe). Cost: on the server at most kServerShare of a core: a look that takes long reads fewer rows, and when
// that does not help, looks become rare, which is told.
#pragma once

#include "base/clock.h"
#include "collect/oceanbase/audit_rows.h"
#include "collect/oceanbase/view_reader.h"
#include "collect/slow_part.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

struct AuditPartOptions {
  std::string account;  // for GRANT
  std::string
      user;  // as we log in; its statements are left out, except root's, whom applications use too
  bool has_tenants = true;                            // the view has TENANT_ID
  base::Duration interval = std::chrono::seconds(5);  // between two looks
};

class AuditPart final : public SlowPart {
 public:
  // `clock` outlives it: what a look takes is measured.
  AuditPart(AuditPartOptions options, base::Clock& clock)
      : options_(std::move(options)), clock_(clock) {}
  std::string_view name() const override { return "statements"; }
  base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                 base::Duration limit) override;
  void Restarted() override;

  static constexpr double kServerShare = 0.01;

 private:
  base::Status FindTenants(ViewReader& reader, base::Timestamp now);
  base::Result<std::vector<AuditSlice>> FindSlices(ViewReader& reader);
  base::Result<std::vector<AuditGroup>> ReadGroups(ViewReader& reader,
                                                   const std::vector<AuditSlice>& slices);
  base::Status LearnTexts(ViewReader& reader, const std::vector<AuditGroup>& groups);
  base::Result<bool> IsSwitchedOff(ViewReader& reader);
  base::Result<std::string> WhyNothing(ViewReader& reader);
  base::Result<std::vector<StatementSums::Row>> ReadPlanCache(ViewReader& reader,
                                                              base::Timestamp now);
  base::Status TakeAudit(ViewReader& reader, base::Timestamp now, PartReading& reading);
  base::Status TakePlanCache(ViewReader& reader, base::Timestamp now, PartReading& reading);
  void Pace(base::Duration took, base::Timestamp now);
  std::string OfTenant(std::int64_t tenant) const;

  const AuditPartOptions options_;
  base::Clock& clock_;
  std::vector<std::int64_t> tenants_;
  base::Timestamp tenants_read_;
  std::string too_many_tenants_;
  AuditCursors cursors_;
  StatementTexts texts_;
  std::string why_no_audit_;  // empty = it is on; else the plan cache is read
  int empty_looks_ = 0;       // of the audit, one after the other
  StatementSums plan_sums_;
  base::Timestamp last_look_;  // of the source that is read now; epoch = none to compare with
  base::Timestamp not_before_;
  std::int64_t most_rows_ = 5000;
  std::int64_t rows_seen_ = 0;  // in this look
};

}  // namespace distdiag::collect
