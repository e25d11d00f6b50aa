#include "engine/pipeline.h"

#include <utility>

namespace distdiag::engine {
namespace {

constexpr std::size_t kRankTicks = 30;  // DistDiagnosis' window: 30 s of 1 s ticks

void Append(std::vector<domain::Alarm>& alarms, std::vector<domain::Alarm> more) {
  alarms.insert(alarms.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

}  // namespace

base::Result<std::unique_ptr<Pipeline>> Pipeline::New(
    PipelineOptions options, domain::Topology topology, domain::SeriesLayout layout,
    std::shared_ptr<const detect::ModelArtefact> model) {
  ASSIGN_OR_RETURN(auto ranker, rank::MakeRanker(options.ranker, options.rank));
  return std::unique_ptr<Pipeline>(new Pipeline(std::move(options), std::move(topology),
                                                std::move(layout), std::move(model),
                                                std::move(ranker)));
}

Pipeline::Pipeline(PipelineOptions options, domain::Topology topology, domain::SeriesLayout layout,
                   std::shared_ptr<const detect::ModelArtefact> model,
                   std::unique_ptr<const rank::Ranker> ranker)
    : topology_(std::move(topology)),
      ranker_(std::move(ranker)),
      window_(std::move(layout), options.window_capacity_ticks),
      classifier_(std::move(model), topology_, window_.layout()),
      graph_builder_(topology_),
      incidents_(topology_) {}

void Pipeline::ResetDetection() {
  classifier_.Reset();
  recent_.Reset();
  peer_.Reset();
  graph_builder_.Reset();
}

TickOutcome Pipeline::Process(const domain::TickSamples& samples) {
  TickOutcome outcome;
  outcome.append = window_.Append(samples);
  if (outcome.append != store::AppendResult::kAppended) return outcome;
  if (samples.starts_new_stretch) {
    // At the first tick of the process nothing has jumped: incidents that were open before a restart go on.
    if (began_) outcome.events = incidents_.Reset(samples.time);
    ResetDetection();
  }
  began_ = true;
  using detect::Learning;
  const domain::WindowView window = window_.View();
  outcome.scores =
      classifier_.Observe(window, incidents_.has_open() ? Learning::kHold : Learning::kFollow);
  const Learning learning =
      incidents_.has_open() || outcome.scores.suspicious ? Learning::kHold : Learning::kFollow;
  outcome.alarms = recent_.Observe(window, learning);
  Append(outcome.alarms, peer_.Observe(window, learning));
  outcome.graph = graph_builder_.Observe(samples.time, outcome.alarms);
  const domain::WindowView last = window.Last(kRankTicks);
  outcome.verdict = ranker_->Rank({topology_, last, *outcome.graph, outcome.scores});
  const auto groups = graph::ConnectedTroubles(*outcome.graph);
  for (domain::IncidentEvent& event :
       incidents_.Observe({samples.time, outcome.verdict, outcome.alarms, groups})) {
    outcome.events.push_back(std::move(event));
  }
  return outcome;
}

}  // namespace distdiag::engine
