#include "lab/faults/lab_fault_driver.h"

#include "base/file_system.h"
#include "base/process.h"
#include "lab/server.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr auto kExecLimit = std::chrono::seconds(60);
constexpr auto kStatementLimit = std::chrono::minutes(5);  // building indexes
constexpr auto kPolite = std::chrono::seconds(2);          // from SIGTERM to SIGKILL
constexpr auto kKillLimit = std::chrono::seconds(15);
constexpr auto kPause = std::chrono::milliseconds(50);

struct Running {
  pid_t pid;
  std::uint64_t ticks;
};

std::vector<Running> AliveIn(const CgroupTrees& trees, const std::string& group) {
  std::vector<Running> alive;
  for (const pid_t pid : GroupMembers(trees, group)) {
    const std::uint64_t ticks = base::ProcessStartTicks(pid);
    if (base::ProcessAlive(pid, ticks)) alive.push_back({pid, ticks});
  }
  return alive;
}

}  // namespace

base::Result<std::unique_ptr<LabFaultDriver>> LabFaultDriver::Make(LabFaultDriverOptions options,
                                                                   base::Clock& clock) {
  ASSIGN_OR_RETURN(CgroupTrees trees, FindCgroupTrees(base::RealFileSystem()));
  if (const auto missing = MissingControllers(trees); !missing.empty()) {
    return base::Fail(base::FailedPrecondition(
        fmt::format("this system has no control groups for {}", fmt::join(missing, ", "))));
  }
  ASSIGN_OR_RETURN(std::string disk, BackingDisk(options.layout.options().directory));
  for (const std::string& target : options.targets) {
    if (options.layout.Find(target) == nullptr)
      return base::Fail(base::NotFound(fmt::format("there is no node '{}' in the lab", target)));
  }
  return std::unique_ptr<LabFaultDriver>(new LabFaultDriver(
      std::move(options), std::move(trees), std::move(disk), FindFaultTools(), clock));
}

LabFaultDriver::LabFaultDriver(LabFaultDriverOptions options, CgroupTrees trees, std::string disk,
                               FaultTools tools, base::Clock& clock)
    : options_(std::move(options)),
      trees_(std::move(trees)),
      disk_(std::move(disk)),
      tools_(tools),
      clock_(clock),
      view_(options_.layout, trees_, clock),
      actions_(options_.layout, trees_, clock) {}

std::vector<inject::FaultKind> LabFaultDriver::Kinds() const {
  std::vector<inject::FaultKind> kinds;
  for (const FaultPlanner& planner : FaultPlanners(options_.layout.options().database)) {
    kinds.push_back(planner.kind);
    kinds.back().unavailable = planner.unavailable(tools_);
  }
  return kinds;
}

std::vector<std::string> LabFaultDriver::Targets() const {
  if (!options_.targets.empty()) return options_.targets;
  std::vector<std::string> all;
  for (const Machine& machine : options_.layout.machines()) all.push_back(machine.name);
  return all;
}

base::Result<inject::FaultPlan> LabFaultDriver::Plan(const inject::FaultSpec& spec,
                                                     const std::string& fault_id) {
  const FaultPlanner* planner = FindFaultPlanner(options_.layout.options().database, spec.kind);
  if (planner == nullptr)
    return base::Fail(base::NotFound(fmt::format("there is no fault '{}'", spec.kind)));
  if (const std::string why = planner->unavailable(tools_); !why.empty())
    return base::Fail(base::FailedPrecondition(fmt::format("{}: {}", spec.kind, why)));
  const Machine* machine = spec.node.empty() ? nullptr : options_.layout.Find(spec.node);
  if ((machine == nullptr) != (planner->kind.scope == domain::ProblemScope::kCluster))
    return base::Fail(base::InvalidArgument(fmt::format("{}: no node '{}'", spec.kind, spec.node)));
  for (const Machine& one : options_.layout.machines()) {
    if (machine != nullptr && &one != machine) continue;
    if (view_.ServerRuns(one)) continue;
    return base::Fail(base::FailedPrecondition(
        fmt::format("{}: its server does not run, so there is nothing to disturb", one.name)));
  }
  const FaultContext context{.layout = options_.layout,
                             .trees = trees_,
                             .disk = disk_,
                             .program = options_.program,
                             .tools = tools_,
                             .view = view_};
  return planner->plan(context, {.machine = machine, .number = spec.number, .id = fault_id});
}

base::Status LabFaultDriver::Run(const inject::Step& step) {
  base::Status done = std::visit([this](const auto& one) { return Do(one); }, step);
  // What this process started (programs of a fault, a server) may have left its group before anybody looked at it there.
  base::ReapFinished();
  return done;
}

base::Result<std::string> LabFaultDriver::GroupOf(const std::string& machine,
                                                  const std::string& group) const {
  if (group.empty() || group.find('/') != std::string::npos || group.front() == '.')
    return base::Fail(base::InvalidArgument(fmt::format("'{}' is no name of a group", group)));
  if (machine.empty()) return options_.layout.clients_cgroup() + "/" + group;
  const Machine* found = options_.layout.Find(machine);
  if (found != nullptr) return ExternalGroup(options_.layout, *found) + "/" + group;
  return base::Fail(base::InvalidArgument(fmt::format("there is no node '{}'", machine)));
}

base::Status LabFaultDriver::Do(const inject::ExecStep& step) {
  const auto done = base::RunChecked(step.argv, kExecLimit);
  return done || step.may_fail ? base::OkStatus() : done.error();
}

base::Status LabFaultDriver::Do(const inject::SpawnStep& step) {
  ASSIGN_OR_RETURN_STATUS(const std::string group, GroupOf(step.machine, step.group));
  const Layout& layout = options_.layout;
  RETURN_IF_ERROR(MakeGroup(trees_, group));
  const std::string netns =
      step.machine.empty() ? layout.clients_netns() : layout.Find(step.machine)->netns;
  const auto pid = base::SpawnProcess({.argv = step.argv,
                                       .log_path = layout.run_directory() + "/faults.log",
                                       .network_namespace = Layout::NetnsPath(netns),
                                       .cgroup_files = GroupProcsFiles(trees_, group),
                                       .working_directory = {}});
  if (!pid) return pid.error();
  // A program that can't work ends at once; then there is no fault.
  base::StopSignal never;
  const std::uint64_t ticks = base::ProcessStartTicks(*pid);
  clock_.SleepUntil(clock_.Now() + 4 * kPause, never);
  if (base::ProcessAlive(*pid, ticks)) return base::OkStatus();
  return base::FailedPrecondition(fmt::format("{} ended at once; see {}/faults.log",
                                              step.argv.front(), layout.run_directory()));
}

base::Status LabFaultDriver::Do(const inject::KillStep& step) {
  ASSIGN_OR_RETURN_STATUS(const std::string group, GroupOf(step.machine, step.group));
  base::StopSignal never;
  const base::Timestamp began = clock_.Now();
  for (const Running& one : AliveIn(trees_, group)) kill(one.pid, SIGTERM);
  while (GroupExists(trees_, group)) {
    const std::vector<Running> alive = AliveIn(trees_, group);
    const base::Duration passed = clock_.Now() - began;
    if (passed >= kKillLimit) {
      return base::Unavailable(fmt::format("{}: {} processes do not end", group, alive.size()));
    }
    // Again and again: one may have been started meanwhile by another one of the group.
    if (passed >= kPolite) {
      for (const Running& one : alive) kill(one.pid, SIGKILL);
    }
    if (alive.empty()) RemoveGroup(trees_, group);
    if (GroupExists(trees_, group)) clock_.SleepUntil(clock_.Now() + kPause, never);
  }
  return base::OkStatus();
}

base::Status LabFaultDriver::Do(const inject::SqlStep& step) {
  const Machine* machine = options_.layout.Find(step.machine);
  if (machine == nullptr)
    return base::InvalidArgument(fmt::format("there is no node '{}'", step.machine));
  Server server(options_.layout, *machine, trees_, clock_);
  for (const std::string& statement : step.statements) {
    const auto done = server.Ask(statement, kStatementLimit);
    if (!done && !step.may_fail) return done.error();
  }
  return base::OkStatus();
}

base::Status LabFaultDriver::Do(const inject::WriteStep& step) {
  return WriteAll({{step.path, step.text}});
}

base::Status LabFaultDriver::Do(const inject::ActionStep& step) { return actions_.Run(step); }

}  // namespace distdiag::lab
