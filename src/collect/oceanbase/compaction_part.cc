#include "collect/oceanbase/compaction_part.h"

#include "collect/oceanbase/view_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr base::Duration kStateInterval = std::chrono::seconds(60);

domain::ChangeEvent MajorChange(std::int64_t tenant, const TenantNames& names,
                                domain::ChangePhase phase) {
  return {.time = {},
          .kind = domain::ChangeKind::kCompaction,
          .node = {},
          .description = fmt::format("major compaction of {} {}", TenantText(tenant, names),
                                     phase == domain::ChangePhase::kBegan ? "began" : "ended"),
          .phase = phase};
}

}  // namespace

MajorProgresses ParseMajorProgress(const std::vector<SqlRow>& rows) {
  MajorProgresses progresses;
  for (const SqlRow& row : rows) {
    const auto tenant = IntegerAt(row, 0);
    const auto version = NumberAt(row, 1);
    if (!tenant || !version) continue;
    auto& progress = progresses[*tenant];
    const double before = ParseNumber(progress.version).value_or(0);
    if (*version < before) continue;
    progress = {.version = std::string(TextAt(row, 1)), .is_running = TextAt(row, 2) != "FINISH"};
  }
  return progresses;
}

std::vector<domain::ChangeEvent> MajorChanges(const MajorProgresses& before,
                                              const MajorProgresses& now,
                                              const TenantNames& names) {
  std::vector<domain::ChangeEvent> changes;
  for (const auto& [tenant, progress] : now) {
    if (TenantKindOf(tenant) == domain::TenantKind::kMeta) continue;
    const auto old = before.find(tenant);
    const bool is_new = old == before.end() || old->second.version != progress.version;
    const bool was_running = old != before.end() && old->second.is_running;
    if (was_running && (is_new || !progress.is_running))
      changes.push_back(MajorChange(tenant, names, domain::ChangePhase::kEnded));
    if (!is_new) continue;
    changes.push_back(MajorChange(tenant, names, domain::ChangePhase::kBegan));
    // Short enough to have begun and ended between two looks.
    if (!progress.is_running)
      changes.push_back(MajorChange(tenant, names, domain::ChangePhase::kEnded));
  }
  return changes;
}

std::optional<double> MajorState(const std::vector<SqlRow>& rows) {
  std::optional<double> worst;
  for (const SqlRow& row : rows) {
    double state = TextAt(row, 0) == "IDLE" ? 0 : 1;
    if (TextAt(row, 2) == "YES") state = 2;
    if (TextAt(row, 1) == "YES") state = 3;
    worst = std::max(worst.value_or(0), state);
  }
  return worst;
}

base::Result<PartReading> CompactionPart::Read(Session& session, base::Timestamp now,
                                               base::Duration limit) {
  ViewReader reader(session, clock_.Now() + limit, account_, clock_);
  PartReading reading;
  ASSIGN_OR_RETURN(const auto tasks,
                   reader.Ask("COUNT(*)", "V$OB_TABLET_COMPACTION_PROGRESS",
                              "WHERE STATUS <> 'FINISH'", "number of running compactions"));
  if (tasks && !tasks->empty())
    AddValue("o_compactions", NumberAt(tasks->front(), 0), reading.values);
  ASSIGN_OR_RETURN(
      const auto majors,
      reader.Ask(has_tenants_ ? "TENANT_ID, COMPACTION_SCN, STATUS" : "1, COMPACTION_SCN, STATUS",
                 "V$OB_COMPACTION_PROGRESS", "WHERE TYPE = 'MAJOR_MERGE'",
                 "begin and end of major compactions"));
  if (majors) {
    MajorProgresses progresses = ParseMajorProgress(*majors);
    if (before_) reading.changes = MajorChanges(*before_, progresses, names_);
    before_ = std::move(progresses);
  }
  reading.limits = std::move(reader.missing());
  if (now - state_asked_ >= kStateInterval || !reading.changes.empty()) {
    state_asked_ = now;
    ViewReader state_reader(session, clock_.Now() + limit / 2, account_, clock_);
    ASSIGN_OR_RETURN(const auto state, state_reader.Ask("STATUS, IS_ERROR, IS_SUSPENDED",
                                                        has_tenants_ ? "CDB_OB_MAJOR_COMPACTION"
                                                                     : "DBA_OB_MAJOR_COMPACTION",
                                                        "", "state of the major compaction"));
    state_ = state ? MajorState(*state) : std::nullopt;
    state_limits_ = std::move(state_reader.missing());
  }
  AddValue("o_major_compaction", state_, reading.values);
  reading.limits.insert(reading.limits.end(), state_limits_.begin(), state_limits_.end());
  return reading;
}

}  // namespace distdiag::collect
