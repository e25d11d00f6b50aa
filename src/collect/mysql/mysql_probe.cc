#include "collect/mysql/mysql_probe.h"

#include "collect/mysql/activity_part.h"
#include "collect/mysql/digest_part.h"
#include "collect/mysql/group_replication_part.h"
#include "collect/mysql/variables_part.h"
#include "collect/sql_cell.h"
#include "collect/statement_text.h"
#include "domain/metric_catalogue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

// A DDL's text is left away when less time than this is left.
constexpr base::Duration kLeastForText = std::chrono::milliseconds(20);

}  // namespace

MysqlProbe::MysqlProbe(MysqlProbeOptions options, base::Clock& clock)
    : MysqlProbe(options, clock, ServerSessions(options.endpoint, clock)) {}

MysqlProbe::MysqlProbe(MysqlProbeOptions options, base::Clock& clock, SessionOpener opener)
    : options_(std::move(options)),
      clock_(clock),
      open_(std::move(opener)),
      membership_(options_.node, options_.known_addresses),
      parts_(options_.node, options_.slow_part_limit, clock_) {}

base::Status MysqlProbe::Connect(base::Timestamp deadline) {
  auto session = open_(deadline - clock_.Now());
  if (!session) return std::move(session).error();
  // Which account the server took us for: what GRANT must name.
  const auto account =
      (*session)->Query("SELECT CURRENT_USER(), @@version_comment", deadline - clock_.Now());
  if (!account && (*session)->broken()) return account.error();
  // It speaks the same protocol, and answers SHOW GLOBAL STATUS with little that means anything.
  if (account && !account->rows.empty()) {
    const std::string_view product = TextAt(account->rows.front(), 1);
    if (product.find("OceanBase") != std::string_view::npos)
      return base::FailedPrecondition(fmt::format(
          "expected a MySQL or MariaDB server, found '{}': set database: oceanbase for it",
          product));
  }
  session_ = std::move(*session);
  continuity_ = Continuity::kReconnected;
  if (!may_resume_) rates_.Forget();
  may_resume_ = false;
  if (parts_.empty()) {
    MakeParts(account && !account->rows.empty()
                  ? AccountForGrant(account->rows.front().front().value_or(options_.endpoint.user))
                  : fmt::format("`{}`", options_.endpoint.user));
  }
  return base::OkStatus();
}

void MysqlProbe::MakeParts(const std::string& account) {
  parts_.Add(std::make_unique<VariablesPart>(), options_.variables_interval);
  parts_.Add(std::make_unique<ActivityPart>(account), options_.activity_interval);
  parts_.Add(std::make_unique<DigestPart>(account), options_.activity_interval);
  parts_.Add(std::make_unique<GroupReplicationPart>(account), options_.activity_interval);
}

base::Result<StatusAnswer> MysqlProbe::ReadStatus(base::Timestamp deadline, double& took_ms) {
  const base::Timestamp asked = clock_.Now();
  auto rows = session_->Query("SHOW GLOBAL STATUS", deadline - asked);
  const base::Timestamp answered = clock_.Now();
  if (!rows) return base::Fail(std::move(rows).error());
  took_ms = 1e3 * base::ToSeconds(answered - asked);
  return ParseStatus(rows->rows, answered);
}

base::Result<ProbeReading> MysqlProbe::Read(base::Timestamp deadline) {
  if (session_ == nullptr) RETURN_FAIL_IF_ERROR(Connect(deadline));
  double took_ms = 0;
  auto answer = ReadStatus(deadline, took_ms);
  if (!answer) {
    session_.reset();
    return base::Fail(std::move(answer).error());
  }
  StatusRates::Step step = rates_.Next(*answer, continuity_);
  continuity_ = Continuity::kSameConnection;
  ProbeReading reading{.time = answer->time,
                       .values = std::move(step.values),
                       .changes = {},
                       .limits = {},
                       .facts = {}};
  AddValue("d_probe_ms", took_ms, reading.values);
  TakeChanges(*answer, step.restarted, deadline, reading);
  if (session_ == nullptr) {
    parts_.CarryForward(reading);
  } else if (parts_.Read(*session_, deadline, reading) == SessionState::kGiveUp) {
    session_.reset();
    may_resume_ = true;
  }
  if (reading.facts.statements) has_digests_ = !reading.facts.statements->top.empty();
  return reading;
}

void MysqlProbe::TakeChanges(const StatusAnswer& answer, bool restarted, base::Timestamp deadline,
                             ProbeReading& reading) {
  if (restarted) {
    reading.changes.push_back(
        {.time = answer.time,
         .kind = domain::ChangeKind::kRestart,
         .node = options_.node,
         .description = fmt::format("{} was restarted {:.0f} s ago", options_.node,
                                    answer.facts.uptime_s.value_or(0))});
    schema_.Forget();
    parts_.Restarted();
  }
  if (const auto ddl = schema_.Next(answer.facts.schema_statements); !ddl.text.empty()) {
    reading.changes.push_back({.time = answer.time,
                               .kind = domain::ChangeKind::kDdl,
                               .node = options_.node,
                               .description = fmt::format("{} on this node{}", ddl.text,
                                                          DdlText(ddl.statements, deadline))});
  }
  auto members = membership_.Next(answer.facts, answer.time);
  std::move(members.begin(), members.end(), std::back_inserter(reading.changes));
  reading.limits = membership_.blind_spots();
}

// The newest DDL's own text where performance_schema has it: it names the table.
std::string MysqlProbe::DdlText(const std::vector<std::string_view>& statements,
                                base::Timestamp deadline) {
  const base::Duration left = deadline - clock_.Now();
  if (session_ == nullptr || left < kLeastForText || !has_digests_) return {};
  std::string kinds;
  for (const std::string_view statement : statements)
    kinds += fmt::format("{}DIGEST_TEXT LIKE '{} %'", kinds.empty() ? "" : " OR ", statement);
  const auto rows =
      session_->Query(fmt::format("SELECT LEFT(DIGEST_TEXT, 120)"
                                  " FROM performance_schema.events_statements_summary_by_digest"
                                  " WHERE LAST_SEEN >= NOW() - INTERVAL 5 SECOND AND ({})"
                                  " ORDER BY LAST_SEEN DESC LIMIT 1",
                                  kinds),
                      std::min(left, options_.slow_part_limit));
  if (session_->broken()) {
    session_.reset();
    may_resume_ = true;
  }
  if (!rows || rows->rows.empty() || !rows->rows.front().front()) return {};
  return fmt::format(": {}", NormaliseStatement(*rows->rows.front().front(), TextEnd::kCut));
}

}  // namespace distdiag::collect
