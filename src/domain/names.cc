// The words for domain enums, in one place: the same in log, metric label, database and API.
#include "domain/alarm.h"
#include "domain/backtest.h"
#include "domain/delivery.h"
#include "domain/incident.h"
#include "domain/sample.h"
#include "domain/verdict.h"

namespace distdiag::domain {

std::string_view DetectorKindName(DetectorKind kind) {
  switch (kind) {
    case DetectorKind::kRecent: return "recent";
    case DetectorKind::kPeer: return "peer";
    case DetectorKind::kClassifier: return "classifier";
    case DetectorKind::kSeasonal: return "seasonal";
    case DetectorKind::kRule: return "rule";
    case DetectorKind::kSequence: return "sequence";
  }
  return "recent";
}

bool IsAdvisory(DetectorKind kind) {
  switch (kind) {
    case DetectorKind::kRecent:
    case DetectorKind::kPeer:
    case DetectorKind::kClassifier:
    case DetectorKind::kSeasonal:
    case DetectorKind::kRule: return false;
    case DetectorKind::kSequence: return true;
  }
  return false;
}

std::optional<DetectorKind> FindDetectorKind(std::string_view name) {
  using enum DetectorKind;
  for (const DetectorKind kind : {kRecent, kPeer, kClassifier, kSeasonal, kRule, kSequence}) {
    if (DetectorKindName(kind) == name) return kind;
  }
  return std::nullopt;
}

std::string_view BacktestVerdictName(BacktestVerdict verdict) {
  switch (verdict) {
    case BacktestVerdict::kSame: return "same";
    case BacktestVerdict::kLost: return "lost";
    case BacktestVerdict::kNew: return "new";
    case BacktestVerdict::kOtherCause: return "other_cause";
  }
  return "same";
}

std::string_view NodeRoleName(NodeRole role) {
  switch (role) {
    case NodeRole::kUnknown: return "unknown";
    case NodeRole::kLeader: return "leader";
    case NodeRole::kFollower: return "follower";
  }
  return "unknown";
}

std::string_view IncidentStateName(IncidentState state) {
  switch (state) {
    case IncidentState::kOpen: return "open";
    case IncidentState::kResolved: return "resolved";
  }
  return "open";
}

std::string_view IncidentChangeName(IncidentChange change) {
  switch (change) {
    case IncidentChange::kOpened: return "opened";
    case IncidentChange::kUpdated: return "updated";
    case IncidentChange::kResolved: return "resolved";
  }
  return "updated";
}

std::string_view DeliveryStateName(DeliveryState state) {
  switch (state) {
    case DeliveryState::kPending: return "pending";
    case DeliveryState::kDelivered: return "delivered";
    case DeliveryState::kFailed: return "failed";
  }
  return "pending";
}

std::string TargetName(const Target& target, const Topology& topology) {
  return target.node ? topology.nodes[Index(*target.node)].name : topology.cluster;
}

}  // namespace distdiag::domain
