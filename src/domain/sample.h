// What a source delivers: values of one node at one time, and changes.
//
// Thread: value.
#pragma once

#include "base/time.h"
#include "domain/metric_catalogue.h"
#include "domain/topology.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::domain {

// One measured value. Counters have already become rates; NaN = not measured.
struct MetricValue {
  MetricId metric;
  float value;
};

// What part a node plays in its database; only nodes with the same part are compared with each other.
enum class NodeRole : std::uint8_t {
  kUnknown,  // not told: compared with all
  kLeader,   // leads at least one log stream of a user tenant (OceanBase), takes the writes
  kFollower,
};
std::string_view NodeRoleName(NodeRole role);  // "unknown" "leader" "follower"

// All that one node delivered for one tick. A node that delivered nothing still sends a batch without values
// (`answered` false), so that "down" is told from "late".
struct NodeSamples {
  NodeIndex node;
  bool answered = true;
  std::vector<MetricValue> values;
  NodeRole role = NodeRole::kUnknown;
};

// All nodes' batches of one tick: the unit that travels from collect to store and detect.
struct TickSamples {
  base::Timestamp time;
  std::vector<NodeSamples> nodes;
  // True at the first tick after the source jumped (next recording, restart): what came before is not this tick's past.
  bool starts_new_stretch = false;
};

enum class ChangeKind {
  kDdl,
  kParameter,
  kLeaderMove,
  kRestart,
  kDeployment,
  kFaultInjected,
  kFaultRemoved,
  kMemberJoined,
  kMemberLeft,
  kRoleChanged,  // of one node: "n2 became Donor/Desynced"
  kTenant,       // a tenant appeared, vanished or changed its units
  kRebalance,    // units or log streams move between servers
  kFreeze,       // a memstore was frozen and is written out
  kCompaction,   // a major compaction began or ended
};

// Where a change stands in its course.
enum class ChangePhase : std::uint8_t {
  kMoment,  // has no course, or it is not told
  kBegan,   // of a leader move: the node leads from now on
  kEnded,   // of a leader move: the node leads no longer
};

struct ChangeEvent {
  base::Timestamp time;
  ChangeKind kind;
  std::string node;  // empty = the whole cluster
  std::string description;
  ChangePhase phase = ChangePhase::kMoment;
};

}  // namespace distdiag::domain
