// What the API shows of the present: plain values that engine builds and serve only reads.
//
// Why so: a reader gets an immutable shared_ptr<const …> and never waits for the diagnosis; serve has no logic of its
// own about health, so the page can't say more than the engine does.
// Thread: value (immutable once published through LiveFeed).
#pragma once

#include "base/time.h"
#include "domain/database_structure.h"
#include "domain/expected_shift.h"
#include "domain/incident.h"
#include "domain/sample.h"
#include "domain/topology.h"
#include "domain/verdict.h"
#include "notify/alarm_budget.h"
#include "serve/chart.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::serve {

// kBlind: nothing abnormal is seen, but something that was measured or is configured is not seen now: not the same as well.
enum class ClusterCondition { kNoData, kLearning, kOk, kBlind, kTrouble };
std::string_view ClusterConditionName(
    ClusterCondition condition);  // "no_data" "learning" "ok" "blind" "trouble"

enum class NodeCondition { kOk, kAbnormal, kRootCause, kSilent };
std::string_view NodeConditionName(
    NodeCondition condition);  // "ok" "abnormal" "root_cause" "silent"

struct NodeLive {
  NodeCondition condition = NodeCondition::kOk;
  std::optional<base::Timestamp> last_answer = std::nullopt;  // by the source's clock
  double initial_rcr = 0;
  double rcr = 0;  // initial + propagated
  domain::NodeRole role = domain::NodeRole::kUnknown;
  std::vector<domain::TenantLoad> tenants = {};  // the newest that its database told
};

struct HealthCell {
  base::Timestamp from;
  base::Timestamp to;
  ClusterCondition condition = ClusterCondition::kNoData;
};

// Something that should be measured and is not.
struct BlindSpot {
  domain::NodeIndex node{};
  // Metric group; "all" when the node is silent; "mysql", "host" or "clients" when that probe fails.
  std::string group;
  base::Timestamp since;
  std::string reason = {};  // what the probe found; empty for a group
};

// The last minute of a series that is evidence in `verdict`, oldest first, NaN = gap.
struct Spark {
  domain::NodeIndex node{};
  domain::MetricId metric{};
  std::vector<float> values;
};

// Everything about one cluster at its newest tick.
struct ClusterLive {
  domain::Topology topology;
  ClusterCondition condition = ClusterCondition::kNoData;
  std::optional<base::Timestamp> time = std::nullopt;  // of the newest tick, by the source's clock
  std::optional<base::Timestamp> arrived = std::nullopt;  // when it arrived, by DistDiag's clock
  base::Timestamp trouble_since;                          // with kTrouble: for the headline
  std::vector<NodeLive> nodes;                            // as topology.nodes
  std::vector<HealthCell> health;                         // last hour, oldest first
  std::vector<BlindSpot> blind_spots;
  domain::Verdict verdict;
  std::vector<Spark> sparks;
  AnomalyGraph graph;
  std::vector<domain::Incident> open_incidents;  // newest first; node indices refer to `topology`
  std::vector<domain::ChangeEvent> changes;      // oldest first, as many as engine keeps
  std::vector<std::string> golden_signals;       // metric names
  std::vector<domain::ExpectedShift> expected;   // that stand at `time`, oldest first
  std::shared_ptr<const domain::DatabaseStructure>
      structure;  // nullptr: the database tells none, or has not yet
};

struct LiveState {
  std::vector<std::shared_ptr<const ClusterLive>> clusters;  // by name

  // nullptr when there is none of this name.
  const ClusterLive* Find(std::string_view cluster) const;
};

struct Notice {
  base::Timestamp time;  // last seen
  std::string code;      // "store_write_failed", "sample_rejected", …
  std::string text;
  std::uint64_t count = 0;
};

struct ModelInfo {
  std::string name;
  std::string schema_hash;
  std::vector<std::string> training_cases;
  std::vector<std::string> problems;
};

struct StatusInfo {
  std::string version;
  std::string cluster;  // that is watched
  base::Timestamp started;
  std::string source;  // what delivers samples, in words
  ModelInfo model;
  std::vector<Notice> notices;                           // newest first
  std::optional<notify::AlarmBudgetMeter> alarm_budget;  // nullopt before the first sample
  // Why /readyz says 503: no sample yet, facts can't be stored. Empty = ready.
  std::string not_ready;
};

enum class DemoCaseState { kWaiting, kNormal, kFault, kRecovering, kDone };
std::string_view DemoCaseStateName(
    DemoCaseState state);  // "waiting" "normal" "fault" "recovering" "done"

struct CausePair {
  std::optional<std::string> node = std::nullopt;  // nullopt = the whole cluster
  domain::ProblemId problem = domain::ProblemId::kUnknown;
};

struct DemoCase {
  std::string id;
  std::string description_en;
  std::string description_zh;
  DemoCaseState state = DemoCaseState::kWaiting;
  std::vector<CausePair> injected;
  std::vector<CausePair> diagnosed;
  std::optional<double> delay_s = std::nullopt;
  std::optional<bool> correct = std::nullopt;
  std::optional<std::int64_t> incident_id = std::nullopt;
};

struct DemoStatus {
  bool running = false;
  double speed = 1;  // 0 = as fast as possible
  std::string model_note;
  int correct = 0;
  int total_faults = 0;
  std::vector<DemoCase> cases;
};

}  // namespace distdiag::serve
