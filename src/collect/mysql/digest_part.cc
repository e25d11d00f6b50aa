#include "collect/mysql/digest_part.h"

#include "collect/sql_cell.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr double kPicosecondsPerSecond = 1e12;
constexpr std::string_view kColumns =
    "COALESCE(SCHEMA_NAME, ''), DIGEST, COUNT_STAR, SUM_TIMER_WAIT, SUM_ROWS_EXAMINED";
constexpr std::string_view kTable = "performance_schema.events_statements_summary_by_digest";

// Columns: kColumns, is new (1 = first seen since the last look), text; the last two only where something ran.
std::vector<StatementSums::Row> ParseSums(const std::vector<SqlRow>& rows) {
  std::vector<StatementSums::Row> sums;
  for (const SqlRow& row : rows) {
    sums.push_back({.sum = {.digest = std::string(TextAt(row, 1)),
                            .schema = std::string(TextAt(row, 0)),
                            .text = std::string(TextAt(row, 6)),
                            .plan = {},
                            .calls = NumberAt(row, 2).value_or(0),
                            .seconds = NumberAt(row, 3).value_or(0) / kPicosecondsPerSecond,
                            .rows = NumberAt(row, 4).value_or(0)},
                    .is_new = NumberAt(row, 5).value_or(0) != 0});
  }
  return sums;
}

}  // namespace

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
  auto all = session.Query(
      fmt::format("SELECT {} FROM {} WHERE DIGEST IS NOT NULL LIMIT 20000", kColumns, kTable),
      limit);
  if (!all) return Refused(session, all.error());
  sums_.Remember(ParseSums(all->rows));
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
  domain::StatementSample sample = sums_.Next(ParseSums(ran->rows)).Rank(last_look_, now);
  PartReading reading;
  AddValue("d_statement_time", sample.seconds_per_second, reading.values);
  if (sample.calls_per_second > 0) {
    AddValue("d_statement_ms", 1e3 * sample.seconds_per_second / sample.calls_per_second,
             reading.values);
  }
  if (sample.seconds_per_second > 0) {
    AddValue("d_top_statement_share",
             sample.top.front().seconds_per_second / sample.seconds_per_second, reading.values);
  }
  reading.facts.statements = std::move(sample);
  last_look_ = now;
  return reading;
}

}  // namespace distdiag::collect
