#include "engine/pipeline.h"

#include <utility>

namespace distdiag::engine {
namespace {

constexpr std::size_t kRankTicks = 30;  // DistDiagnosis' window: 30 s of 1 s ticks

// The one place where what diagnoses and what only advises part.
void Keep(std::span<const domain::Alarm> alarms, TickOutcome& outcome) {
  for (const domain::Alarm& alarm : alarms)
    (domain::IsAdvisory(alarm.detector) ? outcome.advice : outcome.alarms).push_back(alarm);
}

domain::DetectorDefinitions RulesOf(const domain::DetectorDefinitions& detectors) {
  domain::DetectorDefinitions rules;
  for (const domain::DetectorDefinition& one : detectors) {
    if (one.kind == domain::DetectorKind::kRule) rules.push_back(one);
  }
  return rules;
}

}  // namespace

base::Result<std::unique_ptr<Pipeline>> Pipeline::New(
    const PipelineOptions& options, domain::Topology topology, domain::SeriesLayout layout,
    std::shared_ptr<const detect::ModelArtefact> model) {
  ASSIGN_OR_RETURN(auto ranker, rank::MakeRanker(options.ranker, options.rank));
  return std::unique_ptr<Pipeline>(new Pipeline(options, std::move(topology), std::move(layout),
                                                std::move(model), std::move(ranker)));
}

Pipeline::Pipeline(const PipelineOptions& options, domain::Topology topology,
                   domain::SeriesLayout layout, std::shared_ptr<const detect::ModelArtefact> model,
                   std::unique_ptr<const rank::Ranker> ranker)
    : topology_(std::move(topology)),
      ranker_(std::move(ranker)),
      window_(std::move(layout), options.window_capacity_ticks),
      classifier_(std::move(model), topology_, window_.layout()),
      rules_({}, topology_),
      expected_(topology_),
      roles_(topology_.nodes.size(), domain::NodeRole::kUnknown),
      graph_builder_(topology_),
      incidents_(topology_) {
  if (options.sequence) sequence_.emplace(options.sequence);
  SetDetectors(options.detectors);
}

void Pipeline::SetDetectors(const domain::DetectorDefinitions& detectors) {
  using enum domain::DetectorKind;
  recent_.Use(detect::ChooseParameters(detectors, kRecent, topology_, window_.layout()));
  peer_.Use(detect::ChooseParameters(detectors, kPeer, topology_, window_.layout()));
  domain::DetectorDefinitions rules = RulesOf(detectors);
  if (rules == rule_definitions_) return;
  rules_ = detect::RuleDetector(rules, topology_);
  rule_definitions_ = std::move(rules);
}

void Pipeline::ResetDetection() {
  classifier_.Reset();
  recent_.Reset();
  peer_.Reset();
  rules_.Reset();
  if (sequence_) sequence_->Reset();
  expected_.Reset();
  roles_.assign(roles_.size(), domain::NodeRole::kUnknown);
  graph_builder_.Reset();
}

// Nodes that an open incident blames; a cluster-wide cause blames all.
std::set<domain::NodeIndex> Pipeline::NodesInIncidents() const {
  std::set<domain::NodeIndex> nodes;
  for (const domain::Incident& incident : incidents_.OpenIncidents()) {
    for (const domain::RankedCause& cause : incident.verdict.ranking) {
      if (!cause.shown) continue;
      for (std::size_t n = 0; n < topology_.nodes.size(); ++n) {
        const auto node = domain::NodeIndex(static_cast<std::uint32_t>(n));
        if (!cause.target.node || *cause.target.node == node) nodes.insert(node);
      }
    }
  }
  return nodes;
}

// Roles and planned changes: whom a node is compared with, and which levels are learned anew.
void Pipeline::FollowChanges(const domain::TickSamples& samples,
                             std::span<const domain::ChangeEvent> changes) {
  for (const domain::NodeSamples& batch : samples.nodes) {
    if (batch.role != domain::NodeRole::kUnknown) roles_[domain::Index(batch.node)] = batch.role;
  }
  peer_.SetRoles(roles_);
  const domain::WindowView window = window_.View();
  const auto step = expected_.Observe(samples, window, changes, NodesInIncidents());
  for (const detect::SeriesChoice& choice : step.forget) {
    recent_.Forget(window.layout(), choice);
    peer_.Forget(window.layout(), choice);
    if (sequence_) sequence_->Forget(window.layout(), choice);
  }
  for (const detect::SeriesChoice& choice : step.relearn) classifier_.Relearn(window, choice);
}

void Pipeline::Detect(const domain::WindowView& window, detect::Learning learning,
                      TickOutcome& outcome) {
  Keep(recent_.Observe(window, learning), outcome);
  Keep(peer_.Observe(window, learning), outcome);
  Keep(rules_.Observe(window, learning), outcome);
  if (sequence_) Keep(sequence_->Observe(window, learning), outcome);
}

TickOutcome Pipeline::Process(const domain::TickSamples& samples,
                              std::span<const domain::ChangeEvent> changes) {
  TickOutcome outcome;
  outcome.append = window_.Append(samples);
  if (outcome.append != store::AppendResult::kAppended) return outcome;
  if (samples.starts_new_stretch) {
    // At the first tick of the process nothing has jumped: incidents that were open before a restart go on.
    if (began_) outcome.events = incidents_.Reset(samples.time);
    ResetDetection();
  }
  began_ = true;
  FollowChanges(samples, changes);
  using detect::Learning;
  const domain::WindowView window = window_.View();
  outcome.scores = classifier_.Observe(
      window, incidents_.has_open() ? Learning::kHold : Learning::kFollow, expected_.Held());
  const Learning learning =
      incidents_.has_open() || outcome.scores.suspicious ? Learning::kHold : Learning::kFollow;
  Detect(window, learning, outcome);
  outcome.graph = graph_builder_.Observe(samples.time, outcome.alarms);
  const domain::WindowView last = window.Last(kRankTicks);
  outcome.verdict = ranker_->Rank({topology_, last, *outcome.graph, outcome.scores});
  outcome.explained =
      expected_.Explain(outcome.verdict, window, outcome.scores.distress, NodesInIncidents());
  outcome.expected = expected_.Standing();
  const auto groups = graph::ConnectedTroubles(*outcome.graph);
  for (domain::IncidentEvent& event : incidents_.Observe(
           {samples.time, outcome.verdict, outcome.alarms, groups, outcome.advice})) {
    outcome.events.push_back(std::move(event));
  }
  return outcome;
}

}  // namespace distdiag::engine
