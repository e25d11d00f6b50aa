#include "inject/injector.h"

#include "base/logging.h"

#include <algorithm>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace distdiag::inject {
namespace {

// An undo step may meet a server that is just busy: a node that syncs, a pool that is still being resized.
constexpr int kUndoAttempts = 3;
constexpr base::Duration kUndoPause = std::chrono::seconds(1);
constexpr base::Duration kShortest = std::chrono::seconds(1);
constexpr base::LogLevel kWarning = base::LogLevel::kWarning;
constexpr base::LogLevel kError = base::LogLevel::kError;
constexpr std::string_view kUndoFailedMark = "undo failed: ";

std::string IdFor(const FaultSpec& spec, base::Timestamp now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  return fmt::format("f{:%Y%m%dT%H%M%S}-{}-{}", fmt::gmtime(seconds.time_since_epoch().count()),
                     spec.node.empty() ? "all" : spec.node, spec.kind);
}

std::string Where(const FaultSpec& spec) {
  return spec.node.empty() ? "the cluster" : "node " + spec.node;
}

base::Status CheckNumber(const FaultKind& kind, double number) {
  if (kind.parameter.empty()) {
    if (number == 0) return base::OkStatus();
    return base::InvalidArgument(
        fmt::format("{}: expected no number, found {}", kind.name, number));
  }
  if (number >= kind.least && number <= kind.most) return base::OkStatus();
  return base::InvalidArgument(fmt::format("{}: expected {} to {} ({}), found {}", kind.name,
                                           kind.least, kind.most, kind.parameter, number));
}

base::Status CheckNode(const FaultKind& kind, const std::string& node,
                       const std::vector<std::string>& targets) {
  if (targets.empty())
    return base::FailedPrecondition("faults are allowed on no node of this system");
  if (kind.scope == domain::ProblemScope::kCluster) {
    if (node.empty()) return base::OkStatus();
    return base::InvalidArgument(
        fmt::format("{} strikes the whole cluster: expected no node, found '{}'", kind.name, node));
  }
  if (std::find(targets.begin(), targets.end(), node) != targets.end()) return base::OkStatus();
  return base::InvalidArgument(fmt::format("{}: expected one of the nodes {}, found '{}'",
                                           kind.name, fmt::join(targets, ", "), node));
}

// `message` without what an earlier, failed undo added.
std::string WithoutUndoFailure(const std::string& message) {
  std::string kept = message.substr(0, message.find(kUndoFailedMark));
  if (kept.ends_with("; ")) kept.resize(kept.size() - 2);
  return kept;
}

std::string Joined(const std::string& first, const std::string& second) {
  return first.empty() ? second : first + "; " + second;
}

}  // namespace

Injector::Injector(InjectorOptions options, FaultDriver& driver, base::FileSystem& files,
                   base::Clock& clock)
    : Injector(options, driver, files, clock,
               std::make_unique<FileJournalLock>(options.journal_directory)) {}

Injector::Injector(InjectorOptions options, FaultDriver& driver, base::FileSystem& files,
                   base::Clock& clock, std::unique_ptr<JournalLock> lock)
    : options_(std::move(options)),
      driver_(driver),
      clock_(clock),
      lock_(std::move(lock)),
      journal_(options_.journal_directory, files) {}

base::Status Injector::Check(const FaultSpec& spec, base::Duration duration,
                             FaultSpec& checked) const {
  const std::vector<FaultKind> kinds = driver_.Kinds();
  const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                 [&](const FaultKind& one) { return one.name == spec.kind; });
  if (kind == kinds.end()) {
    std::vector<std::string> names;
    for (const FaultKind& one : kinds) names.push_back(one.name);
    return base::InvalidArgument(fmt::format("expected a kind of fault ({}), found '{}'",
                                             fmt::join(names, ", "), spec.kind));
  }
  if (!kind->unavailable.empty()) {
    return base::FailedPrecondition(
        fmt::format("{} can't be done here: {}", spec.kind, kind->unavailable));
  }
  checked = spec;
  if (spec.number == 0 && !kind->parameter.empty()) checked.number = kind->medium;
  RETURN_IF_ERROR(CheckNode(*kind, spec.node, driver_.Targets()));
  RETURN_IF_ERROR(CheckNumber(*kind, checked.number));
  if (duration >= kShortest && duration <= options_.longest) return base::OkStatus();
  return base::InvalidArgument(
      fmt::format("duration: expected {:.0f} to {:.0f} s, found {} s", base::ToSeconds(kShortest),
                  base::ToSeconds(options_.longest), base::ToSeconds(duration)));
}

base::Result<JournalEntry> Injector::Draft(const FaultSpec& spec, base::Duration duration) {
  JournalEntry entry;
  RETURN_FAIL_IF_ERROR(Check(spec, duration, entry.spec));
  entry.created = clock_.Now();
  entry.duration = duration;
  // Until it starts: preparing may take as long as the longest fault.
  entry.limit = entry.created + options_.longest + duration;
  entry.id = IdFor(entry.spec, entry.created);
  const std::string first = entry.id;
  for (int again = 2; journal_.Has(entry.id); ++again)
    entry.id = fmt::format("{}-{}", first, again);
  ASSIGN_OR_RETURN(entry.plan, driver_.Plan(entry.spec, entry.id));
  return entry;
}

base::Result<JournalEntry> Injector::DryRun(const FaultSpec& spec, base::Duration duration) {
  return Draft(spec, duration);
}

base::Result<JournalEntry> Injector::Register(const FaultSpec& spec, base::Duration duration) {
  RETURN_FAIL_IF_ERROR(journal_.MakeDirectory());
  base::MutexLock one_at_a_time(mutex_);
  ASSIGN_OR_RETURN(const auto held, lock_->Acquire(""));
  ASSIGN_OR_RETURN(const Journal::Contents standing, journal_.Standing());
  if (!standing.broken.empty()) {
    return base::Fail(base::FailedPrecondition(
        fmt::format("a journal file can't be read, so its fault may still be at work; undo by hand "
                    "what it names and move it away: {}",
                    fmt::join(standing.broken, "; "))));
  }
  for (const JournalEntry& entry : standing.entries) {
    if (entry.spec.kind != spec.kind || entry.spec.node != spec.node) continue;
    return base::Fail(
        base::FailedPrecondition(fmt::format("{} is already on at {}: {} is {}", spec.kind,
                                             Where(spec), entry.id, FaultPhaseName(entry.phase))));
  }
  ASSIGN_OR_RETURN(JournalEntry entry, Draft(spec, duration));
  RETURN_FAIL_IF_ERROR(journal_.Write(entry));
  return entry;
}

base::Status Injector::RunSteps(const JournalEntry& entry, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    if (options_.stop_asked && options_.stop_asked())
      return base::Cancelled("stopped before it was at work");
    ASSIGN_OR_RETURN_STATUS(const auto held, lock_->Acquire(entry.id));
    ASSIGN_OR_RETURN_STATUS(const JournalEntry now, journal_.Read(entry.id));
    if (now.phase != entry.phase) {
      return base::Cancelled(
          fmt::format("{} was {} meanwhile", entry.id, FaultPhaseName(now.phase)));
    }
    RETURN_IF_ERROR(driver_.Run(step));
  }
  return base::OkStatus();
}

base::Status Injector::MoveTo(FaultPhase phase, JournalEntry& entry) {
  ASSIGN_OR_RETURN_STATUS(const auto held, lock_->Acquire(entry.id));
  ASSIGN_OR_RETURN_STATUS(const JournalEntry now, journal_.Read(entry.id));
  if (now.phase != entry.phase) {
    return base::Cancelled(fmt::format("{} was {} meanwhile", entry.id, FaultPhaseName(now.phase)));
  }
  JournalEntry moved = entry;
  moved.phase = phase;
  RETURN_IF_ERROR(journal_.Write(moved));
  entry = std::move(moved);
  return base::OkStatus();
}

base::Result<JournalEntry> Injector::Prepare(const FaultSpec& spec, base::Duration duration) {
  ASSIGN_OR_RETURN(JournalEntry entry, Register(spec, duration));
  base::Status done = MoveTo(FaultPhase::kPreparing, entry);
  if (done.ok()) done = RunSteps(entry, entry.plan.prepare);
  if (!done.ok()) return GiveUp(std::move(entry), done);
  return entry;
}

base::Result<JournalEntry> Injector::Start(JournalEntry entry) {
  entry.limit = clock_.Now() + entry.duration;
  base::Status done = MoveTo(FaultPhase::kActive, entry);
  if (done.ok()) done = RunSteps(entry, entry.plan.start);
  if (done.ok()) {
    entry.prepared = clock_.Now();
    entry.limit = *entry.prepared + entry.duration;
    done = MoveTo(FaultPhase::kActive, entry);
  }
  if (!done.ok()) return GiveUp(std::move(entry), done);
  return entry;
}

base::Result<JournalEntry> Injector::StartPrepared(const std::string& id) {
  ASSIGN_OR_RETURN(JournalEntry entry, journal_.Read(id));
  if (entry.phase != FaultPhase::kPreparing) {
    return base::Fail(base::FailedPrecondition(
        fmt::format("{}: expected a fault that is prepared, found one that is {}", id,
                    FaultPhaseName(entry.phase))));
  }
  return Start(std::move(entry));
}

base::Result<JournalEntry> Injector::Begin(const FaultSpec& spec, base::Duration duration) {
  ASSIGN_OR_RETURN(JournalEntry entry, Prepare(spec, duration));
  return Start(std::move(entry));
}

base::Result<JournalEntry> Injector::GiveUp(JournalEntry entry, const base::Status& why) {
  const std::string what =
      fmt::format("{} on {}: {}", entry.spec.kind, Where(entry.spec), why.message());
  const auto held = lock_->Acquire(entry.id);
  if (!held) return base::Fail(base::Status(why.code(), Joined(what, held.error().message())));
  // Another process may have undone it; where the journal can't be read, what we know is enough.
  if (auto now = journal_.Read(entry.id)) entry = std::move(*now);
  if (entry.phase == FaultPhase::kUndone) return base::Fail(base::Status(why.code(), what));
  if (entry.message.empty()) entry.message = why.message();
  const base::Status undone = Undo(entry);
  if (undone.ok()) return base::Fail(base::Status(why.code(), what));
  return base::Fail(base::Status(why.code(), Joined(what, undone.message())));
}

base::Status Injector::RunUndoSteps(const std::vector<Step>& steps) {
  base::StopSignal never;
  std::string failures;
  for (const Step& step : steps) {
    base::Status done;
    for (int attempt = 1; attempt <= kUndoAttempts; ++attempt) {
      done = driver_.Run(step);
      if (done.ok() || attempt == kUndoAttempts) break;
      clock_.SleepUntil(clock_.Now() + kUndoPause, never);
    }
    // What comes after is undone all the same: better one thing left than all.
    if (!done.ok()) failures = Joined(failures, Describe(step) + ": " + done.message());
  }
  return failures.empty() ? base::OkStatus() : base::Unavailable(std::move(failures));
}

base::Status Injector::Undo(JournalEntry& entry) {
  entry.message = WithoutUndoFailure(entry.message);
  base::Status stopped, restored;
  if (entry.phase != FaultPhase::kPlanned) {
    entry.phase = FaultPhase::kUndoing;
    // A full disk must not keep a fault at work: the journal still says enough to undo it again.
    if (const base::Status noted = journal_.Write(entry); !noted.ok())
      base::Log(kWarning, "fault_undo_not_noted", {{"id", entry.id}, {"why", noted.message()}});
    if (!entry.ended) {
      stopped = RunUndoSteps(entry.plan.stop);
      if (stopped.ok() && entry.prepared) entry.ended = clock_.Now();
    }
    restored = RunUndoSteps(entry.plan.restore);
  }
  if (stopped.ok() && restored.ok()) {
    entry.phase = FaultPhase::kUndone;
    entry.undone = clock_.Now();
    return journal_.Write(entry);
  }
  const std::string failure = Joined(stopped.message(), restored.message());
  entry.phase = FaultPhase::kUndoFailed;
  entry.message = Joined(entry.message, std::string(kUndoFailedMark) + failure);
  base::Log(kError, "fault_undo_failed", {{"id", entry.id}, {"why", failure}});
  if (const base::Status noted = journal_.Write(entry); !noted.ok())
    base::Log(kWarning, "fault_undo_not_noted", {{"id", entry.id}, {"why", noted.message()}});
  return base::Unavailable(fmt::format("{}: {}{}", entry.id, kUndoFailedMark, failure));
}

base::Result<JournalEntry> Injector::End(const std::string& id) {
  ASSIGN_OR_RETURN(const auto held, lock_->Acquire(id));
  ASSIGN_OR_RETURN(JournalEntry entry, journal_.Read(id));
  if (entry.phase == FaultPhase::kUndone) return entry;
  RETURN_FAIL_IF_ERROR(Undo(entry));
  return entry;
}

base::Result<JournalEntry> Injector::StopOnly(const std::string& id) {
  ASSIGN_OR_RETURN(const auto held, lock_->Acquire(id));
  ASSIGN_OR_RETURN(JournalEntry entry, journal_.Read(id));
  if (entry.ended || entry.phase == FaultPhase::kUndone) return entry;
  if (entry.phase != FaultPhase::kActive) {
    return base::Fail(base::FailedPrecondition(fmt::format(
        "{}: expected a fault at work, found one that is {}", id, FaultPhaseName(entry.phase))));
  }
  const base::Status stopped = RunUndoSteps(entry.plan.stop);
  if (stopped.ok()) {
    entry.phase = FaultPhase::kUndoing;
    entry.ended = clock_.Now();
  } else {
    entry.phase = FaultPhase::kUndoFailed;
    entry.message = Joined(entry.message, std::string(kUndoFailedMark) + stopped.message());
  }
  RETURN_FAIL_IF_ERROR(journal_.Write(entry));
  if (!stopped.ok()) return base::Fail(base::Unavailable(id + ": " + entry.message));
  return entry;
}

bool Injector::Due(const JournalEntry& entry) const {
  return entry.phase == FaultPhase::kUndoFailed || entry.limit <= clock_.Now();
}

std::vector<std::string> Injector::UndoLeftovers(bool all) {
  std::vector<std::string> tried;
  const auto standing = journal_.Standing();
  if (!standing) {
    base::Log(kError, "fault_journal_unreadable", {{"why", standing.error().message()}});
    return tried;
  }
  for (const std::string& what : standing->broken)
    base::Log(kWarning, "fault_journal_file_broken", {{"why", what}});
  for (const JournalEntry& seen : standing->entries) {
    if (!all && !Due(seen)) continue;
    // Who holds it is at work on it; only at a start everything has to be gone afterwards.
    const auto held = all ? lock_->Acquire(seen.id) : lock_->TryAcquire(seen.id);
    if (!held) base::Log(kError, "fault_not_locked", {{"why", held.error().message()}});
    if (!held || *held == nullptr) continue;
    auto entry = journal_.Read(seen.id);
    if (!entry || entry->phase == FaultPhase::kUndone || (!all && !Due(*entry))) continue;
    tried.push_back(entry->id);
    const base::Status undone = Undo(*entry);
    base::Log(undone.ok() ? base::LogLevel::kInfo : kError, "fault_leftover",
              {{"id", entry->id}, {"result", undone.ok() ? "undone" : undone.message()}});
  }
  return tried;
}

base::Result<std::vector<JournalEntry>> Injector::Standing() const {
  ASSIGN_OR_RETURN(Journal::Contents contents, journal_.Standing());
  return std::move(contents.entries);
}

base::Result<std::vector<JournalEntry>> Injector::All() const {
  ASSIGN_OR_RETURN(Journal::Contents contents, journal_.All());
  return std::move(contents.entries);
}

std::vector<std::string> Injector::Broken() const {
  auto contents = journal_.All();
  if (!contents) return {contents.error().message()};
  return std::move(contents->broken);
}

}  // namespace distdiag::inject
