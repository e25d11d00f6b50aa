// The diagnosis of one cluster, tick by tick: store the row, detect, build the graph, rank, follow the incident.
//
// Why so: the same object serves the live process, the demo and the evaluation, so that what is measured is what runs. It is
// deterministic: the same ticks give the same bytes, whatever the pace.
// Thread: single (owner: the cluster's engine loop); window() may be read by others as its header says.
// Cost: about 0.2 ms a tick of 3 nodes with 190 metrics each (bench/).
#pragma once

#include "detect/classify/node_classifier.h"
#include "detect/expected_shifts.h"
#include "detect/peer/peer_detector.h"
#include "detect/recent/recent_detector.h"
#include "detect/rule/rule_detector.h"
#include "detect/sequence/sequence_detector.h"
#include "domain/detector_definition.h"
#include "domain/expected_shift.h"
#include "domain/incident.h"
#include "domain/sample.h"
#include "domain/scored_cause.h"
#include "domain/topology.h"
#include "domain/verdict.h"
#include "graph/anomaly_graph.h"
#include "incident/incident_tracker.h"
#include "rank/ranker.h"
#include "store/window_store.h"

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace distdiag::engine {

struct PipelineOptions {
  std::size_t window_capacity_ticks = 3600;
  std::string ranker = "combined";
  rank::RankOptions rank;
  domain::DetectorDefinitions detectors = domain::ShippedDetectors();
  // Of the sequence detector; null = it does not run. Shared by clusters.
  std::shared_ptr<const detect::SequenceModel> sequence = nullptr;
};

// What one tick brought.
struct TickOutcome {
  store::AppendResult append =
      store::AppendResult::kAppended;  // unless kAppended, the rest is empty
  domain::ProblemScores scores;
  std::vector<domain::Alarm> alarms;  // of the detectors that diagnose, all that stand at this tick
  std::vector<domain::Alarm>
      advice;  // of those that advise (domain::IsAdvisory): moves nothing here
  std::shared_ptr<const graph::AnomalyGraph> graph;
  domain::Verdict verdict;
  std::vector<domain::IncidentEvent> events;
  std::vector<domain::ExpectedShift> expected;  // that stand, oldest first
  // Pairs that a shift explained for the first time: no incident opens for them while it stands.
  std::vector<std::pair<domain::NodeIndex, domain::ProblemId>> explained;
};

class Pipeline {
 public:
  // NotFound for an unknown ranker. `model` is shared, the rest is this cluster's own.
  static base::Result<std::unique_ptr<Pipeline>> New(
      const PipelineOptions& options, domain::Topology topology, domain::SeriesLayout layout,
      std::shared_ptr<const detect::ModelArtefact> model);

  // `changes`: told since the tick before. A replay has none.
  TickOutcome Process(const domain::TickSamples& samples,
                      std::span<const domain::ChangeEvent> changes = {});

  // From the next tick on. What the detectors have learnt stays; when a rule changes, all rules begin anew. REQUIRES: domain::CheckDetectors(detectors).ok().
  void SetDetectors(const domain::DetectorDefinitions& detectors);

  const domain::Topology& topology() const { return topology_; }
  store::WindowStore& window() { return window_; }
  const store::WindowStore& window() const { return window_; }
  incident::IncidentTracker& incidents() { return incidents_; }
  const incident::IncidentTracker& incidents() const { return incidents_; }

 private:
  Pipeline(const PipelineOptions& options, domain::Topology topology, domain::SeriesLayout layout,
           std::shared_ptr<const detect::ModelArtefact> model,
           std::unique_ptr<const rank::Ranker> ranker);
  void ResetDetection();
  void Detect(const domain::WindowView& window, detect::Learning learning, TickOutcome& outcome);
  void FollowChanges(const domain::TickSamples& samples,
                     std::span<const domain::ChangeEvent> changes);
  std::set<domain::NodeIndex> NodesInIncidents() const;

  domain::Topology topology_;
  std::unique_ptr<const rank::Ranker> ranker_;
  store::WindowStore window_;
  detect::NodeClassifier classifier_;
  detect::RecentDetector recent_;
  detect::PeerDetector peer_;
  detect::RuleDetector rules_;
  domain::DetectorDefinitions rule_definitions_;  // of rules_
  std::optional<detect::SequenceDetector> sequence_;
  detect::ExpectedShifts expected_;
  std::vector<domain::NodeRole> roles_;  // by node, the newest that was told
  graph::AnomalyGraphBuilder graph_builder_;
  incident::IncidentTracker incidents_;
  bool began_ = false;  // a tick was taken
};

}  // namespace distdiag::engine
