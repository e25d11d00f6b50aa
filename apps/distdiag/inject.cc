// `distdiag inject list|plan|run|undo-all`: faults of the live lab, one at a time, from the command line.
#include "base/clock.h"
#include "base/file_system.h"
#include "base/status.h"
#include "inject/injector.h"
#include "lab/faults/lab_injector.h"
#include "report.h"
#include "run_until_stopped.h"
#include "subcommands.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

void PrintSteps(const char* title, const std::vector<inject::Step>& steps) {
  for (const inject::Step& step : steps) fmt::print("  {:<8} {}\n", title, inject::Describe(step));
}

void PrintEntry(const inject::JournalEntry& entry) {
  fmt::print("{} {}{} for {} s\n", entry.spec.kind,
             entry.spec.node.empty() ? "the cluster" : entry.spec.node,
             entry.spec.number != 0 ? fmt::format(", {}", entry.spec.number) : "",
             base::ToSeconds(entry.duration));
  PrintSteps("prepare", entry.plan.prepare);
  PrintSteps("start", entry.plan.start);
  PrintSteps("stop", entry.plan.stop);
  PrintSteps("restore", entry.plan.restore);
}

void PrintKind(const inject::FaultKind& kind) {
  const std::string numbers =
      kind.parameter.empty()
          ? "-"
          : fmt::format("{} / {} / {} {}", kind.low, kind.medium, kind.high, kind.parameter);
  fmt::print("{:<10} {:<8} {:<36} {}\n", kind.name, domain::ProblemScopeName(kind.scope), numbers,
             kind.unavailable.empty() ? "" : "not here: " + kind.unavailable);
}

base::Result<inject::FaultSpec> SpecOf(const InjectArguments& arguments,
                                       inject::FaultDriver& driver) {
  inject::FaultSpec spec{.kind = arguments.kind, .node = arguments.node};
  if (arguments.number) {
    spec.number = *arguments.number;
    return spec;
  }
  const auto strength = inject::FindStrength(arguments.strength);
  if (!strength) {
    return base::Fail(base::InvalidArgument(
        fmt::format("--strength: expected low, medium or high, found '{}'", arguments.strength)));
  }
  for (const inject::FaultKind& kind : driver.Kinds()) {
    if (kind.name == spec.kind) spec.number = inject::NumberFor(kind, *strength);
  }
  return spec;
}

int List(lab::LabInjector& lab) {
  fmt::print("{:<10} {:<8} {}\n", "kind", "scope", "low / medium / high");
  for (const inject::FaultKind& kind : lab.driver().Kinds()) PrintKind(kind);
  fmt::print("\nnodes: {}\n", fmt::join(lab.driver().Targets(), ", "));
  const auto standing = lab.injector().Standing();
  if (!standing) return Refuse(standing.error());
  for (const inject::JournalEntry& entry : *standing) {
    fmt::print("{} is {}{}{}\n", entry.id, inject::FaultPhaseName(entry.phase),
               entry.message.empty() ? "" : ": ", entry.message);
  }
  for (const std::string& what : lab.injector().Broken()) fmt::print("broken: {}\n", what);
  return kDone;
}

int Plan(lab::LabInjector& lab, const InjectArguments& arguments) {
  const auto spec = SpecOf(arguments, lab.driver());
  if (!spec) return Refuse(spec.error());
  const auto planned = lab.injector().DryRun(*spec, base::FromSeconds(arguments.seconds));
  if (!planned) return Refuse(planned.error());
  PrintEntry(*planned);
  return kDone;
}

int Run(lab::LabInjector& lab, const InjectArguments& arguments) {
  const auto spec = SpecOf(arguments, lab.driver());
  if (!spec) return Refuse(spec.error());
  HoldStopSignals();
  const base::Duration duration = base::FromSeconds(arguments.seconds);
  const auto begun = lab.injector().Begin(*spec, duration);
  if (!begun) return Refuse(begun.error());
  fmt::print("{} is at work since {} (prepared in {:.1f} s)\n", begun->id,
             base::ToRfc3339(*begun->prepared), base::ToSeconds(*begun->prepared - begun->created));
  std::fflush(stdout);
  if (StopAskedWithin(duration)) fmt::print("interrupted: undoing it\n");
  const auto ended = lab.injector().End(begun->id);
  if (!ended) {
    Refuse(ended.error());
    return kNotPassed;
  }
  fmt::print("{} ended {}, all as before {}\n", begun->id, base::ToRfc3339(*ended->ended),
             base::ToRfc3339(*ended->undone));
  return kDone;
}

int UndoAll(lab::LabInjector& lab) {
  HoldStopSignals();  // half an undo helps nobody
  for (const std::string& id : lab.injector().UndoLeftovers(true)) fmt::print("{}\n", id);
  const auto standing = lab.injector().Standing();
  if (!standing) return Refuse(standing.error());
  for (const inject::JournalEntry& entry : *standing)
    fmt::print(stderr, "distdiag: {}: {}\n", entry.id, entry.message);
  const auto broken = lab.injector().Broken();
  for (const std::string& what : broken) fmt::print(stderr, "distdiag: {}\n", what);
  if (!standing->empty() || !broken.empty()) return kNotPassed;
  fmt::print("no fault is left\n");
  return kDone;
}

}  // namespace

int RunInject(const InjectArguments& arguments) {
  base::RealFileSystem files;
  base::RealClock clock;
  const auto lab = lab::LabInjector::Open(arguments.directory, {}, files, clock);
  if (!lab) return Refuse(lab.error());
  switch (arguments.verb) {
    case InjectVerb::kList: return List(**lab);
    case InjectVerb::kPlan: return Plan(**lab, arguments);
    case InjectVerb::kRun:
      return arguments.dry_run ? Plan(**lab, arguments) : Run(**lab, arguments);
    case InjectVerb::kUndoAll: return UndoAll(**lab);
  }
  return kDone;
}

}  // namespace distdiag::app
