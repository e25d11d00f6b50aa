// CPU and disk of a node, taken by stress-ng inside the node's own limits, as a neighbour on the same machine would.
#include "lab/faults/plans.h"

#include <cmath>

namespace distdiag::lab {

PlanResult PlanCpu(const FaultContext&, const FaultOrder& order) {
  const Machine& machine = *order.machine;
  const std::string threads = std::to_string(std::lround(order.number));
  inject::FaultPlan plan;
  plan.start = {inject::SpawnStep{machine.name,
                                  order.id,
                                  {"stress-ng", "--cpu", threads, "--cpu-method", "matrixprod",
                                   "--quiet", "--temp-path", machine.temporary}}};
  plan.stop = {inject::KillStep{machine.name, order.id}};
  return plan;
}

PlanResult PlanIo(const FaultContext&, const FaultOrder& order) {
  const Machine& machine = *order.machine;
  const std::string programs = std::to_string(std::lround(order.number));
  // A folder of its own, so that the undo removes exactly what the fault wrote.
  const std::string folder = machine.temporary + "/" + order.id;
  inject::FaultPlan plan;
  plan.prepare = {inject::ExecStep{{"mkdir", "-p", folder}, false}};
  plan.start = {
      inject::SpawnStep{machine.name,
                        order.id,
                        {"stress-ng", "--hdd", programs, "--hdd-opts", "direct", "--hdd-write-size",
                         "16k", "--hdd-bytes", "8m", "--quiet", "--temp-path", folder}}};
  plan.stop = {inject::KillStep{machine.name, order.id},
               inject::ExecStep{{"rm", "-rf", folder}, false}};
  return plan;
}

}  // namespace distdiag::lab
