#include "serve/live_state.h"

namespace distdiag::serve {

std::string_view ClusterConditionName(ClusterCondition condition) {
  switch (condition) {
    case ClusterCondition::kNoData: return "no_data";
    case ClusterCondition::kLearning: return "learning";
    case ClusterCondition::kOk: return "ok";
    case ClusterCondition::kBlind: return "blind";
    case ClusterCondition::kTrouble: return "trouble";
  }
  return "no_data";
}

std::string_view NodeConditionName(NodeCondition condition) {
  switch (condition) {
    case NodeCondition::kOk: return "ok";
    case NodeCondition::kAbnormal: return "abnormal";
    case NodeCondition::kRootCause: return "root_cause";
    case NodeCondition::kSilent: return "silent";
  }
  return "ok";
}

std::string_view DemoCaseStateName(DemoCaseState state) {
  switch (state) {
    case DemoCaseState::kWaiting: return "waiting";
    case DemoCaseState::kNormal: return "normal";
    case DemoCaseState::kFault: return "fault";
    case DemoCaseState::kRecovering: return "recovering";
    case DemoCaseState::kDone: return "done";
  }
  return "waiting";
}

const ClusterLive* LiveState::Find(std::string_view cluster) const {
  for (const auto& live : clusters) {
    if (live->topology.cluster == cluster) return live.get();
  }
  return nullptr;
}

}  // namespace distdiag::serve
