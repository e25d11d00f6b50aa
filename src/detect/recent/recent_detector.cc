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

// In the order of domain::ParametersOf(kRecent).
RecentOptions OptionsOf(const std::vector<double>& values) {
  return {.follow = values[2],
          .quick = values[3],
          .band_width = values[0],
          .spread_floor = values[4],
          .warm_up_ticks = static_cast<int>(values[5]),
          .persist_ticks = static_cast<int>(values[1]),
          .accept_ticks = static_cast<int>(values[6]),
          .trend_follow = values[7]};
}

}  // namespace

RecentDetector::RecentDetector(RecentOptions options)
    : sets_{options}, has_slopes_(options.trend_follow > 0) {}

void RecentDetector::Use(const ParameterChoice& choice) {
  sets_.clear();
  for (const std::vector<double>& values : choice.sets) sets_.push_back(OptionsOf(values));
  set_of_series_ = choice.IsOneForAll() ? std::vector<std::uint16_t>() : choice.of_series;
  has_slopes_ =
      std::ranges::any_of(sets_, [](const RecentOptions& one) { return one.trend_follow > 0; });
  for (std::size_t i = 0; i < series_.size(); ++i) {
    const std::size_t set = choice.of_series[i];
    if (set == ParameterChoice::kUnwatched) series_[i] = Series{};
    // A slope that nothing followed any more must not move the level when it is wanted again.
    const bool has_slope = set != ParameterChoice::kUnwatched && sets_[set].trend_follow > 0;
    if (!has_slope && i < slopes_.size()) slopes_[i] = Slope{};
  }
}

std::vector<domain::Alarm> RecentDetector::Observe(const domain::WindowView& window,
                                                   Learning learning) {
  std::vector<domain::Alarm> alarms;
  if (window.empty()) return alarms;
  const domain::SeriesLayout& layout = window.layout();
  series_.resize(layout.series_count());
  slopes_.resize(has_slopes_ ? layout.series_count() : 0);
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
      const std::size_t set = set_of_series_.empty() ? 0 : set_of_series_[at];
      if (set == ParameterChoice::kUnwatched) continue;
      const RecentOptions& options = sets_[set];
      Series& series = series_[at];
      const Finding found = Step(options, series, options.trend_follow > 0 ? &slopes_[at] : nullptr,
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

RecentDetector::Finding RecentDetector::Step(const RecentOptions& options, Series& series,
                                             Slope* slope, double value, base::Timestamp time,
                                             double least_change, Learning learning) {
  if (series.seen == 0) {
    series.level = series.quick = value;
    series.seen = 1;
    if (slope) *slope = {0, time};
    return {};
  }
  const double seconds = slope ? Advance(series, *slope, time) : 0;
  series.quick += options.quick * (value - series.quick);
  const double least = options.spread_floor * std::abs(series.level);
  const double band = std::max(options.band_width * std::max(series.spread, least), least_change);
  const double distance = std::abs(series.quick - series.level);
  const bool warm = series.seen >= options.warm_up_ticks;
  const bool outside = warm && distance > band;
  if (outside && series.outside == 0) series.since = time;
  series.outside = outside ? CountOn(series.outside) : 0;
  if (!outside) series.tolerated = 0;
  if (outside && learning == Learning::kFollow) {
    series.tolerated = CountOn(series.tolerated);
    if (series.tolerated >= options.accept_ticks) {
      series = {series.quick, series.spread, series.quick, series.seen, 0, 0, {}};
      if (slope) {  // neither does the old slope hold: both are learnt anew
        series = {value, 0, value, 1, 0, 0, {}};
        *slope = {0, time};
      }
      return {};
    }
  }
  if (learning == Learning::kFollow && !outside) {
    Learn(options, series, slope, value, seconds);
  } else if (slope) {
    slope->per_second *= 1 - kHeldSlopeFades * options.follow;
  }
  if (series.outside < options.persist_ticks) return {};
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
void RecentDetector::Learn(const RecentOptions& options, Series& series, Slope* slope, double value,
                           double seconds) {
  const double change = value - series.level;
  const double mean = std::max(options.follow, 1.0 / (series.seen + 1));
  double follow = mean;
  if (slope) {
    const double seen = series.seen;
    const double both = (seen + 1) * (seen + 2);
    follow = std::max(options.follow, 2 * (2 * seen + 1) / both);
    const double bend = std::max(options.follow * options.trend_follow, 6 / both);
    if (seconds > 0) slope->per_second += bend * change / seconds;
  }
  series.level += follow * change;
  series.spread += mean * (std::abs(change) - series.spread);
  series.seen = std::min(series.seen + 1, 1'000'000);
}

}  // namespace distdiag::detect
