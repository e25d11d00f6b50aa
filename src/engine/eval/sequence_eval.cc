#include "engine/eval/sequence_eval.h"

#include "collect/recorded/recording_loader.h"
#include "engine/pipeline.h"
#include "engine/training.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

using collect::Recording;

constexpr std::size_t kFolds = 5;
constexpr std::size_t kSilentTicks = 20;  // the longer of both detectors' learning at the start

bool IsFaulty(const Recording& recording, domain::NodeIndex node) {
  return std::any_of(
      recording.labels.begin(), recording.labels.end(),
      [&](const collect::RecordedLabel& label) { return !label.node || *label.node == node; });
}

// Reads one detector's alarms tick by tick.
class FlagReader {
 public:
  FlagReader(const Recording& recording, FlagOutcome& outcome)
      : recording_(recording), outcome_(outcome) {}

  void NoteNormal(const std::vector<domain::Alarm>& alarms) {
    std::set<domain::NodeIndex> nodes;
    for (const domain::Alarm& alarm : alarms) {
      nodes.insert(alarm.node);
      if (seen_.insert({alarm.node, alarm.metric, alarm.evidence.since}).second)
        ++outcome_.false_flags;
    }
    outcome_.flagged_ticks += nodes.size();
  }
  void NoteFault(base::Timestamp time, const std::vector<domain::Alarm>& alarms) {
    if (outcome_.delay_s) return;
    for (const domain::Alarm& alarm : alarms) {
      if (!IsFaulty(recording_, alarm.node) || alarm.evidence.since < recording_.normal_end)
        continue;
      outcome_.delay_s = base::ToSeconds(time - *recording_.anomaly_start);
      return;
    }
  }

 private:
  const Recording& recording_;
  FlagOutcome& outcome_;
  std::set<std::tuple<domain::NodeIndex, domain::MetricId, base::Timestamp>> seen_;
};

// The recent detector's alarms, of these metrics only if any are given.
std::vector<domain::Alarm> RecentOf(const std::vector<domain::Alarm>& alarms,
                                    const std::set<domain::MetricId>& metrics) {
  std::vector<domain::Alarm> chosen;
  std::copy_if(alarms.begin(), alarms.end(), std::back_inserter(chosen),
               [&](const domain::Alarm& alarm) {
                 return alarm.detector == domain::DetectorKind::kRecent &&
                        (metrics.empty() || metrics.contains(alarm.metric));
               });
  return chosen;
}

// The same detector without anything learnt: its networks forecast the usual, whatever comes in.
std::shared_ptr<const detect::SequenceModel> Blank(const detect::SequenceModel& model) {
  detect::SequenceModel blank;
  for (const detect::SequenceGroup& group : model.groups) {
    const detect::LstmShape shape = group.network.shape();
    blank.groups.push_back({group.name, group.metrics,
                            detect::Lstm(shape, std::vector<float>(shape.ParameterCount(), 0.0F))});
  }
  return std::make_shared<const detect::SequenceModel>(std::move(blank));
}

// The sums over all cases of one detector.
struct Totals {
  std::size_t found = 0;
  std::vector<double> delays;
  std::size_t false_flags = 0, flagged_ticks = 0;

  void Add(const FlagOutcome& outcome) {
    if (outcome.delay_s) {
      ++found;
      delays.push_back(*outcome.delay_s);
    }
    false_flags += outcome.false_flags;
    flagged_ticks += outcome.flagged_ticks;
  }
};

double Quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
}

std::string TotalsLine(std::string_view name, const Totals& totals, std::size_t faults,
                       std::size_t normal_ticks) {
  const double normal = static_cast<double>(std::max<std::size_t>(normal_ticks, 1));
  const std::string delays = totals.delays.empty()
                                 ? fmt::format("{:>9}{:>9}", "-", "-")
                                 : fmt::format("{:>8.1f}s{:>8.1f}s", Quantile(totals.delays, 0.5),
                                               Quantile(totals.delays, 0.9));
  return fmt::format("{:<20}{:>4} of {:<4}{}{:>13}{:>17.2f}{:>15.1f} %\n", name, totals.found,
                     faults, delays, totals.false_flags,
                     60 * static_cast<double>(totals.false_flags) / normal,
                     100 * static_cast<double>(totals.flagged_ticks) / normal);
}

// "3.2" or "-".
std::string Delay(const FlagOutcome& outcome) {
  return outcome.delay_s ? fmt::format("{:.1f}", *outcome.delay_s) : "-";
}

}  // namespace

base::Result<SequenceCaseOutcome> ReplayForFlags(
    const Recording& recording, std::shared_ptr<const detect::ModelArtefact> model,
    std::shared_ptr<const detect::SequenceModel> sequence) {
  std::set<domain::MetricId> metrics;
  for (const detect::SequenceGroup& group : sequence->groups)
    metrics.insert(group.metrics.begin(), group.metrics.end());
  PipelineOptions options;
  options.sequence = std::move(sequence);
  ASSIGN_OR_RETURN(const auto pipeline,
                   Pipeline::New(options, recording.topology, recording.layout, std::move(model)));
  SequenceCaseOutcome outcome{.id = recording.id,
                              .has_fault = recording.anomaly_start.has_value(),
                              .normal_ticks = 0,
                              .sequence = {},
                              .recent = {},
                              .recent_all = {},
                              .blank = {}};
  FlagReader sequence_flags(recording, outcome.sequence), recent_flags(recording, outcome.recent),
      all_flags(recording, outcome.recent_all);
  for (std::size_t tick = 0; tick < recording.tick_count(); ++tick) {
    const base::Timestamp time = recording.times[tick];
    const TickOutcome seen = pipeline->Process(recording.Tick(tick, base::Duration::zero()));
    const auto recent = RecentOf(seen.alarms, metrics), all = RecentOf(seen.alarms, {});
    if (!recording.anomaly_start || time < recording.normal_end) {
      if (tick < kSilentTicks) continue;
      outcome.normal_ticks += recording.topology.nodes.size();
      sequence_flags.NoteNormal(seen.advice);
      recent_flags.NoteNormal(recent);
      all_flags.NoteNormal(all);
    } else if (time >= *recording.anomaly_start && time <= recording.recovered) {
      sequence_flags.NoteFault(time, seen.advice);
      recent_flags.NoteFault(time, recent);
      all_flags.NoteFault(time, all);
    }
  }
  return outcome;
}

base::Result<std::vector<SequenceCaseOutcome>> EvalSequence(
    const base::FileSystem& files, const std::string& directory,
    const std::function<void(std::size_t, std::size_t)>& progress) {
  ASSIGN_OR_RETURN(const std::vector<Recording> recordings,
                   collect::LoadRecordings(files, directory));
  std::vector<detect::CaseExamples> examples;
  for (const Recording& recording : recordings) examples.push_back(ExamplesOf(recording));
  std::vector<SequenceCaseOutcome> outcomes;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    std::vector<const detect::CaseExamples*> cases;
    std::vector<detect::CalmStretch> stretches;
    for (std::size_t i = 0; i < recordings.size(); ++i) {
      if (i % kFolds == fold) continue;
      cases.push_back(&examples[i]);
      stretches.push_back(CalmStretchOf(recordings[i]));
    }
    ASSIGN_OR_RETURN(const auto model, TrainOn(cases));
    ASSIGN_OR_RETURN(detect::SequenceModel trained, detect::TrainSequenceModel(stretches, {}));
    const auto blank = Blank(trained);
    const auto sequence = std::make_shared<const detect::SequenceModel>(std::move(trained));
    for (std::size_t i = fold; i < recordings.size(); i += kFolds) {
      ASSIGN_OR_RETURN(SequenceCaseOutcome outcome, ReplayForFlags(recordings[i], model, sequence));
      ASSIGN_OR_RETURN(const SequenceCaseOutcome without,
                       ReplayForFlags(recordings[i], model, blank));
      outcome.blank = without.sequence;
      outcomes.push_back(std::move(outcome));
    }
    progress(fold + 1, kFolds);
  }
  std::sort(outcomes.begin(), outcomes.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return outcomes;
}

std::string RenderSequenceText(const std::vector<SequenceCaseOutcome>& cases) {
  std::string text =
      "case       sequence s  recent s   false flags of normal time: sequence  recent\n";
  Totals sequence, blank, recent, all;
  std::size_t faults = 0, normal_ticks = 0, sooner = 0, later = 0;
  for (const SequenceCaseOutcome& one : cases) {
    text += fmt::format("{:<10}{:>11}{:>10}{:>38}{:>8}\n", one.id, Delay(one.sequence),
                        Delay(one.recent), one.sequence.false_flags, one.recent.false_flags);
    sequence.Add(one.sequence);
    blank.Add(one.blank);
    recent.Add(one.recent);
    all.Add(one.recent_all);
    faults += one.has_fault ? 1 : 0;
    normal_ticks += one.normal_ticks;
    if (!one.sequence.delay_s || !one.recent.delay_s) continue;
    sooner += *one.sequence.delay_s < *one.recent.delay_s ? 1 : 0;
    later += *one.sequence.delay_s > *one.recent.delay_s ? 1 : 0;
  }
  text +=
      "\ndetector             faulty node  p50 s    p90 s  false flags  a node's minute  "
      "flagged normal\n";
  text += TotalsLine("sequence", sequence, faults, normal_ticks);
  text += TotalsLine("blank network", blank, faults, normal_ticks);
  text += TotalsLine("recent", recent, faults, normal_ticks);
  text += TotalsLine("recent, all metrics", all, faults, normal_ticks);
  return text +
         fmt::format(
             "sequence flags sooner than recent in {} cases, later in {}; normal time with both "
             "detectors ready: {} node-seconds\n",
             sooner, later, normal_ticks);
}

}  // namespace distdiag::engine
