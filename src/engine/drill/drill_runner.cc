#include "engine/drill/drill_runner.h"

#include "base/executor.h"
#include "base/logging.h"
#include "engine/drill/drill_suites.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

constexpr double kShortest_s = 10;
constexpr double kLongest_s = 300;

std::string FaultText(const domain::Drill& drill) {
  std::vector<std::string> texts;
  for (const domain::DrillFault& fault : drill.faults)
    texts.push_back(
        fmt::format("{} on {}", fault.kind, fault.node.empty() ? "the cluster" : fault.node));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::vector<std::string> Lines(const std::vector<inject::Step>& steps) {
  std::vector<std::string> lines;
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
                      .drills = suite.drills.size()});
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
    wanted = suite->drills;
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
    if (!(one.duration_s >= kShortest_s && one.duration_s <= kLongest_s))
      return base::Fail(base::InvalidArgument(fmt::format(
          "duration_s: expected {} to {}, found {}", kShortest_s, kLongest_s, one.duration_s)));
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
  // Refused now rather than minutes later: unknown node, number out of bounds, kernel without the means.
  if (request.suite.empty()) {
    for (const domain::DrillFault& fault : drills.front().faults) {
      ASSIGN_OR_RETURN([[maybe_unused]] const inject::JournalEntry entry,
                       deps_.injector.DryRun(SpecOf(fault), base::FromSeconds(request.duration_s)));
    }
  }
  {
    base::MutexLock lock(mutex_);
    if (judge_ || !queue_.empty())
      return base::Fail(base::FailedPrecondition(
          "expected no other drill, found one that runs or waits: let it end or cancel it"));
    cancelled_ = false;
  }
  for (domain::Drill& drill : drills) {
    ASSIGN_OR_RETURN(drill, deps_.drills.Add(drill));
  }
  base::MutexLock lock(mutex_);
  queue_.insert(queue_.end(), drills.begin(), drills.end());
  return drills;
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
    RunOne(std::move(*next));
    base::MutexLock lock(mutex_);
    judge_.reset();
  }
}

void DrillRunner::RunOne(domain::Drill drill) {
  told_version_ = 0;
  std::vector<std::string> fault_ids;
  base::Status stopped = AwaitCalm();
  if (stopped.ok()) stopped = Inject(drill, fault_ids);
  if (stopped.ok()) stopped = Hold(drill);
  // Whatever happened: what was begun is undone.
  if (base::Status undone = Undo(fault_ids); !undone.ok()) stopped = std::move(undone);
  if (!fault_ids.empty()) {
    NoteFault(domain::ChangeKind::kFaultRemoved, drill);
    base::MutexLock lock(mutex_);
    judge_->Undone(deps_.clock.Now());
  }
  if (stopped.ok()) AwaitRecovery();
  {
    base::MutexLock lock(mutex_);
    if (stopped.ok()) {
      judge_->Close(deps_.clock.Now());
    } else {
      judge_->Fail(stopped.code() == base::StatusCode::kCancelled ? domain::DrillPhase::kCancelled
                                                                  : domain::DrillPhase::kFailed,
                   stopped.message());
    }
  }
  Tell();
  std::deque<domain::Drill> dropped;
  {
    base::MutexLock lock(mutex_);
    if (!cancelled_ && !stop_.requested()) return;
    cancelled_ = false;
    dropped.swap(queue_);
  }
  for (domain::Drill& one : dropped) {
    one.phase = domain::DrillPhase::kCancelled;
    one.message = "cancelled before its turn";
    if (const auto stored = deps_.drills.Update(one); !stored.ok())
      base::Log(base::LogLevel::kError, "drill_not_stored", {{"error", stored.message()}});
    deps_.feed.PublishDrill(std::make_shared<const domain::Drill>(one));
  }
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

void DrillRunner::Tell() {
  std::optional<domain::Drill> changed;
  {
    base::MutexLock lock(mutex_);
    if (judge_->version() == told_version_) return;
    told_version_ = judge_->version();
    changed = judge_->drill();
  }
  if (const auto stored = deps_.drills.Update(*changed); !stored.ok())
    base::Log(base::LogLevel::kError, "drill_not_stored", {{"error", stored.message()}});
  deps_.feed.PublishDrill(std::make_shared<const domain::Drill>(std::move(*changed)));
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
  for (const std::string& id : fault_ids) {
    if (const auto ended = deps_.injector.End(id); !ended) failed = ended.error();
  }
  return failed;
}

void DrillRunner::AwaitRecovery() {
  const base::Timestamp give_up = deps_.clock.Now() + pacing_.resolved_within;
  while (deps_.clock.Now() < give_up && Look()) {
    base::MutexLock lock(mutex_);
    if (judge_->recovered()) return;
  }
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
