// Follows one cluster from tick to tick and says how it is: condition, silent nodes, blind spots, health of the last hour.
//
// Why so: pure bookkeeping over what the pipeline said, apart from threads and servers, so that it can be tested tick by tick.
// Thread: single (owner: the engine loop).
#pragma once

#include "collect/source.h"
#include "domain/sample.h"
#include "engine/pipeline.h"
#include "serve/live_state.h"

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace distdiag::engine {

class ClusterWatch {
 public:
  explicit ClusterWatch(const domain::Topology& topology, const domain::SeriesLayout& layout);

  // Call after the pipeline has taken the tick.
  void Note(const domain::TickSamples& samples, const TickOutcome& outcome, bool trouble);
  void NoteChange(domain::ChangeEvent change);
  // The probes that fail at this tick (limits are none of its business). Call before Note.
  void NoteTroubles(std::vector<collect::ProbeTrouble> troubles);
  // What the databases told of their parts and tenants; what is not in this tick stays as it was told.
  void NoteFacts(const collect::SourceTick& tick);
  // The value to publish. `arrived`: when the newest tick came, by DistDiag's clock.
  std::shared_ptr<const serve::ClusterLive> View(const Pipeline& pipeline,
                                                 const TickOutcome& outcome,
                                                 base::Timestamp arrived) const;

 private:
  struct GroupState {
    std::string group;
    std::vector<std::size_t> columns;
    std::vector<std::optional<base::Timestamp>> missing_since;  // by node
    std::vector<bool>
        seen;  // by node: it ever delivered it; what is not configured there is no gap
  };

  void NoteGaps(const domain::TickSamples& samples);
  void NoteHealth(base::Timestamp time, serve::ClusterCondition condition);
  std::vector<serve::BlindSpot> BlindSpots() const;
  std::vector<serve::NodeLive> Nodes(const TickOutcome& outcome,
                                     std::span<const domain::Incident> open) const;

  const domain::Topology topology_;
  std::vector<std::string> golden_signals_;  // those that the source delivers
  std::vector<GroupState> groups_;
  std::vector<std::optional<base::Timestamp>> last_answer_;   // by node
  std::vector<std::optional<base::Timestamp>> silent_since_;  // by node
  std::vector<collect::ProbeTrouble> troubles_;
  std::deque<serve::HealthCell> health_;
  std::deque<domain::ChangeEvent> changes_;
  std::vector<domain::NodeRole> roles_;                   // by node
  std::vector<std::vector<domain::TenantLoad>> tenants_;  // by node
  std::shared_ptr<const domain::DatabaseStructure> structure_;
  serve::ClusterCondition condition_ = serve::ClusterCondition::kNoData;
  base::Timestamp newest_;
};

}  // namespace distdiag::engine
