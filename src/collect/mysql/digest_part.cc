#include "collect/mysql/digest_part.h"

#include "collect/sql_cell.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr double kPicosecondsPerSecond = 1e12;
// The table's default size is 5000 to 10000 digests.
constexpr std::size_t kMostSums = 20000;

constexpr std::string_view kColumns =
    "COALESCE(SCHEMA_NAME, ''), DIGEST, COUNT_STAR, SUM_TIMER_WAIT, SUM_ROWS_EXAMINED";
constexpr std::string_view kTable = "performance_schema.events_statements_summary_by_digest";

}  // namespace

void DigestSums::Remember(const std::vector<SqlRow>& rows) {
  for (const SqlRow& row : rows) {
    std::string key = fmt::format("{}\n{}", TextAt(row, 0), TextAt(row, 1));
    if (sums_.size() >= kMostSums && !sums_.contains(key)) continue;
    sums_[std::move(key)] = {.calls = NumberAt(row, 2).value_or(0),
                             .picoseconds = NumberAt(row, 3).value_or(0),
                             .rows_examined = NumberAt(row, 4).value_or(0)};
  }
}

DigestSums::Change DigestSums::Next(const std::vector<SqlRow>& rows, double elapsed_s) {
  Change change;
  for (const SqlRow& row : rows) {
    const auto found = sums_.find(fmt::format("{}\n{}", TextAt(row, 0), TextAt(row, 1)));
    const bool is_new = NumberAt(row, 5).value_or(0) != 0;
    if (found == sums_.end() && !is_new) continue;
    const DigestSum before = found == sums_.end() ? DigestSum{} : found->second;
    const double calls = NumberAt(row, 2).value_or(0) - before.calls;
    const double seconds =
        (NumberAt(row, 3).value_or(0) - before.picoseconds) / kPicosecondsPerSecond;
    const double examined = NumberAt(row, 4).value_or(0) - before.rows_examined;
    if (calls <= 0 || seconds < 0 || examined < 0) continue;
    change.seconds_per_second += seconds / elapsed_s;
    change.calls_per_second += calls / elapsed_s;
    change.top.push_back({.digest = std::string(TextAt(row, 1)),
                          .schema = std::string(TextAt(row, 0)),
                          .text = std::string(TextAt(row, 6)),
                          .seconds_per_second = seconds / elapsed_s,
                          .calls_per_second = calls / elapsed_s,
                          .ms_per_call = 1e3 * seconds / calls,
                          .rows_per_call = examined / calls,
                          .plan = {},
                          .main_wait = {}});
  }
  Remember(rows);
  std::stable_sort(change.top.begin(), change.top.end(), [](const auto& a, const auto& b) {
    return a.seconds_per_second > b.seconds_per_second;
  });
  if (change.top.size() > kTop) change.top.resize(kTop);
  return change;
}

void DigestPart::Restarted() {
  sums_.Forget();
  last_look_ = {};
}

base::Result<PartReading> DigestPart::Refused(Session& session, base::Status failure) {
  if (session.broken()) return base::Fail(std::move(failure));
  PartReading reading;
  reading.is_offered = false;
  if (IsDenied(session.last_error())) {
    reading.limits.push_back(
        MissingRight("statement digests", "SELECT ON performance_schema.*", account_));
  }
  return reading;
}

base::Result<PartReading> DigestPart::Baseline(Session& session, base::Timestamp now,
                                               base::Duration limit) {
  auto enabled = session.Query("SELECT @@performance_schema", limit);
  if (!enabled) return Refused(session, enabled.error());
  PartReading reading;
  if (!enabled->rows.empty() && TextAt(enabled->rows.front(), 0) == "0") {
    reading.is_offered = false;
    reading.limits.emplace_back(
        "no statement digests: performance_schema is off; start the server with "
        "performance_schema=ON");
    return reading;
  }
  auto all = session.Query(fmt::format("SELECT {} FROM {} WHERE DIGEST IS NOT NULL LIMIT {}",
                                       kColumns, kTable, kMostSums),
                           limit);
  if (!all) return Refused(session, all.error());
  sums_.Remember(all->rows);
  last_look_ = now;
  return reading;
}

base::Result<PartReading> DigestPart::Read(Session& session, base::Timestamp now,
                                           base::Duration limit) {
  if (last_look_ == base::Timestamp{} || now <= last_look_) return Baseline(session, now, limit);
  const double elapsed_s = base::ToSeconds(now - last_look_);
  // Two seconds more: LAST_SEEN has whole seconds on MariaDB, and a row too many changes nothing.
  const double window_s = std::ceil(elapsed_s) + 2;
  auto ran = session.Query(
      fmt::format(
          "SELECT {}, FIRST_SEEN >= NOW() - INTERVAL {:.0f} SECOND, LEFT(DIGEST_TEXT, 300)"
          " FROM {} WHERE DIGEST IS NOT NULL AND LAST_SEEN >= NOW() - INTERVAL {:.0f} SECOND"
          " ORDER BY SUM_TIMER_WAIT DESC LIMIT 1000",
          kColumns, window_s, kTable, window_s),
      limit);
  if (!ran) return Refused(session, ran.error());
  DigestSums::Change change = sums_.Next(ran->rows, elapsed_s);
  PartReading reading;
  AddValue("d_statement_time", change.seconds_per_second, reading.values);
  if (change.calls_per_second > 0) {
    AddValue("d_statement_ms", 1e3 * change.seconds_per_second / change.calls_per_second,
             reading.values);
  }
  if (change.seconds_per_second > 0) {
    AddValue("d_top_statement_share",
             change.top.front().seconds_per_second / change.seconds_per_second, reading.values);
  }
  reading.facts.statements =
      domain::StatementSample{.from = last_look_,
                              .to = now,
                              .top = std::move(change.top),
                              .seconds_per_second = change.seconds_per_second,
                              .calls_per_second = change.calls_per_second};
  last_look_ = now;
  return reading;
}

}  // namespace distdiag::collect
