#include "collect/oceanbase/oceanbase_probe.h"

#include "collect/oceanbase/audit_part.h"
#include "collect/oceanbase/compaction_part.h"
#include "collect/oceanbase/disk_part.h"
#include "collect/oceanbase/events_part.h"
#include "collect/oceanbase/memory_part.h"
#include "collect/oceanbase/parameters_part.h"
#include "collect/oceanbase/role_part.h"
#include "collect/oceanbase/server_limit.h"
#include "collect/oceanbase/structure_part.h"
#include "collect/oceanbase/transactions_part.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

// What the account may not read is looked for again after this time: rights may be given later.
constexpr base::Duration kAskAgain = std::chrono::seconds(60);

}  // namespace

OceanBaseProbe::OceanBaseProbe(OceanBaseProbeOptions options, base::Clock& clock)
    : OceanBaseProbe(options, clock, ServerSessions(options.endpoint, clock)) {}

OceanBaseProbe::OceanBaseProbe(OceanBaseProbeOptions options, base::Clock& clock,
                               SessionOpener opener)
    : options_(std::move(options)),
      clock_(clock),
      open_(std::move(opener)),
      parts_(options_.node, options_.slow_part_limit, clock_) {}

// One line a part, in the order in which they are asked for the first time.
void OceanBaseProbe::MakeParts() {
  const std::string& account = capabilities_.account;
  const bool has_tenants = capabilities_.has_tenants;
  const auto add = [&](std::unique_ptr<SlowPart> part, int interval_s) {
    parts_.Add(std::move(part), base::FromSeconds(options_.part_pace * interval_s));
  };
  add(std::make_unique<RolePart>(options_.node, account), 2);
  add(std::make_unique<MemoryPart>(account, has_tenants, names_, clock_), 5);
  add(std::make_unique<TransactionsPart>(account, clock_), 5);
  add(std::make_unique<AuditPart>(
          AuditPartOptions{
              .account = account, .user = options_.endpoint.user, .has_tenants = has_tenants},
          clock_),
      5);
  add(std::make_unique<ParametersPart>(account, has_tenants, clock_), 10);
  add(std::make_unique<EventsPart>(account, has_tenants, names_, clock_), 10);
  add(std::make_unique<CompactionPart>(account, has_tenants, names_, clock_), 10);
  add(std::make_unique<DiskPart>(account, has_tenants, clock_), 30);
  add(std::make_unique<StructurePart>(
          StructureOptions{.node = options_.node, .watched = options_.watched, .account = account},
          clock_),
      60);
}

base::Status OceanBaseProbe::Connect(base::Timestamp deadline) {
  auto opened = open_(deadline - clock_.Now());
  if (!opened) return std::move(opened).error();
  std::unique_ptr<Session> session = std::move(*opened);
  auto found = DiscoverCapabilities(*session, deadline, clock_);
  if (!found) return std::move(found).error();
  auto access = FindStatAccess(*session, *found, deadline, clock_);
  if (!access) return std::move(access).error();
  const bool is_first = parts_.empty();
  if (is_first) {
    restarted_ = false;
  } else if (capabilities_.started_us != 0 && found->started_us != 0) {
    restarted_ = capabilities_.started_us != found->started_us;
  } else {
    restarted_.reset();
  }
  capabilities_ = std::move(*found);
  access_ = std::move(*access);
  session_ = std::move(session);
  if (!may_resume_ || restarted_ != false) rates_.Forget();
  may_resume_ = false;
  if (is_first) MakeParts();
  base::Status learnt = LearnTenants(deadline);
  if (!learnt.ok()) session_.reset();
  return learnt;
}

void OceanBaseProbe::GiveUp() {
  session_.reset();
  may_resume_ = true;
}

// A right that was taken away since the connection began is found out, and the rest is asked.
base::Result<StatAnswer> OceanBaseProbe::ReadStat(base::Timestamp deadline, double& took_ms) {
  for (bool is_second = false;; is_second = true) {
    const base::Timestamp asked = clock_.Now();
    auto rows = session_->Query(
        StatStatement(access_.sources, access_.absent, ServerLimit(deadline - asked)),
        deadline - asked);
    const base::Timestamp answered = clock_.Now();
    took_ms = 1e3 * base::ToSeconds(answered - asked);
    if (rows) return ParseStat(rows->rows, access_.sources, answered);
    const bool is_denied = !session_->broken() && IsDenied(session_->last_error());
    if (is_second || !is_denied) return base::Fail(std::move(rows).error());
    ASSIGN_OR_RETURN(access_, FindStatAccess(*session_, capabilities_, deadline, clock_));
  }
}

// Without names a tenant is called by its number.
base::Status OceanBaseProbe::LearnTenants(base::Timestamp deadline) {
  if (!capabilities_.has_tenants) {
    names_ = {{1, "sys"}};
    return base::OkStatus();
  }
  const base::Duration limit = std::min(deadline - clock_.Now(), options_.slow_part_limit);
  const auto answer = session_->Query(
      fmt::format("SELECT /*+ READ_CONSISTENCY(WEAK) QUERY_TIMEOUT({}) */ TENANT_ID, TENANT_NAME"
                  " FROM oceanbase.DBA_OB_TENANTS",
                  ServerLimit(limit).count()),
      limit);
  if (!answer) return session_->broken() ? answer.error() : base::OkStatus();
  for (const SqlRow& row : answer->rows) {
    if (const auto id = IntegerAt(row, 0)) names_[*id] = std::string(TextAt(row, 1));
  }
  return base::OkStatus();
}

base::Result<ProbeReading> OceanBaseProbe::Read(base::Timestamp deadline) {
  if (session_ == nullptr) RETURN_FAIL_IF_ERROR(Connect(deadline));
  double took_ms = 0;
  auto answer = ReadStat(deadline, took_ms);
  if (!answer) {
    // A server that gave up by itself (4012) is still there, and its counters go on.
    if (session_->broken()) session_.reset();
    return base::Fail(std::move(answer).error());
  }
  StatRates::Step step = rates_.Next(*answer, names_);
  ProbeReading reading{.time = answer->time,
                       .values = std::move(step.values),
                       .changes = {},
                       .limits = {},
                       .facts = {}};
  AddValue("o_probe_ms", took_ms, reading.values);
  reading.facts.tenants = std::move(step.tenants);
  if (restarted_.value_or(step.has_fallen)) TellRestart(reading);
  restarted_ = false;
  KeepUp(step, deadline);
  TellTenants(step, reading);
  reading.limits = access_.limits;
  if (answer->unreadable > 0)
    reading.limits.push_back(
        fmt::format("expected rows of numbers from the status views, found {} that are not",
                    answer->unreadable));
  if (session_ == nullptr) {
    parts_.CarryForward(reading);
  } else if (parts_.Read(*session_, deadline, reading) == SessionState::kGiveUp) {
    GiveUp();
  }
  return reading;
}

// Names of new tenants and rights that may have been given. What fails here is tried again.
void OceanBaseProbe::KeepUp(const StatRates::Step& step, base::Timestamp deadline) {
  if (!step.appeared.empty() && !LearnTenants(deadline).ok()) GiveUp();
  if (session_ == nullptr || access_.limits.empty() || clock_.Now() - access_.found < kAskAgain)
    return;
  auto access = FindStatAccess(*session_, capabilities_, deadline, clock_);
  if (access) {
    access_ = std::move(*access);
  } else if (session_->broken()) {
    GiveUp();
  }
}

void OceanBaseProbe::TellRestart(ProbeReading& reading) {
  reading.changes.push_back(
      {.time = reading.time,
       .kind = domain::ChangeKind::kRestart,
       .node = options_.node,
       .description = capabilities_.started_us == 0
                          ? fmt::format("{} was restarted", options_.node)
                          : fmt::format("{} was restarted {:.0f} s ago", options_.node,
                                        capabilities_.uptime_s)});
  parts_.Restarted();
}

void OceanBaseProbe::TellTenants(const StatRates::Step& step, ProbeReading& reading) const {
  const auto tell = [&](const std::vector<std::int64_t>& tenants, std::string_view what) {
    for (const std::int64_t tenant : tenants) {
      // A META tenant comes and goes with its user tenant.
      if (TenantKindOf(tenant) == domain::TenantKind::kMeta) continue;
      reading.changes.push_back(
          {.time = reading.time,
           .kind = domain::ChangeKind::kTenant,
           .node = options_.node,
           .description =
               fmt::format("{} {} on {}", TenantText(tenant, names_), what, options_.node)});
    }
  };
  tell(step.appeared, "appeared");
  tell(step.vanished, "is no longer");
}

}  // namespace distdiag::collect
