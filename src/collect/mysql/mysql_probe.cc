#include "collect/mysql/mysql_probe.h"

#include "collect/mysql/activity_part.h"
#include "collect/mysql/group_replication_part.h"
#include "collect/mysql/variables_part.h"
#include "domain/metric_catalogue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

// A slow part is left for the next reading when less than this is left; the status goes first.
constexpr base::Duration kLeastForSlowPart = std::chrono::milliseconds(20);
// What the server does not offer, or does not allow, is asked for again after this time: rights may be given later.
constexpr base::Duration kAskAgain = std::chrono::seconds(60);

class ServerSession final : public Session {
 public:
  explicit ServerSession(std::unique_ptr<sql::Connection> connection)
      : connection_(std::move(connection)) {}
  base::Result<sql::ResultSet> Query(std::string_view statement, base::Duration limit) override {
    return connection_->Query(statement, limit);
  }
  unsigned last_error() const override { return connection_->last_error(); }
  bool broken() const override { return connection_->broken(); }

 private:
  std::unique_ptr<sql::Connection> connection_;
};

SessionOpener OpenerFor(const sql::Endpoint& endpoint, base::Clock& clock) {
  return [endpoint, &clock](base::Duration limit) -> base::Result<std::unique_ptr<Session>> {
    ASSIGN_OR_RETURN(auto connection, sql::Connection::Open(endpoint, limit, clock));
    return std::make_unique<ServerSession>(std::move(connection));
  };
}

}  // namespace

MysqlProbe::MysqlProbe(MysqlProbeOptions options, base::Clock& clock)
    : MysqlProbe(options, clock, OpenerFor(options.endpoint, clock)) {}

MysqlProbe::MysqlProbe(MysqlProbeOptions options, base::Clock& clock, SessionOpener opener)
    : options_(std::move(options)),
      clock_(clock),
      open_(std::move(opener)),
      membership_(options_.node, options_.known_addresses) {}

const std::vector<StatementTime>& MysqlProbe::TopStatements() const {
  return digests_ == nullptr ? no_statements_ : digests_->top();
}

base::Status MysqlProbe::Connect(base::Timestamp deadline) {
  auto session = open_(deadline - clock_.Now());
  if (!session) return std::move(session).error();
  // Which account the server took us for: what GRANT must name.
  const auto account = (*session)->Query("SELECT CURRENT_USER()", deadline - clock_.Now());
  if (!account && (*session)->broken()) return account.error();
  session_ = std::move(*session);
  continuity_ = Continuity::kReconnected;
  if (!may_resume_) rates_.Forget();
  may_resume_ = false;
  if (slots_.empty()) {
    MakeParts(account && !account->rows.empty()
                  ? AccountForGrant(account->rows.front().front().value_or(options_.endpoint.user))
                  : fmt::format("`{}`", options_.endpoint.user));
  }
  return base::OkStatus();
}

void MysqlProbe::MakeParts(const std::string& account) {
  const auto add = [this](std::unique_ptr<SlowPart> part, base::Duration interval) {
    slots_.push_back({.part = std::move(part),
                      .interval = interval,
                      .due = {},
                      .read = {},
                      .values = {},
                      .limits = {}});
  };
  add(std::make_unique<VariablesPart>(), options_.variables_interval);
  add(std::make_unique<ActivityPart>(account), options_.activity_interval);
  auto digests = std::make_unique<DigestPart>(account);
  digests_ = digests.get();
  add(std::move(digests), options_.activity_interval);
  add(std::make_unique<GroupReplicationPart>(account), options_.activity_interval);
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
  ProbeReading reading{
      .time = answer->time, .values = std::move(step.values), .changes = {}, .limits = {}};
  AddValue("d_probe_ms", took_ms, reading.values);
  TakeChanges(*answer, step.restarted, deadline, reading);
  ReadDuePart(deadline, reading);
  CarryForward(reading);
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
    for (Slot& slot : slots_) {
      slot.part->Restarted();
      slot.values.clear();
      slot.due = {};
    }
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
  if (session_ == nullptr || left < kLeastForSlowPart || TopStatements().empty()) return {};
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
  return fmt::format(": {}", *rows->rows.front().front());
}

void MysqlProbe::ReadDuePart(base::Timestamp deadline, ProbeReading& reading) {
  const base::Timestamp now = clock_.Now();
  const base::Duration left = std::min(deadline - now, options_.slow_part_limit);
  if (session_ == nullptr || left < kLeastForSlowPart) return;
  const auto next = std::min_element(slots_.begin(), slots_.end(),
                                     [](const Slot& a, const Slot& b) { return a.due < b.due; });
  if (next == slots_.end() || next->due > now) return;
  next->due = now + next->interval;
  auto part = next->part->Read(*session_, now, left);
  if (!part) {
    // The status of this reading is good: only the connection is given up, between two answers.
    next->limits = {fmt::format("{}: {}", next->part->name(), part.error().message())};
    session_.reset();
    may_resume_ = true;
    next->due = now + kAskAgain;
    return;
  }
  if (!part->is_offered) next->due = now + kAskAgain;
  next->read = now;
  next->values = std::move(part->values);
  next->limits = std::move(part->limits);
  for (domain::ChangeEvent& change : part->changes) {
    change.time = now;
    change.node = options_.node;
    reading.changes.push_back(std::move(change));
  }
}

void MysqlProbe::CarryForward(ProbeReading& reading) const {
  for (const Slot& slot : slots_) {
    reading.limits.insert(reading.limits.end(), slot.limits.begin(), slot.limits.end());
    if (reading.time - slot.read > 2 * slot.interval) continue;
    reading.values.insert(reading.values.end(), slot.values.begin(), slot.values.end());
  }
}

}  // namespace distdiag::collect
