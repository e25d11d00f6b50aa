// `distdiag lab keep`: the lab's keeper, started by `lab up` in the background.
#include "base/clock.h"
#include "base/file_system.h"
#include "base/logging.h"
#include "inject/injector.h"
#include "lab/cgroups.h"
#include "lab/faults/lab_injector.h"
#include "lab/keeper.h"
#include "lab/state.h"
#include "lab/workload/processes.h"
#include "report.h"
#include "run_until_stopped.h"
#include "stop_on_signal.h"
#include "subcommands.h"

#include <string>
#include <vector>

namespace distdiag::app {
namespace {

// Whoever made a fault ends it at its limit; the keeper steps in only when that one is gone.
constexpr auto kGrace = std::chrono::seconds(10);

std::vector<base::SpawnOptions> Terminals(const lab::LabState& state,
                                          const lab::CgroupTrees& trees) {
  std::vector<base::SpawnOptions> processes;
  if (!state.with_load) return processes;
  const lab::Layout layout(state.options);
  for (const lab::Machine& machine : layout.machines()) {
    lab::LoadProcess process;
    process.cgroup_files = lab::GroupProcsFiles(trees, layout.clients_cgroup());
    processes.push_back(lab::LoadProcessOptions(layout, machine, process));
  }
  return processes;
}

void UndoOverdue(inject::Injector& injector, base::Timestamp now) {
  const auto standing = injector.Standing();
  if (!standing) return;  // said when the lab was opened; the next second tries again
  for (const inject::JournalEntry& entry : *standing) {
    if (entry.limit + kGrace > now) continue;
    const auto ended = injector.End(entry.id);
    const std::string end = ended ? "" : ended.error().message();
    base::Log(base::LogLevel::kWarning, "overdue_fault_undone",
              {{"fault", entry.id}, {"error", end}});
  }
}

}  // namespace

int RunLabKeep(const LabKeepArguments& arguments) {
  HoldStopSignals();
  base::RealClock clock;
  base::RealFileSystem files;
  const auto state = lab::ReadState(files, arguments.directory);
  if (!state) return Refuse(state.error());
  const auto trees = lab::FindCgroupTrees(files);
  if (!trees) return Refuse(trees.error());
  const auto faults = lab::LabInjector::Open(arguments.directory, {}, files, clock);
  if (!faults) return Refuse(faults.error());
  base::StopSignal stop;
  const StopOnSignal watch(stop);
  lab::Keeper keeper({.workload = Terminals(*state, *trees),
                      .each_second = [&] { UndoOverdue((*faults)->injector(), clock.Now()); }},
                     lab::RealProcesses(), clock);
  keeper.Run(stop);
  return kDone;
}

}  // namespace distdiag::app
