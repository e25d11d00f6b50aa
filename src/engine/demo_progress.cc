#include "engine/demo_progress.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

constexpr std::size_t kMostSummaryLines = 50;
constexpr auto kJudgeAfter = std::chrono::seconds(30);

serve::CausePair PairOf(const std::optional<domain::NodeIndex>& node, domain::ProblemId problem,
                        const domain::Topology& topology) {
  serve::CausePair pair;
  if (node) pair.node = topology.nodes[domain::Index(*node)].name;
  pair.problem = problem;
  return pair;
}

bool Same(const serve::CausePair& a, const serve::CausePair& b) {
  return a.node == b.node && a.problem == b.problem;
}

std::string PairsText(const std::vector<serve::CausePair>& pairs) {
  std::vector<std::string> texts;
  for (const serve::CausePair& pair : pairs)
    texts.push_back(fmt::format("{} {}", pair.node.value_or("cluster"),
                                domain::GetProblem(pair.problem).title_en));
  return texts.empty() ? "nothing" : fmt::format("{}", fmt::join(texts, ", "));
}

std::string PairsTextZh(const std::vector<serve::CausePair>& pairs) {
  std::vector<std::string> texts;
  for (const serve::CausePair& pair : pairs)
    texts.push_back(fmt::format("{} {}", pair.node.value_or("集群"),
                                domain::GetProblem(pair.problem).title_zh));
  return texts.empty() ? "无" : fmt::format("{}", fmt::join(texts, "，"));
}

serve::DemoCase Fresh(const collect::Recording& recording) {
  serve::DemoCase fresh;
  fresh.id = recording.id;
  for (const collect::RecordedLabel& label : recording.labels)
    fresh.injected.push_back(PairOf(label.node, label.problem, recording.topology));
  fresh.description_en = recording.labels.empty() ? "no fault" : PairsText(fresh.injected);
  fresh.description_zh = recording.labels.empty() ? "无故障" : PairsTextZh(fresh.injected);
  return fresh;
}

serve::DemoCaseState StateAt(const collect::Recording& recording, base::Timestamp time) {
  if (!recording.anomaly_start || time < *recording.anomaly_start)
    return serve::DemoCaseState::kNormal;
  return time < *recording.anomaly_end ? serve::DemoCaseState::kFault
                                       : serve::DemoCaseState::kRecovering;
}

}  // namespace

DemoProgress::DemoProgress(const std::vector<collect::Recording>& recordings, double speed,
                           std::string model_note)
    : recordings_(recordings) {
  status_.running = true;
  status_.speed = speed;
  status_.model_note = std::move(model_note);
  for (const collect::Recording& recording : recordings_) status_.cases.push_back(Fresh(recording));
}

std::optional<domain::ChangeEvent> DemoProgress::Note(const collect::SourceTick& tick,
                                                      const TickOutcome& outcome,
                                                      const incident::IncidentTracker& tracker) {
  const collect::ReplayPlace& place = *tick.replay;
  const collect::Recording& recording = recordings_[place.recording];
  const base::Timestamp time = recording.times[place.tick];
  serve::DemoCase& shown = status_.cases[place.recording];
  if (place.tick == 0) {
    if (place.recording == 0 && place.round > 0) {
      for (std::size_t i = 0; i < recordings_.size(); ++i) status_.cases[i] = Fresh(recordings_[i]);
    }
    if (place.recording > 0) status_.cases[place.recording - 1].state = serve::DemoCaseState::kDone;
  }
  const serve::DemoCaseState before = shown.state;
  shown.state = StateAt(recording, time);
  if (recording.anomaly_start && time >= *recording.anomaly_start)
    NoteFaultTick(recording, time, shown, outcome.verdict, tracker);
  if (place.tick + 1 == recording.tick_count()) {
    Judge(shown);
    shown.state = serve::DemoCaseState::kDone;
  }
  if (before == shown.state || recording.labels.empty()) return std::nullopt;
  if (shown.state == serve::DemoCaseState::kFault)
    return domain::ChangeEvent{tick.samples.time, domain::ChangeKind::kFaultInjected, "",
                               "recorded fault begins: " + shown.description_en};
  if (before == serve::DemoCaseState::kFault)
    return domain::ChangeEvent{tick.samples.time, domain::ChangeKind::kFaultRemoved, "",
                               "recorded fault ends: " + shown.description_en};
  return std::nullopt;
}

void DemoProgress::NoteFaultTick(const collect::Recording& recording, base::Timestamp time,
                                 serve::DemoCase& shown, const domain::Verdict& verdict,
                                 const incident::IncidentTracker& tracker) {
  if (shown.correct) return;
  const auto open = tracker.OpenIncidents();
  if (!open.empty() && open.back().id != 0) shown.incident_id = open.back().id;
  shown.diagnosed.clear();
  if (open.empty()) {  // what nobody was told does not count
    if (time >= *recording.anomaly_start + kJudgeAfter || time >= *recording.anomaly_end)
      Judge(shown);
    return;
  }
  for (const domain::RankedCause& cause : verdict.ranking) {
    if (cause.shown || shown.diagnosed.empty())
      shown.diagnosed.push_back(PairOf(cause.target.node, cause.problem, recording.topology));
  }
  const bool right =
      !open.empty() && !shown.diagnosed.empty() &&
      std::any_of(shown.injected.begin(), shown.injected.end(),
                  [&](const auto& pair) { return Same(pair, shown.diagnosed.front()); });
  if (right && !shown.delay_s) shown.delay_s = base::ToSeconds(time - *recording.anomaly_start);
  if (time >= *recording.anomaly_start + kJudgeAfter || time >= *recording.anomaly_end)
    Judge(shown);
}

void DemoProgress::Judge(serve::DemoCase& shown) {
  if (shown.correct || shown.injected.empty()) return;
  shown.correct = !shown.diagnosed.empty() &&
                  std::any_of(shown.injected.begin(), shown.injected.end(), [&](const auto& pair) {
                    return Same(pair, shown.diagnosed.front());
                  });
  ++status_.total_faults;
  if (summary_lines_.size() == kMostSummaryLines) summary_lines_.erase(summary_lines_.begin());
  if (*shown.correct) ++status_.correct;
  summary_lines_.push_back(fmt::format(
      "  {:<7} injected: {:<42} diagnosed: {:<42} {}{}", shown.id, PairsText(shown.injected),
      PairsText(shown.diagnosed), *shown.correct ? "right" : "WRONG",
      shown.delay_s ? fmt::format(", first right after {:.0f} s", *shown.delay_s) : ""));
}

std::string DemoProgress::Summary() const {
  std::string text =
      "\nInjected against diagnosed (first pair, 30 s after the fault began; seconds of the "
      "recording):\n";
  for (const std::string& line : summary_lines_) text += line + "\n";
  text += fmt::format("{} of {} faults diagnosed right. {}\n", status_.correct,
                      status_.total_faults, status_.model_note);
  return text;
}

}  // namespace distdiag::engine
