// What clients do to the database: too many of them, and sessions that lock or scan. Each session is a process of its own
// (src/lab/workers), in the clients' namespace; killing it ends its connection, and the server frees what it held.
#include "lab/faults/plans.h"
#include "lab/workload/processes.h"

#include <cmath>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

// The strengths of the recordings: 12 terminals at 40 ms, 16 and 24 at 20 ms.
constexpr double kFewTerminals = 12;
constexpr double kFewThinkMs = 40, kManyThinkMs = 20;
constexpr std::uint64_t kSurgeSeed = 7000;  // other numbers than the node's own terminals draw

// A plan of so many workers of one kind on the node.
PlanResult PlanSessions(const FaultContext& context, const FaultOrder& order, const char* worker,
                        long sessions) {
  const LabOptions& lab = context.layout.options();
  const Machine& machine = *order.machine;
  inject::FaultPlan plan;
  for (long i = 0; i < sessions; ++i) {
    plan.start.push_back(
        inject::SpawnStep{"",
                          order.id,
                          {context.program, "lab", "worker", worker, "--address", machine.address,
                           "--home", std::to_string(HomeWarehouse(machine.number, lab.warehouses)),
                           "--number", std::to_string(i)}});
  }
  plan.stop = {inject::KillStep{"", order.id}};
  return plan;
}

}  // namespace

PlanResult PlanSurge(const FaultContext& context, const FaultOrder& order) {
  const int terminals = static_cast<int>(std::lround(order.number));
  inject::FaultPlan plan;
  for (const Machine& machine : context.layout.machines()) {
    LoadProcess process;
    process.terminals = terminals;
    process.think_time_ms = terminals <= kFewTerminals ? kFewThinkMs : kManyThinkMs;
    process.reports = false;
    process.seed = kSurgeSeed + static_cast<std::uint64_t>(machine.number);
    std::vector<std::string> argv = LoadProcessOptions(context.layout, machine, process).argv;
    argv.front() = context.program;
    plan.start.push_back(inject::SpawnStep{"", order.id, std::move(argv)});
  }
  plan.stop = {inject::KillStep{"", order.id}};
  return plan;
}

PlanResult PlanLock(const FaultContext& context, const FaultOrder& order) {
  return PlanSessions(context, order, "lock", std::lround(order.number));
}

PlanResult PlanSlowSql(const FaultContext& context, const FaultOrder& order) {
  return PlanSessions(context, order, "slowsql", std::lround(order.number));
}

// One session; its --number is how many freezes a minute it orders.
PlanResult PlanCompaction(const FaultContext& context, const FaultOrder& order) {
  inject::FaultPlan plan;
  plan.start = {inject::SpawnStep{
      "",
      order.id,
      {context.program, "lab", "worker", "compaction", "--address", order.machine->address,
       "--number", std::to_string(std::lround(order.number))}}};
  plan.stop = {inject::KillStep{"", order.id}};
  return plan;
}

PlanResult PlanTableLock(const FaultContext& context, const FaultOrder& order) {
  return PlanSessions(context, order, "fclock", 1);
}

}  // namespace distdiag::lab
