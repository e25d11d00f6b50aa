// `distdiag lab keep`: the lab's keeper, started by `lab up` in the background.
#include "base/clock.h"
#include "base/file_system.h"
#include "base/process.h"
#include "inject/injector.h"
#include "lab/cgroups.h"
#include "lab/faults/lab_injector.h"
#include "lab/keeper.h"
#include "lab/overdue_faults.h"
#include "lab/state.h"
#include "lab/workload/processes.h"
#include "report.h"
#include "run_until_stopped.h"
#include "stop_on_signal.h"
#include "subcommands.h"

#include <thread>
#include <vector>

namespace distdiag::app {
namespace {

constexpr auto kInterval = std::chrono::seconds(1);

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

void UndoOverdueUntil(base::StopSignal& stop, inject::Injector& injector, base::Clock& clock) {
  lab::OverdueFaults overdue(injector, clock);
  while (!stop.requested()) {
    overdue.Look(stop);
    clock.SleepUntil(clock.Now() + kInterval, stop);
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
  // A server that an undo started is this process's child.
  lab::Keeper keeper(
      {.workload = Terminals(*state, *trees), .each_second = [] { base::ReapFinished(); }},
      lab::RealProcesses(), clock);
  // An undo may take minutes (a server that has to come back); the terminals must not wait for it.
  std::thread undo([&] { UndoOverdueUntil(stop, (*faults)->injector(), clock); });
  keeper.Run(stop);
  undo.join();
  return kDone;
}

}  // namespace distdiag::app
