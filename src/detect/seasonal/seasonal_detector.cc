#include "detect/seasonal/seasonal_detector.h"

#include "base/check.h"
#include "detect/metric_sense.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace distdiag::detect {
namespace {

// All knots, spread slots, midnights and changes of summer time lie on quarters of an hour.
constexpr std::chrono::minutes kInterval{15};
constexpr std::int32_t kIntervalSeconds = 900;

std::uint16_t CountOn(std::uint16_t count) {
  return count < std::numeric_limits<std::uint16_t>::max() ? static_cast<std::uint16_t>(count + 1)
                                                           : count;
}

}  // namespace

SeasonalDetector::SeasonalDetector(LocalCalendar calendar, SeasonalDetectorOptions options)
    : calendar_(std::move(calendar)),
      options_(options),
      noise_left_(std::sqrt(options.quick / (2 - options.quick))) {}

void SeasonalDetector::SetModels(std::vector<SeriesModel> models) {
  std::vector<std::uint32_t> numbers;
  std::vector<Series> series;
  std::vector<SeasonalModel> kept;
  numbers.reserve(models.size());
  series.reserve(models.size());
  kept.reserve(models.size());
  std::size_t before = 0;
  for (const SeriesModel& entry : models) {
    CHECK(numbers.empty() || numbers.back() < entry.series);
    while (before < numbers_.size() && numbers_[before] < entry.series) ++before;
    const bool is_known = before < numbers_.size() && numbers_[before] == entry.series;
    Series state = is_known ? series_[before] : Series{};
    state.quick -= state.offset;
    state.offset = 0;
    state.is_learned = entry.model.scope >= SeasonalScope::kDaily;
    numbers.push_back(entry.series);
    series.push_back(state);
    kept.push_back(entry.model);
  }
  numbers_ = std::move(numbers);
  series_ = std::move(series);
  models_ = std::move(kept);
  interval_start_ = base::Timestamp::max();
}

int SeasonalDetector::history_hours(std::size_t series) const {
  const auto found = std::lower_bound(numbers_.begin(), numbers_.end(), series);
  if (found == numbers_.end() || *found != series) return 0;
  return models_[static_cast<std::size_t>(found - numbers_.begin())].history_hours;
}

void SeasonalDetector::EnterInterval(base::Timestamp time) {
  const auto start = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  interval_start_ = base::Timestamp(start - start % std::chrono::seconds(kInterval));
  const LocalMoment moment = calendar_.At(interval_start_);
  const SeasonalPoint from = PointAt(moment), to = PointAt(moment, kIntervalSeconds - 1);
  const base::Timestamp end = interval_start_ + std::chrono::seconds(kIntervalSeconds - 1);
  for (std::size_t i = 0; i < series_.size(); ++i) {
    const Forecast first = models_[i].At(from, interval_start_);
    const double last = models_[i].TrendAt(end) + models_[i].SeasonAt(to);
    series_[i].start = static_cast<float>(first.expected);
    series_[i].rate = static_cast<float>((last - first.expected) / (kIntervalSeconds - 1));
    series_[i].spread = static_cast<float>(first.spread);
  }
}

double SeasonalDetector::BandOf(const Series& series, double forecast, double least) const {
  const double spread =
      std::max({static_cast<double>(series.spread), static_cast<double>(series.noise) * noise_left_,
                options_.spread_floor * std::abs(forecast)});
  return std::max(options_.band_width * spread, least);
}

bool SeasonalDetector::Step(Series& series, double distance, double band, base::Timestamp time,
                            Learning learning, double follow) const {
  const auto warm_up = static_cast<std::uint16_t>(std::clamp(options_.warm_up_ticks, 1, 65535));
  if (series.seen == 0) series.quick = static_cast<float>(distance);
  const double single = std::abs(distance - static_cast<double>(series.quick));
  series.quick +=
      static_cast<float>(options_.quick * (distance - static_cast<double>(series.quick)));
  const double away = static_cast<double>(series.quick) - static_cast<double>(series.offset);
  const bool outside = series.seen >= warm_up && std::abs(away) > band;
  if (outside && series.outside == 0) series.since = time;
  series.outside = outside ? CountOn(series.outside) : 0;
  if (!outside) series.tolerated = 0;
  if (outside && learning == Learning::kFollow) {
    series.tolerated = CountOn(series.tolerated);
    if (series.tolerated >= options_.accept_ticks) {
      series.offset = series.quick;
      series.outside = series.tolerated = 0;
      return false;
    }
  }
  if (learning == Learning::kFollow && !outside) {
    // Until warm-up ends the noise is the plain mean.
    const double part = series.seen < warm_up ? 1.0 / (series.seen + 1) : 0.05;
    series.noise += static_cast<float>(part * (single - static_cast<double>(series.noise)));
    series.offset += static_cast<float>(follow * away);
    if (series.seen < warm_up) ++series.seen;
  }
  return series.outside >= options_.persist_ticks;
}

std::vector<domain::Alarm> SeasonalDetector::Observe(const domain::WindowView& window,
                                                     Learning learning) {
  std::vector<domain::Alarm> alarms;
  if (window.empty() || numbers_.empty()) return alarms;
  const domain::SeriesLayout& layout = window.layout();
  CHECK(numbers_.back() < layout.series_count());
  if (columns_.empty()) {
    for (const domain::MetricId metric : layout.columns())
      columns_.push_back(
          {LeastChange(metric), IsTrouble(metric, Side::kAbove), IsTrouble(metric, Side::kBelow)});
  }
  const std::size_t tick = window.tick_count() - 1;
  const base::Timestamp time = window.time(tick);
  if (interval_start_ == base::Timestamp::max() || time < interval_start_ ||
      time >= interval_start_ + kInterval) {
    EnterInterval(time);
  }
  const double into = base::ToSeconds(time - interval_start_);
  const double passed = std::clamp(base::ToSeconds(time - last_), 0.0, 60.0);
  const double follow = passed / base::ToSeconds(options_.offset_memory);
  last_ = time;
  const std::span<const float> row = window.row(tick);
  std::size_t node = 0, first = 0;  // of the series at hand, and the node's first series
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    const double value = row[numbers_[i]];
    Series& series = series_[i];
    if (!std::isfinite(value) || !series.is_learned) continue;
    while (numbers_[i] >= first + columns_.size()) {
      first += columns_.size();
      ++node;
    }
    const std::size_t number = numbers_[i] - first;
    const Column& column = columns_[number];
    if (!column.above_is_trouble && !column.below_is_trouble) continue;
    const double forecast = series.start + series.rate * into;
    const double observed = std::clamp(value, -kLargestValue, kLargestValue);
    const double band = BandOf(series, forecast + static_cast<double>(series.offset), column.least);
    if (!Step(series, observed - forecast, band, time, learning, follow)) continue;
    const double away = static_cast<double>(series.quick) - static_cast<double>(series.offset);
    if (away > 0 ? !column.above_is_trouble : !column.below_is_trouble) continue;
    const double beyond = band > 0 ? (std::abs(away) - band) / band : 1e9;
    const double expected = forecast + static_cast<double>(series.offset);
    alarms.push_back({domain::NodeIndex(static_cast<std::uint32_t>(node)),
                      layout.metric(number),
                      domain::DetectorKind::kSeasonal,
                      beyond / (beyond + 2),
                      time,
                      {expected + away, expected, expected - band, expected + band, series.since}});
  }
  std::sort(alarms.begin(), alarms.end(), [](const domain::Alarm& a, const domain::Alarm& b) {
    return std::tie(a.node, a.metric) < std::tie(b.node, b.metric);
  });
  return alarms;
}

void SeasonalDetector::Reset() {
  numbers_.clear();
  series_.clear();
  models_.clear();
  columns_.clear();
  interval_start_ = base::Timestamp::max();
  last_ = base::kNoTime;
}

void SeasonalDetector::Forget(const domain::SeriesLayout& layout, const SeriesChoice& choice) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    const std::size_t node = numbers_[i] / layout.column_count();
    const std::size_t column = numbers_[i] % layout.column_count();
    if (choice.HasNode(domain::NodeIndex(static_cast<std::uint32_t>(node))) &&
        choice.HasMetric(layout.metric(column)))
      continue;
    numbers_[kept] = numbers_[i];
    series_[kept] = series_[i];
    models_[kept] = models_[i];
    ++kept;
  }
  numbers_.resize(kept);
  series_.resize(kept);
  models_.resize(kept);
}

}  // namespace distdiag::detect
