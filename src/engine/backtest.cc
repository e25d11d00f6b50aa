#include "engine/backtest.h"

#include "collect/recorded/recording_loader.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace distdiag::engine {
namespace {

constexpr std::size_t kSlices = 120;
constexpr std::size_t kWindowTicks = 600;  // more than any part of the diagnosis looks back

using AlarmKey = std::tuple<domain::DetectorKind, domain::NodeIndex, domain::MetricId>;

struct Span {
  base::Timestamp from, to;
  std::size_t SliceOf(base::Timestamp time) const {
    const double length_s = std::max(base::ToSeconds(to - from), 1e-6);
    const double place = base::ToSeconds(time - from) / length_s * kSlices;
    return std::min(static_cast<std::size_t>(std::max(place, 0.0)), kSlices - 1);
  }
};

// Follows what one pipeline says.
class RunLog {
 public:
  RunLog(Span span, const domain::DetectorDefinitions& detectors) : span_(span) {
    run_.alarms_a_slice.assign(kSlices, 0);
    // That a detector was silent is told as well.
    for (const domain::DetectorDefinition& one : detectors) {
      if (one.enabled) run_.detectors[one.kind];
    }
  }

  void Note(base::Timestamp time, const TickOutcome& outcome) {
    std::map<AlarmKey, base::Timestamp> standing;
    for (const domain::Alarm& alarm : outcome.alarms) {
      const AlarmKey key{alarm.detector, alarm.node, alarm.metric};
      standing[key] = alarm.evidence.since;
      const auto before = standing_.find(key);
      if (before != standing_.end() && before->second == alarm.evidence.since) continue;
      ++run_.detectors[alarm.detector].alarms;
      ++run_.alarms_a_slice[span_.SliceOf(time)];
      if (series_.insert(key).second) ++run_.detectors[alarm.detector].series;
    }
    standing_ = std::move(standing);
    for (const domain::IncidentEvent& event : outcome.events)
      incidents_[event.incident.detected] = event.incident;
  }

  domain::BacktestRun Take(const incident::IncidentTracker& tracker) {
    for (domain::Incident& open : tracker.OpenIncidents())
      incidents_[open.detected] = std::move(open);
    for (auto& [detected, one] : incidents_) run_.incidents.push_back(std::move(one));
    return std::move(run_);
  }

 private:
  Span span_;
  domain::BacktestRun run_;
  std::map<AlarmKey, base::Timestamp> standing_;  // alarm -> its `since`
  std::set<AlarmKey> series_;
  std::map<base::Timestamp, domain::Incident> incidents_;  // by `detected`
};

base::Result<domain::BacktestRun> RunOne(const BacktestSubject& subject, const History& history,
                                         Span span, const domain::DetectorDefinitions& detectors) {
  PipelineOptions options = subject.options;
  options.window_capacity_ticks = kWindowTicks;
  options.detectors = detectors;
  options.sequence = nullptr;  // it only advises
  ASSIGN_OR_RETURN(const auto pipeline,
                   Pipeline::New(options, subject.topology, subject.layout, subject.model));
  RunLog log(span, detectors);
  for (std::size_t t = 0; t < history.tick_count; ++t) {
    const domain::TickSamples tick = history.tick(t);
    log.Note(tick.time, pipeline->Process(tick));
  }
  return log.Take(pipeline->incidents());
}

bool Overlap(const domain::Incident& a, const domain::Incident& b, base::Timestamp end) {
  return a.started <= b.resolved.value_or(end) && b.started <= a.resolved.value_or(end);
}

// Each trouble's counterpart is the first one that was there at the same time and has none yet.
std::vector<domain::BacktestPair> PairUp(const domain::BacktestRun& before,
                                         const domain::BacktestRun& after, base::Timestamp end) {
  std::vector<domain::BacktestPair> pairs;
  std::vector<bool> taken(after.incidents.size(), false);
  for (std::size_t i = 0; i < before.incidents.size(); ++i) {
    domain::BacktestPair pair{.before = i, .after = std::nullopt};
    for (std::size_t j = 0; j < after.incidents.size() && !pair.after; ++j) {
      if (taken[j] || !Overlap(before.incidents[i], after.incidents[j], end)) continue;
      taken[j] = true;
      pair.after = j;
    }
    pairs.push_back(pair);
  }
  for (std::size_t j = 0; j < after.incidents.size(); ++j) {
    if (!taken[j]) pairs.push_back({.before = std::nullopt, .after = j});
  }
  const auto started = [&](const domain::BacktestPair& pair) {
    return pair.before ? before.incidents[*pair.before].started
                       : after.incidents[*pair.after].started;
  };
  std::ranges::stable_sort(pairs, {}, started);
  return pairs;
}

domain::NodeSamples BatchOf(const store::WindowCopy& copy, const domain::SeriesLayout& layout,
                            std::size_t tick, domain::NodeIndex node) {
  domain::NodeSamples batch{.node = node, .values = {}};
  for (std::size_t column = 0; column < layout.column_count(); ++column) {
    const float value = copy.values[tick * layout.series_count() + layout.series(node, column)];
    if (!std::isnan(value)) batch.values.push_back({layout.metric(column), value});
  }
  batch.answered = !batch.values.empty();
  return batch;
}

bool IsRight(const collect::Recording& recording, const domain::BacktestRun& run) {
  if (!recording.anomaly_start) return run.incidents.empty();
  return std::ranges::any_of(run.incidents, [&](const domain::Incident& one) {
    if (one.verdict.empty()) return false;
    const domain::RankedCause& first = one.verdict.ranking.front();
    return std::ranges::find(recording.labels,
                             collect::RecordedLabel{first.target.node, first.problem}) !=
           recording.labels.end();
  });
}

}  // namespace

History HistoryOf(store::WindowCopy copy, const domain::SeriesLayout& layout) {
  const std::size_t tick_count = copy.times.size();
  return {tick_count, [copy = std::move(copy), layout](std::size_t t) {
            domain::TickSamples tick;
            tick.time = copy.times[t];
            tick.starts_new_stretch =
                t == 0 || std::ranges::binary_search(copy.stretch_starts, tick.time);
            for (std::size_t node = 0; node < layout.node_count(); ++node)
              tick.nodes.push_back(
                  BatchOf(copy, layout, t, domain::NodeIndex(static_cast<std::uint32_t>(node))));
            return tick;
          }};
}

base::Result<domain::Backtest> RunBacktest(const BacktestSubject& subject, const History& history,
                                           const domain::DetectorDefinitions& before,
                                           const domain::DetectorDefinitions& after) {
  if (history.tick_count == 0)
    return base::Fail(
        base::InvalidArgument("expected history in this time, found none: it reaches back as far "
                              "as window.capacity_ticks"));
  domain::Backtest backtest;
  backtest.from = history.tick(0).time;
  backtest.to = history.tick(history.tick_count - 1).time;
  backtest.ticks = history.tick_count;
  backtest.slice_s = base::ToSeconds(backtest.to - backtest.from) / kSlices;
  const Span span{backtest.from, backtest.to};
  ASSIGN_OR_RETURN(backtest.before, RunOne(subject, history, span, before));
  ASSIGN_OR_RETURN(backtest.after, RunOne(subject, history, span, after));
  backtest.pairs = PairUp(backtest.before, backtest.after, backtest.to);
  return backtest;
}

base::Result<std::vector<CaseBacktest>> BacktestCases(
    const base::FileSystem& files, const std::string& directory,
    const std::shared_ptr<const detect::ModelArtefact>& model,
    const domain::DetectorDefinitions& after,
    const std::function<void(std::size_t, std::size_t)>& progress) {
  ASSIGN_OR_RETURN(const auto recordings, collect::LoadRecordings(files, directory));
  std::vector<CaseBacktest> cases;
  for (const collect::Recording& recording : recordings) {
    const History history{recording.tick_count(), [&recording](std::size_t tick) {
                            return recording.Tick(tick, base::Duration::zero());
                          }};
    CaseBacktest one{.id = recording.id, .topology = recording.topology, .backtest = {}};
    ASSIGN_OR_RETURN(one.backtest, RunBacktest({recording.topology, recording.layout, model, {}},
                                               history, domain::ShippedDetectors(), after));
    one.right_before = IsRight(recording, one.backtest.before);
    one.right_after = IsRight(recording, one.backtest.after);
    cases.push_back(std::move(one));
    progress(cases.size(), recordings.size());
  }
  return cases;
}

}  // namespace distdiag::engine
