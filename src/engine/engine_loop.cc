// The threads of the engine: the source that delivers ticks, and the loop that digests them.
#include "base/executor.h"
#include "base/logging.h"
#include "engine/engine.h"
#include "engine/graph_view.h"
#include "incident/statement_evidence.h"
#include "serve/api_json.h"
#include "serve/chart.h"

#include <utility>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

// While an incident is open, its stored state and evidence are renewed every so many ticks.
constexpr int kTicksARefresh = 5;
// A replay as fast as possible must not spend its time telling the page.
constexpr auto kBetweenPublications = std::chrono::milliseconds(100);

std::string_view AppendResultName(store::AppendResult result) {
  switch (result) {
    case store::AppendResult::kAppended: return "appended";
    case store::AppendResult::kNotLater:
      return "expected a later time than the newest tick, found an earlier or equal one";
    case store::AppendResult::kWrongLayout:
      return "expected only nodes of the cluster, found another";
  }
  return "";
}

}  // namespace

void Engine::RunSource() {
  base::NameThisThread("dd-source");
  while (auto tick = source_->Next(stop_)) {
    if (!ticks_.Push(std::move(*tick))) break;
  }
  ticks_.Close();
}

void Engine::RunLoop() {
  base::NameThisThread("dd-loop");
  while (auto tick = ticks_.Pop()) Process(*tick);
  // What still waits for the store gets a last chance.
  recorder_->Close(pipeline_->incidents());
  if (last_outcome_.graph) Publish(last_outcome_, true);
  if (demo_) {
    demo_->End();
    feed_->PublishDemo(std::make_shared<const serve::DemoStatus>(demo_->status()));
  }
  PublishStatus();
  finished_.Request();
}

void Engine::Process(const collect::SourceTick& tick) {
  const base::Timestamp began = clock_.Now();
  if (const auto detectors = detectors_->TakeChange()) pipeline_->SetDetectors(*detectors);
  TickOutcome outcome = pipeline_->Process(tick.samples, tick.changes);
  if (outcome.append != store::AppendResult::kAppended) {
    notices_.Report("sample_rejected",
                    fmt::format("tick {}: {}", base::ToRfc3339(tick.samples.time),
                                AppendResultName(outcome.append)));
    return;
  }
  std::uint64_t values = 0;
  for (const domain::NodeSamples& batch : tick.samples.nodes) values += batch.values.size();
  metrics_.GetCounter("distdiag_ticks_total", "Ticks taken from the source").Add();
  metrics_.GetCounter("distdiag_samples_total", "Values taken from the source").Add(values);
  metrics_
      .GetGauge("distdiag_unknown_metric_values",
                "Values ignored because the cluster's layout has no such metric")
      .Set(static_cast<double>(pipeline_->window().unknown_values()));
  ready_ = true;
  NoteExplained(outcome);
  NoteStatements(tick);
  Record(outcome, tick.samples.time);
  NoteSource(tick);
  if (drills_) {
    drills_->NoteTick(tick.samples.time, outcome, pipeline_->incidents());
    for (domain::ChangeEvent& change : drills_->TakeChanges())
      watch_->NoteChange(std::move(change));
  }
  watch_->Note(tick.samples, outcome, pipeline_->incidents().has_open());
  if (demo_) {
    if (auto change = demo_->Note(tick, outcome, pipeline_->incidents()))
      watch_->NoteChange(std::move(*change));
  }
  metrics_
      .GetCounter("distdiag_diagnosis_microseconds_total",
                  "Time spent from a tick's arrival to its stored outcome")
      .Add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, (clock_.Now() - began).count())));
  Publish(outcome, !outcome.events.empty());
  last_outcome_ = std::move(outcome);
}

// The count says that nothing was kept silent unseen.
void Engine::NoteExplained(const TickOutcome& outcome) {
  base::Counter& explained = metrics_.GetCounter(
      "distdiag_explained_causes_total",
      "Causes that opened no incident because a planned change explains them, once a change");
  for (const auto& [node, problem] : outcome.explained) {
    explained.Add();
    base::Log(base::LogLevel::kInfo, "cause_explained",
              {{"cluster", topology_.cluster},
               {"node", topology_.nodes[domain::Index(node)].name},
               {"problem", std::string(domain::GetProblem(problem).name)}});
  }
}

void Engine::NoteStatements(const collect::SourceTick& tick) {
  for (const collect::NodeStatements& one : tick.statements) {
    if (!statements_->Add(one.node, one.sample))
      metrics_
          .GetCounter("distdiag_statement_samples_refused_total",
                      "Looks at statements that overlap an earlier one")
          .Add();
  }
}

void Engine::NoteSource(const collect::SourceTick& tick) {
  for (const domain::ChangeEvent& change : tick.changes) watch_->NoteChange(change);
  watch_->NoteFacts(tick);
  std::set<std::string> standing;
  for (const collect::ProbeTrouble& one : tick.troubles) {
    std::string text = fmt::format("{} {}: {}", topology_.nodes[domain::Index(one.node)].name,
                                   one.probe, one.message);
    if (!told_troubles_.contains(text))
      notices_.Report(one.is_limit ? "probe_limited" : "probe_failed", text);
    standing.insert(std::move(text));
  }
  told_troubles_ = std::move(standing);  // the same trouble later is news again
  watch_->NoteTroubles(tick.troubles);
}

void Engine::Record(const TickOutcome& outcome, base::Timestamp now) {
  std::vector<domain::Alarm> alarms = outcome.alarms;
  alarms.insert(alarms.end(), outcome.advice.begin(), outcome.advice.end());
  recorder_->NoteAlarms(alarms);
  KeepGraphs(outcome);
  for (const domain::IncidentEvent& event : outcome.events) {
    recorder_->NoteChange({.event = event,
                           .evidence = EvidenceOf(event.incident, now),
                           .statements = StatementsOf(event.incident, now)});
    base::Log(base::LogLevel::kInfo,
              fmt::format("incident_{}", domain::IncidentChangeName(event.change)),
              {{"cluster", topology_.cluster}, {"at", base::ToRfc3339(now)}});
  }
  if (!pipeline_->incidents().has_open()) {
    ticks_since_refresh_ = 0;
    graphs_.clear();
    statement_evidence_.clear();
  } else if (++ticks_since_refresh_ >= kTicksARefresh) {
    ticks_since_refresh_ = 0;
    for (domain::Incident& incident : pipeline_->incidents().OpenIncidents()) {
      store::IncidentEvidence evidence = EvidenceOf(incident, now);
      recorder_->NoteRefresh(std::move(incident), std::move(evidence));
    }
  }
  recorder_->Flush(pipeline_->incidents());
}

// The graph belongs to the verdict: when the trouble is over, the graph of the last tick would be empty.
void Engine::KeepGraphs(const TickOutcome& outcome) {
  for (const domain::Incident& incident : pipeline_->incidents().OpenIncidents()) {
    if (incident.verdict.time == outcome.graph->time()) {
      graphs_[incident.detected] = serve::GraphToJson(ViewOf(*outcome.graph));
    }
  }
}

// What is kept of statements reaches back for some time only: then what was said last stays.
const domain::StatementEvidence& Engine::StatementsOf(const domain::Incident& incident,
                                                      base::Timestamp now) {
  domain::StatementEvidence& kept = statement_evidence_[incident.detected];
  if (now - incident.started <= incident::StatementHistory::kLongest - incident::kCalmTime)
    kept = incident::ExplainByStatements(incident, topology_, *statements_, now);
  return kept;
}

store::IncidentEvidence Engine::EvidenceOf(const domain::Incident& incident, base::Timestamp now) {
  const domain::WindowView window = pipeline_->window().View();
  const auto graph = graphs_.find(incident.detected);
  // An incident of an earlier run, or one longer than the window: what was saved earlier shows more.
  if (graph == graphs_.end() || window.empty() || window.time(0) > incident.started) return {};
  return {.charts_json =
              serve::ChartsToJson(EvidenceCharts(incident, topology_, pipeline_->window(), now)),
          .graph_json = graph->second,
          .impact_json = serve::ImpactToJson(MeasureImpact(incident, pipeline_->window(), now)),
          .statements_json = serve::StatementsToJson(StatementsOf(incident, now), topology_)};
}

void Engine::Publish(const TickOutcome& outcome, bool at_once) {
  const base::Timestamp now = clock_.Now();
  if (!at_once && now - published_ < kBetweenPublications) return;
  published_ = now;
  auto state = std::make_shared<serve::LiveState>();
  state->clusters.push_back(watch_->View(*pipeline_, outcome, now));
  feed_->Publish(std::move(state));
  if (demo_) feed_->PublishDemo(std::make_shared<const serve::DemoStatus>(demo_->status()));
  PublishStatus();
}

}  // namespace distdiag::engine
