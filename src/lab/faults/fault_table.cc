#include "lab/faults/plans.h"

#include <algorithm>

namespace distdiag::lab {
namespace {

using domain::ProblemId;
using domain::ProblemScope;
using inject::FaultKind;

// Strengths: those of the recordings in recordings/, from which the model has learned; low is barely visible.
FaultKind NodeKind(const char* name, ProblemId problem) {
  return {.name = name, .problem = problem, .scope = ProblemScope::kNode};
}

struct Numbers {
  double low, medium, high, least, most;
};

FaultKind WithNumber(FaultKind kind, const char* parameter, const Numbers& numbers) {
  kind.parameter = parameter;
  kind.low = numbers.low;
  kind.medium = numbers.medium;
  kind.high = numbers.high;
  kind.least = numbers.least;
  kind.most = numbers.most;
  return kind;
}

FaultKind ClusterKind(const char* name, ProblemId problem) {
  return {.name = name, .problem = problem, .scope = ProblemScope::kCluster};
}

std::string Always(const FaultTools&) { return ""; }
std::string NeedsStress(const FaultTools& tools) {
  return tools.stress ? "" : "the program stress-ng is not installed";
}
std::string NeedsTbf(const FaultTools& tools) {
  return tools.tbf ? "" : "the kernel has no queue of kind tbf (sch_tbf)";
}
std::string NeedsDelay(const FaultTools& tools) {
  return tools.netem || tools.relay ? "" : "the kernel has neither sch_netem nor /dev/net/tun";
}
std::string NeedsLoss(const FaultTools& tools) {
  return tools.netem || tools.numgen ? "" : "the kernel has neither sch_netem nor nft numgen";
}

std::string NeedsGalera(const FaultTools&) {
  return "OceanBase has no lock that a backup would hold on whole tables";
}

std::vector<FaultPlanner> MakePlanners(LabDatabase database) {
  const bool galera = database == LabDatabase::kGalera;
  std::vector<FaultPlanner> all;
  const auto add = [&](FaultKind kind, auto unavailable, auto plan) {
    all.push_back({std::move(kind), unavailable, plan});
  };
  add(WithNumber(NodeKind("cpu", ProblemId::kCpu), "busy threads", {1, 2, 3, 1, 8}), NeedsStress,
      PlanCpu);
  add(WithNumber(NodeKind("io", ProblemId::kIo), "writing programs", {2, 4, 8, 1, 16}), NeedsStress,
      PlanIo);
  // Without replication a node only talks to its clients: 1400 kbit/s.
  const Numbers link =
      galera ? Numbers{4000, 3200, 2400, 500, 20000} : Numbers{1200, 1000, 700, 300, 20000};
  add(WithNumber(NodeKind("net", ProblemId::kNetwork), "kbit/s left", link), NeedsTbf,
      PlanSlowLink);
  add(WithNumber(NodeKind("netdelay", ProblemId::kNetworkDelay), "ms each way",
                 {8, 15, 25, 1, 200}),
      NeedsDelay, PlanDelay);
  add(WithNumber(NodeKind("netloss", ProblemId::kNetworkLoss), "% of packets each way",
                 {3, 5, 8, 1, 30}),
      NeedsLoss, PlanLoss);
  if (galera) {
    add(WithNumber(NodeKind("cache", ProblemId::kCache), "MB of buffer pool left",
                   {72, 56, 40, 24, 192}),
        Always, PlanCache);
  } else {
    // Of 1 GB. At 16 the latency is four times as high; from about 15 down every write is refused.
    add(WithNumber(NodeKind("cache", ProblemId::kCache), "% of the memory left for the memstore",
                   {20, 17, 16, 8, 40}),
        Always, PlanMemstore);
  }
  add(WithNumber(ClusterKind("surge", ProblemId::kSurge), "more terminals a node",
                 {12, 16, 24, 1, 64}),
      Always, PlanSurge);
  add(WithNumber(ClusterKind("index", ProblemId::kIndex), "useless indexes", {8, 14, 20, 1, 20}),
      Always, PlanIndex);
  add(WithNumber(NodeKind("lock", ProblemId::kLock), "sessions that hold rows", {1, 1, 2, 1, 2}),
      Always, PlanLock);
  add(WithNumber(NodeKind("slowsql", ProblemId::kSlowSql), "sessions that scan", {1, 2, 3, 1, 8}),
      Always, PlanSlowSql);
  add(NodeKind("stall", ProblemId::kStall), Always, PlanStall);
  add(NodeKind("crash", ProblemId::kCrash), Always, PlanCrash);
  // Cut off, a node loses every packet. It goes on answering over its own socket, so it is no crash.
  add(NodeKind("partition", ProblemId::kNetworkLoss), Always, PlanPartition);
  if (!galera) {
    // Work that the database is expected to do: a control.
    add(WithNumber(NodeKind("compaction", ProblemId::kUnknown), "freezes a minute",
                   {2, 6, 12, 1, 60}),
        Always, PlanCompaction);
  }
  add(NodeKind("fclock", ProblemId::kBackupLock), galera ? Always : NeedsGalera, PlanTableLock);
  return all;
}

}  // namespace

const std::vector<FaultPlanner>& FaultPlanners(LabDatabase database) {
  static const std::vector<FaultPlanner> galera = MakePlanners(LabDatabase::kGalera);
  static const std::vector<FaultPlanner> oceanbase = MakePlanners(LabDatabase::kOceanBase);
  return database == LabDatabase::kGalera ? galera : oceanbase;
}

const FaultPlanner* FindFaultPlanner(LabDatabase database, std::string_view kind) {
  for (const FaultPlanner& planner : FaultPlanners(database)) {
    if (planner.kind.name == kind) return &planner;
  }
  return nullptr;
}

}  // namespace distdiag::lab
