#include "detect/sequence/sequence_detector.h"

#include "base/check.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace distdiag::detect {

SequenceDetector::SequenceDetector(std::shared_ptr<const SequenceModel> model,
                                   SequenceOptions options)
    : model_(std::move(model)), options_(options) {
  CHECK(model_ != nullptr);
}

void SequenceDetector::Prepare(const domain::SeriesLayout& layout) {
  for (const SequenceGroup& group : model_->groups) {
    Group& made = groups_.emplace_back();
    made.network = &group.network;
    made.series.resize(layout.node_count() * group.metrics.size());
    made.state.resize(group.network.StateSize(layout.node_count()));
    made.inputs.resize(made.series.size());
    made.outputs.resize(made.series.size());
    for (const domain::MetricId metric : group.metrics)
      made.columns.push_back({layout.column(metric), metric, LeastChange(metric)});
  }
}

double SequenceDetector::BandOf(const Series& series, const Column& column) const {
  const double least = SeriesNormal::kSpreadFloor * std::abs(series.normal.level);
  return std::max(options_.band_width * std::max(series.usual, least), column.least);
}

float SequenceDetector::Step(Series& series, const Column& column, double value,
                             base::Timestamp time, Learning learning) const {
  SeriesNormal& normal = series.normal;
  if (!normal.IsWarm()) {
    if (learning == Learning::kFollow || normal.seen == 0) normal.Learn(value, column.least);
    series.quick = series.expected = normal.level;
    return 0;
  }
  const double forecast =
      normal.level + static_cast<double>(series.forecast) * normal.Scale(column.least);
  series.quick += options_.quick * (value - series.quick);
  series.expected += options_.quick * (forecast - series.expected);
  const double distance = std::abs(series.quick - series.expected);
  const double band = BandOf(series, column);
  const bool is_alarming = series.outside >= options_.persist_ticks;
  const bool outside = series.settled >= options_.settle_ticks &&
                       distance > (is_alarming ? options_.release * band : band);
  if (outside && series.outside == 0) series.since = time;
  series.outside = outside ? series.outside + 1 : 0;
  if (!outside) series.tolerated = 0;
  if (outside && learning == Learning::kFollow && ++series.tolerated >= options_.accept_ticks) {
    normal.level = series.expected = series.quick;
    series.outside = series.tolerated = 0;
    return 0;
  }
  if (outside) return series.forecast;
  if (learning == Learning::kFollow) {
    // While it settles the usual distance is the plain mean.
    const double follow = std::max(options_.follow, 1.0 / (series.settled + 1));
    series.usual += follow * (distance - series.usual);
    series.settled = std::min(series.settled + 1, 1'000'000);
  }
  const double z = normal.Z(value, column.least);
  if (learning == Learning::kFollow) normal.Learn(value, column.least);
  return static_cast<float>(z);
}

std::optional<domain::Alarm> SequenceDetector::AlarmOf(const Series& series, const Column& column,
                                                       domain::NodeIndex node,
                                                       base::Timestamp time) const {
  if (series.outside < options_.persist_ticks) return std::nullopt;
  const double away = series.quick - series.expected;
  if (!IsTrouble(column.metric, away > 0 ? Side::kAbove : Side::kBelow)) return std::nullopt;
  const double band = BandOf(series, column);
  const double beyond = band > 0 ? std::max(std::abs(away) - band, 0.0) / band : 1e9;
  return domain::Alarm{node,
                       column.metric,
                       domain::DetectorKind::kSequence,
                       beyond / (beyond + 2),
                       time,
                       {series.quick, series.expected, series.expected - band,
                        series.expected + band, series.since}};
}

void SequenceDetector::ObserveNode(Group& group, domain::NodeIndex node,
                                   const domain::WindowView& window, Learning learning,
                                   std::vector<domain::Alarm>& alarms) const {
  const std::size_t tick = window.tick_count() - 1;
  const base::Timestamp time = window.time(tick);
  const std::size_t first = domain::Index(node) * group.columns.size();
  for (std::size_t i = 0; i < group.columns.size(); ++i) {
    const Column& column = group.columns[i];
    Series& series = group.series[first + i];
    float& input = group.inputs[first + i];
    input = 0;
    if (!column.number) continue;
    const double value = window.at(tick, node, *column.number);
    if (!std::isfinite(value)) {
      input = series.forecast;
      continue;
    }
    input = Step(series, column, std::clamp(value, -kLargestValue, kLargestValue), time, learning);
    if (const auto alarm = AlarmOf(series, column, node, time)) alarms.push_back(*alarm);
  }
}

void SequenceDetector::Forecast(Group& group, std::size_t nodes) {
  group.network->Advance(group.inputs, nodes, group.state, group.scratch, group.outputs);
  constexpr auto kMost = static_cast<float>(SeriesNormal::kLargestZ);
  for (std::size_t i = 0; i < group.series.size(); ++i)
    group.series[i].forecast = std::clamp(group.outputs[i], -kMost, kMost);
}

std::vector<domain::Alarm> SequenceDetector::Observe(const domain::WindowView& window,
                                                     Learning learning) {
  std::vector<domain::Alarm> alarms;
  if (window.empty()) return alarms;
  if (groups_.empty()) Prepare(window.layout());
  const std::size_t nodes = window.layout().node_count();
  for (Group& group : groups_) {
    for (std::size_t n = 0; n < nodes; ++n)
      ObserveNode(group, domain::NodeIndex(static_cast<std::uint32_t>(n)), window, learning,
                  alarms);
    Forecast(group, nodes);
  }
  std::sort(alarms.begin(), alarms.end(), [](const domain::Alarm& a, const domain::Alarm& b) {
    return std::tie(a.node, a.metric) < std::tie(b.node, b.metric);
  });
  return alarms;
}

void SequenceDetector::Reset() { groups_.clear(); }

// The networks' states stay: what they carry of a forgotten series fades within ticks, while its inputs are 0.
void SequenceDetector::Forget(const domain::SeriesLayout& /*layout*/, const SeriesChoice& choice) {
  for (Group& group : groups_) {
    for (std::size_t i = 0; i < group.columns.size(); ++i) {
      if (!choice.HasMetric(group.columns[i].metric)) continue;
      for (const domain::NodeIndex node : choice.nodes)
        group.series[domain::Index(node) * group.columns.size() + i] = {};
    }
  }
}

}  // namespace distdiag::detect
