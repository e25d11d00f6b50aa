#include "engine/eval/case_replay.h"

#include <algorithm>

namespace distdiag::engine {
namespace {

constexpr auto kReadAfter = std::chrono::seconds(30);
constexpr auto kEarlyReadAfter = std::chrono::seconds(10);

std::vector<Pair> PairsOf(const domain::Verdict& verdict, bool shown_only) {
  std::vector<Pair> pairs;
  for (const domain::RankedCause& cause : verdict.ranking) {
    if (!shown_only || cause.shown) pairs.push_back({cause.target, cause.problem});
  }
  return pairs;
}

std::vector<Said> SaidOf(const domain::Verdict& verdict, const std::vector<Pair>& truth) {
  std::vector<Said> said;
  for (const domain::RankedCause& cause : verdict.ranking) {
    const Pair pair{cause.target, cause.problem};
    said.push_back({cause.probability, std::find(truth.begin(), truth.end(), pair) != truth.end()});
  }
  return said;
}

// Normal time: before normal_end, or all of a case without fault. From normal_end to the fault and after `recovered` counts
// neither way.
bool IsNormal(const collect::Recording& recording, base::Timestamp time) {
  return !recording.anomaly_start || time < recording.normal_end;
}

double NormalSeconds(const collect::Recording& recording) {
  const base::Timestamp until = recording.anomaly_start ? recording.normal_end : recording.end;
  return std::max(0.0, base::ToSeconds(until - recording.start));
}

// Follows the incidents of one case.
struct IncidentLog {
  const collect::Recording& recording;
  bool open_in_preparation = false;  // an incident that began there has found the fault
  bool found = false;
  base::Timestamp detected{};  // when `found`; not before the fault's start
  int false_incidents = 0;
  int extra_incidents = 0;

  // True when this event is the trouble's first notification.
  bool Note(const domain::IncidentEvent& event) {
    if (event.change == domain::IncidentChange::kResolved) open_in_preparation = false;
    if (event.change != domain::IncidentChange::kOpened) return false;
    const base::Timestamp at = event.incident.detected;
    if (IsNormal(recording, at)) {
      ++false_incidents;
      return false;
    }
    open_in_preparation = at < *recording.anomaly_start;
    if (at > recording.recovered || open_in_preparation) return false;
    if (found) {
      ++extra_incidents;
      return false;
    }
    found = true;
    detected = at;
    return true;
  }
  // An incident that is open when the fault begins (opened while it was prepared) has found it at once.
  bool NoteFaultTick(base::Timestamp time) {
    if (found || !open_in_preparation || time < *recording.anomaly_start) return false;
    found = true;
    detected = *recording.anomaly_start;
    return true;
  }
};

}  // namespace

std::vector<Pair> TruthOf(const collect::Recording& recording) {
  std::vector<Pair> truth;
  for (const collect::RecordedLabel& label : recording.labels)
    truth.push_back({{label.node}, label.problem});
  return truth;
}

bool TypesAreTrained(const collect::Recording& recording, const detect::ModelArtefact& model) {
  return std::all_of(
      recording.labels.begin(), recording.labels.end(), [&](const collect::RecordedLabel& label) {
        return std::any_of(
            model.models.begin(), model.models.end(),
            [&](const detect::ProblemModel& one) { return one.problem == label.problem; });
      });
}

base::Result<std::vector<CaseOutcome>> ReplayCase(
    const collect::Recording& recording, std::shared_ptr<const detect::ModelArtefact> model,
    const PipelineOptions& options, const std::vector<CaseReader>& readers) {
  CaseOutcome blank;
  blank.id = recording.id;
  blank.scenario = recording.scenario;
  blank.truth = TruthOf(recording);
  blank.type_was_trained = TypesAreTrained(recording, *model);
  blank.normal_s = NormalSeconds(recording);
  std::vector<CaseOutcome> outcomes(readers.size(), blank);

  ASSIGN_OR_RETURN(const auto pipeline,
                   Pipeline::New(options, recording.topology, recording.layout, std::move(model)));
  IncidentLog log{.recording = recording};
  double armed_s = 0;
  for (std::size_t tick = 0; tick < recording.tick_count(); ++tick) {
    const base::Timestamp time = recording.times[tick];
    const TickOutcome outcome = pipeline->Process(recording.Tick(tick, base::Duration::zero()));
    bool first = false;
    for (const domain::IncidentEvent& event : outcome.events) first |= log.Note(event);
    if (outcome.scores.ready && tick > 0 && IsNormal(recording, time))
      armed_s += base::ToSeconds(time - recording.times[tick - 1]);
    if (!recording.anomaly_start) continue;
    first |= log.NoteFaultTick(time);
    for (std::size_t r = 0; r < readers.size(); ++r) {
      const domain::Verdict verdict = readers[r].read(*pipeline, outcome);
      if (first) outcomes[r].at_first = PairsOf(verdict, false);
      if (time <= *recording.anomaly_start + kEarlyReadAfter)
        outcomes[r].at_10s = PairsOf(verdict, false);
      if (time <= *recording.anomaly_start + kReadAfter) {
        outcomes[r].at_30s = PairsOf(verdict, false);
        outcomes[r].shown = PairsOf(verdict, true);
        outcomes[r].said = SaidOf(verdict, blank.truth);
      }
    }
  }
  for (CaseOutcome& outcome : outcomes) {
    if (log.found) outcome.delay_s = base::ToSeconds(log.detected - *recording.anomaly_start);
    outcome.armed_s = armed_s;
    outcome.false_incidents = log.false_incidents;
    outcome.extra_incidents = log.extra_incidents;
  }
  return outcomes;
}

}  // namespace distdiag::engine
