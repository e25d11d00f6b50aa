// The server process itself: it stands still again and again, or it is gone.
#include "lab/faults/plans.h"
#include "lab/faults/quota.h"

namespace distdiag::lab {

PlanResult PlanStall(const FaultContext& context, const FaultOrder& order) {
  const Machine& machine = *order.machine;
  inject::FaultPlan plan;
  plan.start = {inject::SpawnStep{"",
                                  order.id,
                                  {context.program, "lab", "worker", "stall", "--directory",
                                   context.layout.options().directory, "--node", machine.name}}};
  // The worker may have been killed while the server stood still.
  plan.stop = {inject::KillStep{"", order.id},
               inject::ActionStep{"continue_server", machine.name, {}}};
  plan.restore = {inject::ActionStep{"wait_synced", machine.name, {}}};
  return plan;
}

PlanResult PlanCrash(const FaultContext& context, const FaultOrder& order) {
  const Machine& machine = *order.machine;
  ASSIGN_OR_RETURN(const QuotaSteps quota, PlanQuota(context, machine));
  inject::FaultPlan plan;
  plan.start = {inject::ActionStep{"kill_server", machine.name, {}}};
  // Recovery at full speed, as the lab starts its servers: the fault is that the node is gone, not that it comes back slowly.
  plan.stop = quota.lift;
  plan.stop.emplace_back(inject::ActionStep{"start_server", machine.name, {}});
  plan.stop.insert(plan.stop.end(), quota.restore.begin(), quota.restore.end());
  return plan;
}

}  // namespace distdiag::lab
