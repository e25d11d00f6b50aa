#include "collect/oceanbase/audit_part.h"

#include "collect/oceanbase/tenant_kind.h"
#include "sql/connection.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr std::string_view kAudit = "V$OB_SQL_AUDIT";
constexpr std::string_view kPlans = "V$OB_PLAN_CACHE_PLAN_STAT";
constexpr std::string_view kWhat = "statements (which ones explain a change)";

constexpr base::Duration kTenantsInterval = std::chrono::seconds(60);
constexpr base::Duration kLongestPause = std::chrono::seconds(60);
// One statement a tenant and look.
constexpr std::size_t kMostTenants = 10;
// Fewer tell nothing, more do not pay: their cost was measured at 1 to 4 us each.
constexpr std::int64_t kLeastRows = 500, kMostRows = 50'000;
// What is beyond them is missing in the totals.
constexpr int kMostGroups = 400, kMostTextsALook = 100, kMostPlans = 1000;
constexpr std::size_t kTextLength = 4000;  // characters

// Time of a statement that no step took: it waited for its next try. That is a row lock, or rarely a schema or a leader that moves.
constexpr std::string_view kBetweenTries =
    "SUM(IF(RETRY_CNT > 0, ELAPSED_TIME - NET_TIME - NET_WAIT_TIME - QUEUE_TIME - DECODE_TIME"
    " - GET_PLAN_TIME - EXECUTE_TIME, 0))";

}  // namespace

void AuditPart::Restarted() {
  cursors_.clear();
  tenants_.clear();
  tenants_read_ = {};
  why_no_audit_.clear();
  empty_looks_ = 0;
  plan_sums_.Forget();
  last_look_ = {};
}

std::string AuditPart::OfTenant(std::int64_t tenant) const {
  return options_.has_tenants ? fmt::format("TENANT_ID = {}", tenant) : "1 = 1";
}

// The users' tenants on this server; where there are none, sys.
base::Status AuditPart::FindTenants(ViewReader& reader, base::Timestamp now) {
  if (!tenants_.empty() && now - tenants_read_ < kTenantsInterval) return base::OkStatus();
  std::vector<std::int64_t> found;
  tenants_read_ = now;
  too_many_tenants_.clear();
  if (options_.has_tenants) {
    ASSIGN_OR_RETURN_STATUS(const auto rows,
                            reader.Ask("DISTINCT TENANT_ID", "V$OB_UNITS", "ORDER BY 1", kWhat));
    if (!rows) tenants_read_ = {};  // asked again, so that the reason stands
    for (const SqlRow& row : rows.value_or(std::vector<SqlRow>{})) {
      const auto tenant = static_cast<std::int64_t>(NumberAt(row, 0).value_or(0));
      if (TenantKindOf(tenant) == domain::TenantKind::kUser) found.push_back(tenant);
    }
  }
  if (found.empty()) found.push_back(1);
  if (found.size() > kMostTenants) {
    too_many_tenants_ = fmt::format(
        "statements of {} of {} tenants only: so many are looked at, those with the smallest "
        "numbers",
        kMostTenants, found.size());
    found.resize(kMostTenants);
  }
  tenants_ = std::move(found);
  return base::OkStatus();
}

base::Result<std::vector<AuditSlice>> AuditPart::FindSlices(ViewReader& reader) {
  std::vector<SqlRow> ends;
  for (const std::int64_t tenant : tenants_) {
    // Each end for itself is one row of the view's index; both in one SELECT are a scan.
    const auto end = [&](std::string_view which) {
      return fmt::format("(SELECT {}(REQUEST_ID) FROM oceanbase.{} WHERE {})", which, kAudit,
                         OfTenant(tenant));
    };
    ASSIGN_OR_RETURN(const auto rows,
                     reader.Ask(fmt::format("{}, {}, {}", tenant, end("MIN"), end("MAX")), kAudit,
                                "LIMIT 1", kWhat));
    if (!rows) return std::vector<AuditSlice>{};
    ends.push_back(rows->empty() ? SqlRow{std::to_string(tenant), std::nullopt, std::nullopt}
                                 : rows->front());
  }
  return NextSlices(ends, most_rows_, cursors_);
}

base::Result<std::vector<AuditGroup>> AuditPart::ReadGroups(ViewReader& reader,
                                                            const std::vector<AuditSlice>& slices) {
  const std::string not_ours = options_.user == "root"
                                   ? std::string()
                                   : fmt::format("AND USER_NAME <> {}", sql::Quoted(options_.user));
  std::vector<SqlRow> all;
  for (const AuditSlice& slice : slices) {
    ASSIGN_OR_RETURN(
        auto rows,
        reader.Ask(
            fmt::format("{}, SQL_ID, DB_NAME, PLAN_HASH, EVENT, COUNT(*), SUM(ELAPSED_TIME),"
                        " SUM(MEMSTORE_READ_ROW_COUNT + SSSTORE_READ_ROW_COUNT),"
                        " SUM(TOTAL_WAIT_TIME_MICRO), SUM(QUEUE_TIME), {}, MAX(REQUEST_ID)",
                        slice.tenant, kBetweenTries),
            kAudit,
            fmt::format("WHERE {} AND REQUEST_ID > {} AND REQUEST_ID <= {}"
                        " AND IS_INNER_SQL = 0 AND IS_EXECUTOR_RPC = 0"
                        " AND SID <> CONNECTION_ID() {}"
                        " GROUP BY SQL_ID, DB_NAME, PLAN_HASH, EVENT"
                        " ORDER BY SUM(ELAPSED_TIME) DESC LIMIT {}",
                        OfTenant(slice.tenant), slice.after, slice.upto, not_ours, kMostGroups),
            kWhat));
    if (rows) std::move(rows->begin(), rows->end(), std::back_inserter(all));
  }
  return ParseGroups(all, slices);
}

// By request id, which finds its row at once. What was emptied from the ring meanwhile gets its text at a later look.
base::Status AuditPart::LearnTexts(ViewReader& reader, const std::vector<AuditGroup>& groups) {
  std::set<std::string> wanted;
  std::map<std::int64_t, std::string> requests;  // by tenant
  for (const AuditGroup& group : groups) {
    if (wanted.size() >= kMostTextsALook) break;
    if (texts_.Knows(group.part.digest) || !wanted.insert(group.part.digest).second) continue;
    std::string& list = requests[group.tenant];
    list += fmt::format("{}{}", list.empty() ? "" : ", ", group.request);
  }
  for (const auto& [tenant, list] : requests) {
    ASSIGN_OR_RETURN_STATUS(
        const auto rows,
        reader.Ask(fmt::format("SQL_ID, LEFT(QUERY_SQL, {}), CHAR_LENGTH(QUERY_SQL)", kTextLength),
                   kAudit, fmt::format("WHERE {} AND REQUEST_ID IN ({})", OfTenant(tenant), list),
                   kWhat));
    for (const SqlRow& row : rows.value_or(std::vector<SqlRow>{})) {
      texts_.Learn(std::string(TextAt(row, 0)), std::string(TextAt(row, 1)),
                   NumberAt(row, 2).value_or(kTextLength) < kTextLength);
    }
  }
  return base::OkStatus();
}

base::Result<bool> AuditPart::IsSwitchedOff(ViewReader& reader) {
  ASSIGN_OR_RETURN(const auto rows,
                   reader.Ask("VALUE", "V$OB_PARAMETERS", "WHERE NAME = 'enable_sql_audit'",
                              "reason why the SQL audit has nothing new"));
  const std::string_view value =
      rows && !rows->empty() ? TextAt(rows->front(), 0) : std::string_view();
  return value == "False" || value == "false" || value == "0";
}

// No request is new. Empty = nobody asked for anything.
base::Result<std::string> AuditPart::WhyNothing(ViewReader& reader) {
  ASSIGN_OR_RETURN(const bool is_off, IsSwitchedOff(reader));
  if (is_off) {
    return "statements without waits and only while their plans are cached: the SQL audit is off; "
           "run: ALTER SYSTEM SET enable_sql_audit = True";
  }
  // Of a single tenant our own statements would be there.
  if (!options_.has_tenants) {
    return "statements without waits and only while their plans are cached: the SQL audit keeps "
           "nothing; run: SET GLOBAL ob_sql_audit_percentage = 3";
  }
  return std::string();
}

base::Status AuditPart::TakeAudit(ViewReader& reader, base::Timestamp now, PartReading& reading) {
  const std::size_t missing = reader.missing().size();
  const AuditCursors cursors = cursors_;
  ASSIGN_OR_RETURN_STATUS(const std::vector<AuditSlice> slices, FindSlices(reader));
  if (reader.missing().size() > missing) {
    reading.is_offered = false;
    last_look_ = {};
    return base::OkStatus();
  }
  const base::Timestamp before = std::exchange(last_look_, now);
  if (before == base::Timestamp{} || now <= before) return base::OkStatus();
  if (slices.empty() && cursors_ != cursors) return base::OkStatus();  // begun anew
  empty_looks_ = slices.empty() ? empty_looks_ + 1 : 0;
  // Once: it may just have been emptied, as the kernel does when it is full.
  if (empty_looks_ == 1) {
    last_look_ = before;
    return base::OkStatus();
  }
  if (slices.empty()) {
    ASSIGN_OR_RETURN_STATUS(why_no_audit_, WhyNothing(reader));
    if (!why_no_audit_.empty()) last_look_ = {};
    return base::OkStatus();
  }
  ASSIGN_OR_RETURN_STATUS(std::vector<AuditGroup> groups, ReadGroups(reader, slices));
  if (reader.missing().size() > missing) return base::OkStatus();
  RETURN_IF_ERROR(LearnTexts(reader, groups));
  StatementTotals totals;
  for (AuditGroup& group : groups) {
    texts_.Name(group.part);
    totals.Add(group.part);
  }
  double seen = 0, all = 0;
  for (const AuditSlice& slice : slices) {
    seen += static_cast<double>(slice.seen());
    all += static_cast<double>(slice.since);
  }
  rows_seen_ = static_cast<std::int64_t>(seen);
  reading.facts.statements = totals.Rank(before, now);
  reading.facts.statements->seen_share = seen / all;
  return base::OkStatus();
}

base::Result<std::vector<StatementSums::Row>> AuditPart::ReadPlanCache(ViewReader& reader,
                                                                       base::Timestamp now) {
  // The first look takes all sums; later ones what ran since, and two seconds more.
  const double window_s =
      last_look_ == base::Timestamp{} ? 0 : base::ToSeconds(now - last_look_) + 2;
  std::string tenants;
  for (const std::int64_t tenant : tenants_)
    tenants += fmt::format("{}{}", tenants.empty() ? "" : " OR ", OfTenant(tenant));
  ASSIGN_OR_RETURN(
      const auto rows,
      reader.Ask(
          fmt::format("SQL_ID, PLAN_HASH, SUM(EXECUTIONS), SUM(ELAPSED_TIME),"
                      " MIN(FIRST_LOAD_TIME) >= NOW(6) - INTERVAL {:.0f} SECOND,"
                      " MAX(LEFT(STATEMENT, {}))",
                      window_s, kTextLength),
          kPlans,
          // Database 201001 is `oceanbase`: inner SQL, and ours, which names the views where another database is chosen.
          fmt::format("WHERE ({}) AND DB_ID <> 201001 AND SQL_ID <> ''"
                      " AND STATEMENT NOT LIKE '%oceanbase.V$OB\\_%' {}"
                      " GROUP BY SQL_ID, PLAN_HASH ORDER BY SUM(ELAPSED_TIME) DESC LIMIT {}",
                      tenants,
                      window_s == 0
                          ? std::string()
                          : fmt::format("AND LAST_ACTIVE_TIME >= NOW(6) - INTERVAL {:.0f} SECOND",
                                        window_s),
                      kMostPlans),
          kWhat));
  std::vector<StatementSums::Row> sums;
  for (const SqlRow& row : rows.value_or(std::vector<SqlRow>{})) {
    sums.push_back({.sum = {.digest = std::string(TextAt(row, 0)),
                            .schema = {},
                            .text = std::string(TextAt(row, 5)),
                            .plan = std::string(TextAt(row, 1)),
                            .calls = NumberAt(row, 2).value_or(0),
                            .seconds = NumberAt(row, 3).value_or(0) / 1e6},
                    .is_new = window_s > 0 && NumberAt(row, 4).value_or(0) != 0});
  }
  return sums;
}

base::Status AuditPart::TakePlanCache(ViewReader& reader, base::Timestamp now,
                                      PartReading& reading) {
  const std::size_t missing = reader.missing().size();
  ASSIGN_OR_RETURN_STATUS(const auto rows, ReadPlanCache(reader, now));
  if (reader.missing().size() > missing) {
    last_look_ = {};
    return base::OkStatus();
  }
  const base::Timestamp before = std::exchange(last_look_, now);
  if (before == base::Timestamp{} || now <= before) {
    plan_sums_.Forget();
    plan_sums_.Remember(rows);
  } else {
    reading.facts.statements = plan_sums_.Next(rows).Rank(before, now);
  }
  return base::OkStatus();
}

// Time of the answer stands for the server's CPU: it is never less.
void AuditPart::Pace(base::Duration took, base::Timestamp now) {
  const double budget_s = kServerShare * base::ToSeconds(options_.interval);
  const double took_s = base::ToSeconds(took);
  const double change = took_s > budget_s                                   ? budget_s / took_s
                        : took_s < budget_s / 2 && rows_seen_ >= most_rows_ ? 1.5
                                                                            : 1;
  most_rows_ = std::clamp(static_cast<std::int64_t>(static_cast<double>(most_rows_) * change),
                          kLeastRows, kMostRows);
  const auto pause = std::chrono::duration_cast<base::Duration>(took / kServerShare);
  not_before_ = now + std::min(pause, kLongestPause);
}

base::Result<PartReading> AuditPart::Read(Session& session, base::Timestamp now,
                                          base::Duration limit) {
  PartReading reading;
  const auto pause_s = base::ToSeconds(not_before_ - now);
  if (pause_s > 0) {
    if (!why_no_audit_.empty()) reading.limits.push_back(why_no_audit_);
    if (not_before_ - now > options_.interval) {
      reading.limits.push_back(fmt::format(
          "statements are looked at again in {:.0f} s only: the last look took the server long",
          pause_s));
    }
    return reading;
  }
  const base::Timestamp began = clock_.Now();
  rows_seen_ = 0;
  ViewReader reader(session, began + limit, options_.account, clock_);
  RETURN_FAIL_IF_ERROR(FindTenants(reader, now));
  if (!why_no_audit_.empty()) {
    // Whether it is on again shows in its ring; but the kernel may add requests for a while after it was switched off.
    ASSIGN_OR_RETURN(const std::vector<AuditSlice> slices, FindSlices(reader));
    bool is_off = slices.empty();
    if (!is_off) {
      ASSIGN_OR_RETURN(is_off, IsSwitchedOff(reader));
    }
    if (!is_off) {
      why_no_audit_.clear();
      last_look_ = {};
    }
  }
  if (why_no_audit_.empty()) RETURN_FAIL_IF_ERROR(TakeAudit(reader, now, reading));
  if (!why_no_audit_.empty()) {
    RETURN_FAIL_IF_ERROR(TakePlanCache(reader, now, reading));
    reading.limits.push_back(why_no_audit_);
  }
  std::move(reader.missing().begin(), reader.missing().end(), std::back_inserter(reading.limits));
  if (!too_many_tenants_.empty()) reading.limits.push_back(too_many_tenants_);
  Pace(clock_.Now() - began, now);
  return reading;
}

}  // namespace distdiag::collect
