// What a recording campaign is to record: scenarios, repetitions, strengths, loads.
//
// Thread: value.
#pragma once

#include "base/status.h"
#include "inject/fault.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::engine {

struct CampaignPlan {
  std::vector<std::string> scenarios;  // "A1", …: names of AllScenarios()
  int repetitions = 1;
  // Of repetition r the (r mod n)-th.
  std::vector<inject::Strength> strengths = {inject::Strength::kHigh};
  std::vector<double> loads = {1};  // pace of the terminals against the normal one
  double normal_s = 26;
  double fault_s = 40;
  double recover_s = 6;
  std::uint64_t seed = 1;  // of the choice of nodes
};

// One part of a scenario: a kind of fault on the case's first or second node, or on the whole cluster.
struct ScenarioFault {
  std::string kind;
  int which = 0;  // 0 first node, 1 second node; ignored for kinds of cluster scope
};

struct Scenario {
  std::string name;
  std::vector<ScenarioFault> faults;  // empty = normal stretch
};

// A1–A4, B1–B4, C1–C4, W1–W4 of the DistDiagnosis paper, X1–X10 (other faults), N0 (no fault).
const std::vector<Scenario>& AllScenarios();

// One case to record, in order. Nodes are drawn from `seed`, so a resumed campaign records the same cases.
struct PlannedCase {
  std::string id;  // "A1_r1"
  std::string scenario;
  int rep = 1;
  double load = 1;
  std::vector<inject::FaultSpec> faults;
};
std::vector<PlannedCase> CasesOf(const CampaignPlan& plan, const std::vector<std::string>& nodes,
                                 const std::vector<inject::FaultKind>& kinds);

// Errors name file, line, key, what was expected and found.
base::Result<CampaignPlan> ParseCampaignPlan(std::string_view yaml, std::string_view file);

}  // namespace distdiag::engine
