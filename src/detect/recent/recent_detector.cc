#include "detect/recent/recent_detector.h"

#include "detect/metric_sense.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace distdiag::detect {
RecentDetector::RecentDetector(RecentOptions options) : options_(options) {}

std::vector<domain::Alarm> RecentDetector::Observe(const domain::WindowView& window,
                                                   Learning learning) {
  std::vector<domain::Alarm> alarms;
  if (window.empty()) return alarms;
  const domain::SeriesLayout& layout = window.layout();
  series_.resize(layout.series_count());
  const std::size_t tick = window.tick_count() - 1;
  for (std::size_t node = 0; node < layout.node_count(); ++node) {
    const auto index = domain::NodeIndex(static_cast<std::uint32_t>(node));
    for (std::size_t column = 0; column < layout.column_count(); ++column) {
      const domain::MetricId metric = layout.metric(column);
      const double value = window.at(tick, index, column);
      if (domain::GetMetric(metric).bad_when == domain::BadWhen::kNone || !std::isfinite(value))
        continue;
      Series& series = series_[layout.series(index, column)];
      const std::optional<domain::Alarm> alarm =
          Step(series,
               {index, metric, std::clamp(value, -kLargestValue, kLargestValue), window.time(tick)},
               learning);
      if (!alarm) continue;
      const bool above = alarm->evidence.observed > alarm->evidence.expected;
      if (IsTrouble(metric, above ? Side::kAbove : Side::kBelow)) alarms.push_back(*alarm);
    }
  }
  std::sort(alarms.begin(), alarms.end(), [](const domain::Alarm& a, const domain::Alarm& b) {
    return std::tie(a.node, a.metric) < std::tie(b.node, b.metric);
  });
  return alarms;
}

void RecentDetector::Reset() { series_.clear(); }

void RecentDetector::Forget(const domain::SeriesLayout& layout, const SeriesChoice& choice) {
  ForgetSeries(layout, choice, Series{}, series_);
}

std::optional<domain::Alarm> RecentDetector::Step(Series& series, const Value& now,
                                                  Learning learning) const {
  if (series.seen == 0) {
    series.level = series.quick = now.value;
    series.seen = 1;
    return std::nullopt;
  }
  series.quick += options_.quick * (now.value - series.quick);
  const double least = options_.spread_floor * std::abs(series.level);
  const double band =
      std::max(options_.band_width * std::max(series.spread, least), LeastChange(now.metric));
  const double distance = std::abs(series.quick - series.level);
  const bool warm = series.seen >= options_.warm_up_ticks;
  const bool outside = warm && distance > band;
  if (outside && series.outside == 0) series.since = now.time;
  series.outside = outside ? series.outside + 1 : 0;
  if (!outside) series.tolerated = 0;
  if (outside && learning == Learning::kFollow && ++series.tolerated >= options_.accept_ticks) {
    series = {series.quick, series.spread, series.quick, series.seen, 0, 0, {}};
    return std::nullopt;
  }
  if (learning == Learning::kFollow && !outside) {
    // While it warms up the level is the plain mean: the first value has no more say than the others.
    const double follow = std::max(options_.follow, 1.0 / (series.seen + 1));
    const double change = now.value - series.level;
    series.level += follow * change;
    series.spread += follow * (std::abs(change) - series.spread);
    series.seen = std::min(series.seen + 1, 1'000'000);
  }
  if (series.outside < options_.persist_ticks) return std::nullopt;
  const double beyond = band > 0 ? (distance - band) / band : 1e9;
  return domain::Alarm{
      now.node,
      now.metric,
      domain::DetectorKind::kRecent,
      beyond / (beyond + 2),
      now.time,
      {series.quick, series.level, series.level - band, series.level + band, series.since}};
}

}  // namespace distdiag::detect
