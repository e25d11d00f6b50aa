#include "engine/drill/drill_runner.h"

#include "base/executor.h"
#include "base/logging.h"
#include "engine/drill/drill_suites.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

constexpr double kShortestSeconds = 5;
constexpr double kLongestSeconds = 600;
constexpr int kLastAttempts = 5;

std::string FaultText(const domain::Drill& drill) {
  std::vector<std::string> texts;
  for (const domain::DrillFault& fault : drill.faults)
    texts.push_back(
        fmt::format("{} on {}", fault.kind, fault.node.empty() ? "the cluster" : fault.node));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::vector<std::string> Lines(const std::vector<inject::Step>& steps) {
  std::vector<std::string> lines;
  lines.reserve(steps.size());
  for (const inject::Step& step : steps) lines.push_back(inject::Describe(step));
  return lines;
}

inject::FaultSpec SpecOf(const domain::DrillFault& fault) {
  return {.kind = fault.kind, .node = fault.node, .number = fault.number};
}

}  // namespace

DrillRunner::DrillRunner(Deps deps, domain::Topology topology, DrillPacing pacing)
    : deps_(deps), topology_(std::move(topology)), pacing_(pacing) {}

DrillRunner::~DrillRunner() { Stop(); }

void DrillRunner::Launch() {
  thread_ = std::jthread([this] { Run(); });
}

void DrillRunner::Stop() {
  stop_.Request();
  if (thread_.joinable()) thread_.join();
}

void DrillRunner::NoteTick(base::Timestamp time, const TickOutcome& outcome,
                           const incident::IncidentTracker& tracker) {
  const std::vector<domain::Incident> open = tracker.OpenIncidents();
  base::MutexLock lock(mutex_);
  const bool calm = outcome.scores.ready && open.empty() && !tracker.has_pending();
  calm_ticks_ = calm ? calm_ticks_ + 1 : 0;
  if (judge_) judge_->NoteTick(time, outcome.events, open);
}

std::vector<domain::ChangeEvent> DrillRunner::TakeChanges() {
  base::MutexLock lock(mutex_);
  return std::exchange(changes_, {});
}

std::vector<inject::FaultKind> DrillRunner::Kinds() const {
  return deps_.injector.driver().Kinds();
}

std::vector<std::string> DrillRunner::Targets() const { return deps_.injector.driver().Targets(); }

std::vector<serve::DrillSuite> DrillRunner::Suites() const {
  std::vector<serve::DrillSuite> suites;
  for (const SuiteInfo& suite : AllSuites())
    suites.push_back({.name = std::string(suite.name),
                      .description = std::string(suite.description),
                      .drills = FitToGround(suite.drills, Kinds()).size()});
  return suites;
}

base::Result<domain::DrillFault> DrillRunner::Complete(const inject::FaultSpec& spec) const {
  const auto kinds = Kinds();
  const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                 [&](const auto& one) { return one.name == spec.kind; });
  if (kind == kinds.end())
    return base::Fail(base::InvalidArgument(
        fmt::format("kind: expected a fault of /api/v1/faults, found \"{}\"", spec.kind)));
  return domain::DrillFault{.kind = spec.kind,
                            .node = spec.node,
                            .number = spec.number == 0 ? kind->medium : spec.number,
                            .problem = kind->problem};
}

base::Result<std::vector<domain::Drill>> DrillRunner::DrillsOf(
    const serve::DrillRequest& request) const {
  std::vector<SuiteDrill> wanted;
  if (!request.suite.empty()) {
    const SuiteInfo* suite = FindSuite(request.suite);
    if (suite == nullptr)
      return base::Fail(base::InvalidArgument(
          fmt::format("suite: expected one of {}, found \"{}\"", SuiteNames(), request.suite)));
    wanted = FitToGround(suite->drills, Kinds());
    if (wanted.empty())
      return base::Fail(
          base::FailedPrecondition("suite: none of its faults can be made in this lab"));
  } else {
    wanted.push_back({.faults = request.faults, .duration_s = request.duration_s});
  }
  const base::Timestamp now = deps_.clock.Now();
  std::vector<domain::Drill> drills;
  for (const SuiteDrill& one : wanted) {
    domain::Drill drill;
    drill.suite = request.suite;
    drill.cluster = topology_.cluster;
    drill.duration_s = one.duration_s;
    drill.created = now;
    drill.run = fmt::format("{}-{}", request.suite.empty() ? "single" : request.suite,
                            base::ToRfc3339(now));
    if (one.faults.empty())
      return base::Fail(base::InvalidArgument("faults: expected at least one, found none"));
    if (!(one.duration_s >= kShortestSeconds && one.duration_s <= kLongestSeconds))
      return base::Fail(
          base::InvalidArgument(fmt::format("duration_s: expected {} to {}, found {}",
                                            kShortestSeconds, kLongestSeconds, one.duration_s)));
    for (const inject::FaultSpec& spec : one.faults) {
      ASSIGN_OR_RETURN(domain::DrillFault fault, Complete(spec));
      drill.faults.push_back(std::move(fault));
    }
    drills.push_back(std::move(drill));
  }
  return drills;
}

base::Result<std::vector<serve::PlannedFault>> DrillRunner::Plan(
    const serve::DrillRequest& request) {
  ASSIGN_OR_RETURN(const auto drills, DrillsOf(request));
  {
    base::MutexLock lock(mutex_);
    // A node that hangs makes a plan slow; one request may wait for it, not all of the server's threads.
    if (starting_)
      return base::Fail(base::FailedPrecondition(
          "expected one plan at a time, found another that is being made: try again"));
    starting_ = true;
  }
  auto planned = PlanAll(drills);
  base::MutexLock lock(mutex_);
  starting_ = false;
  return planned;
}

base::Result<std::vector<serve::PlannedFault>> DrillRunner::PlanAll(
    const std::vector<domain::Drill>& drills) {
  std::vector<serve::PlannedFault> planned;
  for (const domain::Drill& drill : drills) {
    for (const domain::DrillFault& fault : drill.faults) {
      const inject::FaultSpec spec = SpecOf(fault);
      ASSIGN_OR_RETURN(const inject::JournalEntry entry,
                       deps_.injector.DryRun(spec, base::FromSeconds(drill.duration_s)));
      planned.push_back({.spec = spec,
                         .prepare = Lines(entry.plan.prepare),
                         .start = Lines(entry.plan.start),
                         .stop = Lines(entry.plan.stop),
                         .restore = Lines(entry.plan.restore)});
    }
  }
  return planned;
}

base::Result<std::vector<domain::Drill>> DrillRunner::Start(const serve::DrillRequest& request) {
  ASSIGN_OR_RETURN(auto drills, DrillsOf(request));
  {
    base::MutexLock lock(mutex_);
    if (judge_ || !queue_.empty() || starting_)
      return base::Fail(base::FailedPrecondition(
          "expected no other drill, found one that runs or waits: let it end or cancel it"));
    starting_ = true;
    cancelled_ = false;
  }
  auto stored = CheckAndStore(request, std::move(drills));
  base::MutexLock lock(mutex_);
  starting_ = false;
  if (stored) queue_.insert(queue_.end(), stored->begin(), stored->end());
  return stored;
}

base::Result<std::vector<domain::Drill>> DrillRunner::CheckAndStore(
    const serve::DrillRequest& request, std::vector<domain::Drill> drills) {
  // Refused now rather than minutes later: unknown node, number out of bounds, kernel without the means.
  if (request.suite.empty()) {
    for (const domain::DrillFault& fault : drills.front().faults) {
      ASSIGN_OR_RETURN([[maybe_unused]] const inject::JournalEntry entry,
                       deps_.injector.DryRun(SpecOf(fault), base::FromSeconds(request.duration_s)));
    }
  }
  return deps_.drills.Add(std::move(drills));
}

base::Status DrillRunner::Cancel(std::int64_t id) {
  base::MutexLock lock(mutex_);
  const bool runs = judge_ && judge_->drill().id == id;
  const bool waits = std::any_of(queue_.begin(), queue_.end(),
                                 [&](const domain::Drill& drill) { return drill.id == id; });
  if (!runs && !waits)
    return base::NotFound(fmt::format("drill {}: expected one that runs or waits", id));
  cancelled_ = true;  // the thread drops the rest of the queue
  return base::OkStatus();
}

std::vector<domain::Drill> DrillRunner::Current() const {
  base::MutexLock lock(mutex_);
  std::vector<domain::Drill> drills;
  if (judge_) drills.push_back(judge_->drill());
  drills.insert(drills.end(), queue_.begin(), queue_.end());
  return drills;
}

void DrillRunner::Run() {
  base::NameThisThread("dd-drill");
  for (const std::string& id : deps_.injector.UndoLeftovers(true))
    base::Log(base::LogLevel::kWarning, "leftover_fault_undone", {{"fault", id}});
  CloseUnfinished();
  while (deps_.clock.SleepUntil(deps_.clock.Now() + pacing_.look_every, stop_)) {
    std::optional<domain::Drill> next;
    {
      base::MutexLock lock(mutex_);
      if (!queue_.empty()) {
        next = std::move(queue_.front());
        queue_.pop_front();
        judge_.emplace(*next, topology_);
      }
    }
    if (!next) continue;
    RunOne(*next);
    base::MutexLock lock(mutex_);
    judge_.reset();
  }
  DropQueue("DistDiag was stopped before its turn");
}

void DrillRunner::CloseUnfinished() {
  auto unfinished = deps_.drills.Unfinished();
  if (!unfinished) {
    base::Log(base::LogLevel::kError, "drills_not_read", {{"error", unfinished.error().message()}});
    return;
  }
  for (domain::Drill& drill : *unfinished) {
    drill.phase = domain::DrillPhase::kFailed;
    drill.message = "DistDiag ended before the drill did";
    StoreAndTell(drill);
  }
}

void DrillRunner::DropQueue(const std::string& why) {
  std::deque<domain::Drill> dropped;
  {
    base::MutexLock lock(mutex_);
    dropped.swap(queue_);
  }
  for (domain::Drill& one : dropped) {
    one.phase = domain::DrillPhase::kCancelled;
    one.message = why;
    StoreAndTell(one);
  }
}

bool DrillRunner::StoreAndTell(const domain::Drill& drill) {
  const base::Status stored = deps_.drills.Update(drill);
  if (!stored.ok())
    base::Log(base::LogLevel::kError, "drill_not_stored", {{"error", stored.message()}});
  deps_.feed.PublishDrill(std::make_shared<const domain::Drill>(drill));
  return stored.ok();
}

void DrillRunner::RunOne(const domain::Drill& drill) {
  told_version_ = 0;
  std::vector<std::string> fault_ids;
  base::Status stopped = AwaitCalm();
  if (stopped.ok()) stopped = Inject(drill, fault_ids);
  if (stopped.ok()) stopped = Hold(drill);
  // Whatever happened: what was begun is undone.
  if (base::Status undone = Undo(fault_ids); !undone.ok()) stopped = std::move(undone);
  bool was_at_work = false;
  {
    base::MutexLock lock(mutex_);
    was_at_work = judge_->drill().injected.has_value();
    if (was_at_work) judge_->Undone(deps_.clock.Now());
  }
  if (was_at_work) NoteFault(domain::ChangeKind::kFaultRemoved, drill);
  if (stopped.ok()) stopped = AwaitRecovery();
  {
    base::MutexLock lock(mutex_);
    if (stopped.ok()) {
      judge_->Close();
    } else {
      judge_->Fail(stopped.code() == base::StatusCode::kCancelled ? domain::DrillPhase::kCancelled
                                                                  : domain::DrillPhase::kFailed,
                   stopped.message());
    }
  }
  // The last word must not be lost to a disk that is full for a moment.
  for (int attempt = 0; attempt < kLastAttempts && !Tell(); ++attempt)
    deps_.clock.SleepUntil(deps_.clock.Now() + std::chrono::seconds(1), stop_);
  bool given_up = false;
  {
    base::MutexLock lock(mutex_);
    given_up = std::exchange(cancelled_, false);
  }
  if (given_up) DropQueue("cancelled before its turn");
}

base::Status DrillRunner::Interrupted() const {
  if (stop_.requested()) return base::Cancelled("DistDiag was stopped");
  base::MutexLock lock(mutex_);
  return cancelled_ ? base::Cancelled("cancelled by a person") : base::OkStatus();
}

bool DrillRunner::Look() {
  const bool goes_on = deps_.clock.SleepUntil(deps_.clock.Now() + pacing_.look_every, stop_);
  Tell();
  return goes_on && Interrupted().ok();
}

bool DrillRunner::Tell() {
  std::optional<domain::Drill> changed;
  std::uint64_t version = 0;
  {
    base::MutexLock lock(mutex_);
    version = judge_->version();
    if (version == told_version_) return true;
    changed = judge_->drill();
  }
  if (!StoreAndTell(*changed)) return false;
  told_version_ = version;
  return true;
}

base::Status DrillRunner::AwaitCalm() {
  const base::Timestamp give_up = deps_.clock.Now() + pacing_.calm_within;
  while (Look()) {
    {
      base::MutexLock lock(mutex_);
      if (calm_ticks_ >= pacing_.calm_ticks) return base::OkStatus();
    }
    if (deps_.clock.Now() >= give_up)
      return base::FailedPrecondition(
          fmt::format("expected {} calm ticks in a row within {:.0f} s, found none: an incident is "
                      "open, or the cluster is still being learned",
                      pacing_.calm_ticks, base::ToSeconds(pacing_.calm_within)));
  }
  return Interrupted();
}

base::Status DrillRunner::Inject(const domain::Drill& drill, std::vector<std::string>& fault_ids) {
  {
    base::MutexLock lock(mutex_);
    judge_->Preparing(deps_.clock.Now());
  }
  Tell();
  const base::Duration duration = base::FromSeconds(drill.duration_s);
  for (const domain::DrillFault& fault : drill.faults) {
    ASSIGN_OR_RETURN_STATUS(const inject::JournalEntry entry,
                            deps_.injector.Prepare(SpecOf(fault), duration));
    fault_ids.push_back(entry.id);
    RETURN_IF_ERROR(Interrupted());
  }
  for (const std::string& id : fault_ids) {
    ASSIGN_OR_RETURN_STATUS([[maybe_unused]] const inject::JournalEntry entry,
                            deps_.injector.StartPrepared(id));
  }
  NoteFault(domain::ChangeKind::kFaultInjected, drill);
  {
    base::MutexLock lock(mutex_);
    judge_->Injected(deps_.clock.Now());
  }
  Tell();
  return base::OkStatus();
}

base::Status DrillRunner::Hold(const domain::Drill& drill) {
  const base::Timestamp end = deps_.clock.Now() + base::FromSeconds(drill.duration_s);
  while (deps_.clock.Now() < end) {
    if (!Look()) return Interrupted();
  }
  return base::OkStatus();
}

base::Status DrillRunner::Undo(const std::vector<std::string>& fault_ids) {
  base::Status failed;
  const base::Timestamp now = deps_.clock.Now();
  // The last one first: what was prepared later may lie on what was prepared before.
  const std::vector<std::string> last_first(fault_ids.rbegin(), fault_ids.rend());
  for (const std::string& id : last_first) {
    const auto ended = deps_.injector.End(id);
    if (!ended) {
      failed = ended.error();
    } else if (ended->ended && *ended->ended < now && failed.ok()) {
      failed = base::FailedPrecondition(
          fmt::format("{}: expected it at work until now, found it ended by somebody else", id));
    }
  }
  return failed;
}

base::Status DrillRunner::AwaitRecovery() {
  const base::Timestamp give_up = deps_.clock.Now() + pacing_.resolved_within;
  while (deps_.clock.Now() < give_up) {
    const bool goes_on = Look();
    {
      base::MutexLock lock(mutex_);
      if (judge_->recovered()) return base::OkStatus();
    }
    if (!goes_on) return Interrupted();
  }
  return base::OkStatus();  // still open: the judge says so
}

void DrillRunner::NoteFault(domain::ChangeKind kind, const domain::Drill& drill) {
  const bool one_node = drill.faults.size() == 1;
  base::MutexLock lock(mutex_);
  changes_.push_back({.time = deps_.clock.Now(),
                      .kind = kind,
                      .node = one_node ? drill.faults.front().node : "",
                      .description = fmt::format("drill {}: {}", drill.id, FaultText(drill))});
}

}  // namespace distdiag::engine
