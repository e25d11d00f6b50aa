// What feeds the engine: ticks, one after the other, from a replay or from live nodes.
//
// Why so: the pipeline, the recorder of cases and the drills take ticks from any source through this one call.
// Thread: single (owner: the source thread).
#pragma once

#include "base/clock.h"
#include "domain/database_structure.h"
#include "domain/sample.h"
#include "domain/statement.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::collect {

// A tick's place in a replay.
struct ReplayPlace {
  std::size_t recording = 0;  // position in the list
  std::size_t tick = 0;       // within the recording
  int round = 0;              // 0 = first
  base::Duration shift{};     // added to the recording's own times
};

// Why a node is not measured, or not wholly: the newest failure of one of its probes.
struct ProbeTrouble {
  domain::NodeIndex node{};
  std::string probe;  // Probe::kind()
  std::string message;
  bool is_limit =
      false;  // true: the probe works, something lasting is missing (ProbeReading::limits)
  base::Timestamp since;
};

// What a node's database told about its statements, its tenants.
struct NodeStatements {
  domain::NodeIndex node{};
  domain::StatementSample sample;
};

struct NodeTenants {
  domain::NodeIndex node{};
  std::vector<domain::TenantLoad> loads;
};

struct SourceTick {
  domain::TickSamples samples;
  std::vector<domain::ChangeEvent> changes;
  std::vector<NodeStatements> statements = {};
  std::vector<NodeTenants> tenants = {};
  // Those that arrived since the last tick, oldest first; servers that are databases of their own tell one each.
  std::vector<std::shared_ptr<const domain::DatabaseStructure>> structures = {};
  std::vector<ProbeTrouble> troubles;  // all that stand at this tick; empty for a replay
  std::optional<ReplayPlace> replay;   // nullopt = live
};

class Source {
 public:
  virtual ~Source() = default;
  // Waits until the next tick is due. nullopt at the end, or when stop is requested.
  virtual std::optional<SourceTick> Next(base::StopSignal& stop) = 0;
};

}  // namespace distdiag::collect
