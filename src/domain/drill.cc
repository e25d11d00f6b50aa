#include "domain/drill.h"

#include <algorithm>

namespace distdiag::domain {

std::string_view DrillPhaseName(DrillPhase phase) {
  switch (phase) {
    case DrillPhase::kWaiting: return "waiting";
    case DrillPhase::kPreparing: return "preparing";
    case DrillPhase::kActive: return "active";
    case DrillPhase::kRecovering: return "recovering";
    case DrillPhase::kDone: return "done";
    case DrillPhase::kFailed: return "failed";
    case DrillPhase::kCancelled: return "cancelled";
  }
  return "waiting";
}

std::optional<DrillPhase> FindDrillPhase(std::string_view name) {
  using enum DrillPhase;
  for (const DrillPhase phase :
       {kWaiting, kPreparing, kActive, kRecovering, kDone, kFailed, kCancelled}) {
    if (DrillPhaseName(phase) == name) return phase;
  }
  return std::nullopt;
}

bool IsControl(const Drill& drill) {
  return !drill.faults.empty() && std::ranges::all_of(drill.faults, [](const DrillFault& fault) {
    return fault.problem == ProblemId::kUnknown;
  });
}

bool IsOver(DrillPhase phase) {
  switch (phase) {
    case DrillPhase::kWaiting:
    case DrillPhase::kPreparing:
    case DrillPhase::kActive:
    case DrillPhase::kRecovering: return false;
    case DrillPhase::kDone:
    case DrillPhase::kFailed:
    case DrillPhase::kCancelled: return true;
  }
  return false;
}

}  // namespace distdiag::domain
