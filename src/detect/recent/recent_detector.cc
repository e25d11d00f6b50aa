#include "detect/recent/recent_detector.h"

#include "detect/metric_sense.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace distdiag::detect {
namespace {

constexpr double kHeldSlopeFades = 0.1;  // a tick, as a share of `follow`

std::uint16_t CountOn(std::uint16_t count) {
  return count < std::numeric_limits<std::uint16_t>::max() ? static_cast<std::uint16_t>(count + 1)
                                                           : count;
}

}  // namespace

RecentDetector::RecentDetector(RecentOptions options) : options_(options) {}

std::vector<domain::Alarm> RecentDetector::Observe(const domain::WindowView& window,
                                                   Learning learning) {
  std::vector<domain::Alarm> alarms;
  if (window.empty()) return alarms;
  const domain::SeriesLayout& layout = window.layout();
  series_.resize(layout.series_count());
  if (options_.trend_follow > 0) slopes_.resize(layout.series_count());
  if (columns_.empty()) ReadColumns(layout);
  const std::size_t tick = window.tick_count() - 1;
  const base::Timestamp time = window.time(tick);
  const std::span<const float> row = window.row(tick);
  std::size_t number = 0;  // of the series
  for (std::size_t node = 0; node < layout.node_count(); ++node) {
    for (const Column& column : columns_) {
      const std::size_t at = number++;
      const double value = row[at];
      if ((!column.above_is_trouble && !column.below_is_trouble) || !std::isfinite(value)) continue;
      Series& series = series_[at];
      const Finding found = Step(series, slopes_.empty() ? nullptr : &slopes_[at],
                                 std::clamp(value, -kLargestValue, kLargestValue), time,
                                 column.least_change, learning);
      if (!found.alarms) continue;
      const bool above = series.quick > series.level;
      if (above ? !column.above_is_trouble : !column.below_is_trouble) continue;
      alarms.push_back({domain::NodeIndex(static_cast<std::uint32_t>(node)),
                        column.metric,
                        domain::DetectorKind::kRecent,
                        found.beyond / (found.beyond + 2),
                        time,
                        {series.quick, series.level, series.level - found.band,
                         series.level + found.band, series.since}});
    }
  }
  std::sort(alarms.begin(), alarms.end(), [](const domain::Alarm& a, const domain::Alarm& b) {
    return std::tie(a.node, a.metric) < std::tie(b.node, b.metric);
  });
  return alarms;
}

void RecentDetector::Reset() {
  series_.clear();
  slopes_.clear();
  columns_.clear();
}

void RecentDetector::Forget(const domain::SeriesLayout& layout, const SeriesChoice& choice) {
  ForgetSeries(layout, choice, Series{}, series_);
  ForgetSeries(layout, choice, Slope{}, slopes_);
}

void RecentDetector::ReadColumns(const domain::SeriesLayout& layout) {
  for (const domain::MetricId metric : layout.columns())
    columns_.push_back({metric, LeastChange(metric), IsTrouble(metric, Side::kAbove),
                        IsTrouble(metric, Side::kBelow)});
}

RecentDetector::Finding RecentDetector::Step(Series& series, Slope* slope, double value,
                                             base::Timestamp time, double least_change,
                                             Learning learning) const {
  if (series.seen == 0) {
    series.level = series.quick = value;
    series.seen = 1;
    if (slope) *slope = {0, time};
    return {};
  }
  const double seconds = slope ? Advance(series, *slope, time) : 0;
  series.quick += options_.quick * (value - series.quick);
  const double least = options_.spread_floor * std::abs(series.level);
  const double band = std::max(options_.band_width * std::max(series.spread, least), least_change);
  const double distance = std::abs(series.quick - series.level);
  const bool warm = series.seen >= options_.warm_up_ticks;
  const bool outside = warm && distance > band;
  if (outside && series.outside == 0) series.since = time;
  series.outside = outside ? CountOn(series.outside) : 0;
  if (!outside) series.tolerated = 0;
  if (outside && learning == Learning::kFollow) {
    series.tolerated = CountOn(series.tolerated);
    if (series.tolerated >= options_.accept_ticks) {
      series = {series.quick, series.spread, series.quick, series.seen, 0, 0, {}};
      if (slope) {  // neither does the old slope hold: both are learnt anew
        series = {value, 0, value, 1, 0, 0, {}};
        *slope = {0, time};
      }
      return {};
    }
  }
  if (learning == Learning::kFollow && !outside) {
    Learn(series, slope, value, seconds);
  } else if (slope) {
    slope->per_second *= 1 - kHeldSlopeFades * options_.follow;
  }
  if (series.outside < options_.persist_ticks) return {};
  return {band, band > 0 ? (distance - band) / band : 1e9, true};
}

double RecentDetector::Advance(Series& series, Slope& slope, base::Timestamp time) {
  const double seconds = std::max(base::ToSeconds(time - slope.last), 0.0);
  const double along = slope.per_second * seconds;
  series.level = std::clamp(series.level + along, -kLargestValue, kLargestValue);
  series.quick = std::clamp(series.quick + along, -kLargestValue, kLargestValue);
  slope.last = time;
  return seconds;
}

// While it warms up the level is the plain mean: the first value has no more say than the others; with a slope it is the line
// of least squares through all values (gains of the expanding-memory filter, Brookner, Tracking and Kalman Filtering
// Made Easy, 1998, §1.2.10).
void RecentDetector::Learn(Series& series, Slope* slope, double value, double seconds) const {
  const double change = value - series.level;
  const double mean = std::max(options_.follow, 1.0 / (series.seen + 1));
  double follow = mean;
  if (slope) {
    const double seen = series.seen;
    const double both = (seen + 1) * (seen + 2);
    follow = std::max(options_.follow, 2 * (2 * seen + 1) / both);
    const double bend = std::max(options_.follow * options_.trend_follow, 6 / both);
    if (seconds > 0) slope->per_second += bend * change / seconds;
  }
  series.level += follow * change;
  series.spread += mean * (std::abs(change) - series.spread);
  series.seen = std::min(series.seen + 1, 1'000'000);
}

}  // namespace distdiag::detect
