// One planner for each kind of fault; what each does is told in docs/lab.md.
//
// Thread: safe (they only look).
#pragma once

#include "lab/faults/fault_context.h"

namespace distdiag::lab {

using PlanResult = base::Result<inject::FaultPlan>;

// Names of the indexes that the fault "index" makes, as LIKE wants it.
inline constexpr const char* kUselessIndexes = "ddx%";

// machine_faults.cc: another program takes the node's CPU or disk.
PlanResult PlanCpu(const FaultContext& context, const FaultOrder& order);
PlanResult PlanIo(const FaultContext& context, const FaultOrder& order);
// network_faults.cc
PlanResult PlanSlowLink(const FaultContext& context, const FaultOrder& order);
PlanResult PlanDelay(const FaultContext& context, const FaultOrder& order);
PlanResult PlanLoss(const FaultContext& context, const FaultOrder& order);
PlanResult PlanPartition(const FaultContext& context, const FaultOrder& order);
// cache_fault.cc, memstore_fault.cc (OceanBase's cache), index_fault.cc
PlanResult PlanCache(const FaultContext& context, const FaultOrder& order);
PlanResult PlanMemstore(const FaultContext& context, const FaultOrder& order);
PlanResult PlanIndex(const FaultContext& context, const FaultOrder& order);
// client_faults.cc
PlanResult PlanSurge(const FaultContext& context, const FaultOrder& order);
PlanResult PlanLock(const FaultContext& context, const FaultOrder& order);
PlanResult PlanSlowSql(const FaultContext& context, const FaultOrder& order);
PlanResult PlanCompaction(const FaultContext& context, const FaultOrder& order);
PlanResult PlanTableLock(const FaultContext& context, const FaultOrder& order);
// server_faults.cc
PlanResult PlanStall(const FaultContext& context, const FaultOrder& order);
PlanResult PlanCrash(const FaultContext& context, const FaultOrder& order);

}  // namespace distdiag::lab
