#include "detect/rule/rule_detector.h"

#include "detect/metric_sense.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace distdiag::detect {
namespace {

base::Duration Seconds(double seconds) {
  return std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds));
}

double SeverityOf(double value, double threshold) {
  const double size = threshold == 0 ? 1 : std::abs(threshold);
  const double beyond = std::min(10 * std::abs(value - threshold) / size, 1e9);
  return beyond / (beyond + 2);
}

}  // namespace

RuleDetector::RuleDetector(const domain::DetectorDefinitions& definitions,
                           const domain::Topology& topology) {
  for (const domain::DetectorDefinition& one : definitions) {
    if (one.kind != domain::DetectorKind::kRule || !one.enabled) continue;
    // In the order of domain::ParametersOf(kRule).
    const std::vector<double> values = domain::EffectiveParameters(definitions, one);
    rules_.push_back({.definition = one,
                      .above = values[0],
                      .below = values[1],
                      .wait = Seconds(values[2]),
                      .keep = Seconds(values[4]),
                      .hysteresis = values[3]});
  }
  for (const domain::Node& node : topology.nodes) nodes_.push_back(node.name);
}

void RuleDetector::Choose(const domain::SeriesLayout& layout) {
  for (std::size_t node = 0; node < std::min(nodes_.size(), layout.node_count()); ++node) {
    for (std::size_t column = 0; column < layout.column_count(); ++column) {
      for (std::size_t rule = 0; rule < rules_.size(); ++rule) {
        if (!domain::Fits(rules_[rule].definition, layout.metric(column), nodes_[node])) continue;
        Watched watched;
        watched.rule = rule;
        watched.node = domain::NodeIndex(static_cast<std::uint32_t>(node));
        watched.column = column;
        watched_.push_back(watched);
      }
    }
  }
}

// The slack is that of the threshold that was crossed alone: with both close together, that of the other one would leave no way back.
RuleDetector::Place RuleDetector::PlaceOf(const Rule& rule, double value, Place before) {
  const double high_slack = before == Place::kAbove ? rule.hysteresis * std::abs(rule.above) : 0;
  const double low_slack = before == Place::kBelow ? rule.hysteresis * std::abs(rule.below) : 0;
  if (value > rule.above) return Place::kAbove;
  if (value < rule.below) return Place::kBelow;
  if (value > rule.above - high_slack) return Place::kAbove;
  if (value < rule.below + low_slack) return Place::kBelow;
  return Place::kWithin;
}

bool RuleDetector::Step(const Rule& rule, double value, base::Timestamp time, Watched& watched) {
  const Place place = PlaceOf(rule, value, watched.place);
  const bool outside = place != Place::kWithin;
  // An alarm that is kept goes on when the value leaves again.
  if (outside && watched.place == Place::kWithin && !watched.alarms) watched.since = time;
  watched.place = place;
  if (outside) {
    watched.crossed = place;
    watched.last_outside = time;
    watched.alarms = watched.alarms || time - watched.since >= rule.wait;
  } else if (watched.alarms && time - watched.last_outside >= rule.keep) {
    watched.alarms = false;
  }
  return watched.alarms;
}

std::vector<domain::Alarm> RuleDetector::Observe(const domain::WindowView& window, Learning) {
  std::vector<domain::Alarm> alarms;
  if (window.empty() || rules_.empty()) return alarms;
  if (!std::exchange(has_chosen_, true)) Choose(window.layout());
  const std::size_t tick = window.tick_count() - 1;
  const base::Timestamp time = window.time(tick);
  for (Watched& watched : watched_) {
    const double value = window.at(tick, watched.node, watched.column);
    if (!std::isfinite(value)) continue;
    const double seen = std::clamp(value, -kLargestValue, kLargestValue);
    const Rule& rule = rules_[watched.rule];
    if (!Step(rule, seen, time, watched)) continue;
    // A kept alarm lies within and tells the threshold that was crossed last.
    const bool is_high = watched.crossed == Place::kAbove;
    const double threshold = is_high ? rule.above : rule.below;
    const bool is_beyond = is_high ? seen > threshold : seen < threshold;
    alarms.push_back({watched.node,
                      window.layout().metric(watched.column),
                      domain::DetectorKind::kRule,
                      is_beyond ? SeverityOf(seen, threshold) : 0.0,
                      time,
                      {seen, threshold, threshold, threshold, watched.since}});
  }
  const auto key = [](const domain::Alarm& one) { return std::tie(one.node, one.metric); };
  std::ranges::sort(alarms, [&](const domain::Alarm& a, const domain::Alarm& b) {
    return key(a) != key(b) ? key(a) < key(b) : a.severity > b.severity;
  });
  const auto others =
      std::unique(alarms.begin(), alarms.end(),
                  [&](const domain::Alarm& a, const domain::Alarm& b) { return key(a) == key(b); });
  alarms.erase(others, alarms.end());
  return alarms;
}

void RuleDetector::Reset() {
  watched_.clear();
  has_chosen_ = false;
}

void RuleDetector::Forget(const domain::SeriesLayout& layout, const SeriesChoice& choice) {
  for (Watched& watched : watched_) {
    if (!choice.HasNode(watched.node) || !choice.HasMetric(layout.metric(watched.column))) continue;
    watched.place = Place::kWithin;
    watched.alarms = false;
  }
}

}  // namespace distdiag::detect
