#include "detect/seasonal/seasonal_fit.h"

#include "base/check.h"
#include "detect/metric_sense.h"
#include "detect/seasonal/robust.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace distdiag::detect {
namespace {

constexpr int kPasses = 5;
constexpr double kBisquare = 4.685;  // 95 % efficient for normal errors (Tukey)
constexpr double kNormalSpread = 1.4826;
constexpr double kLeastDayShare =
    0.5;  // of a day must have values before its mean counts for the trend
constexpr double kSmooth =
    0.02;  // pull of a knot towards its neighbours, in mean weights: fills knots without values

using DailyKnots = std::array<double, kDailyKnots>;
using WeeklyKnots = std::array<double, kWeeklyKnots>;

double Along(std::span<const double> knots, const std::uint16_t (&around)[2], float part) {
  return knots[around[0]] + part * (knots[around[1]] - knots[around[0]]);
}

// Weighted least squares for knots on a ring with straight lines between them. The system is cyclic, tridiagonal and diagonally
// dominant: Gauss-Seidel from the knots that are there converges by a factor of about 4 a sweep.
class RingSystem {
 public:
  explicit RingSystem(std::size_t knots) : diagonal_(knots), next_(knots), right_(knots) {}

  void Add(const std::uint16_t (&around)[2], float part, double weight, double value) {
    const double to = part, from = 1 - to;
    diagonal_[around[0]] += weight * from * from;
    diagonal_[around[1]] += weight * to * to;
    next_[around[0]] += weight * from * to;
    right_[around[0]] += weight * from * value;
    right_[around[1]] += weight * to * value;
  }

  void Solve(std::span<double> knots) const {
    const std::size_t size = diagonal_.size();
    double mean = 0;
    for (const double entry : diagonal_) mean += entry / static_cast<double>(size);
    if (mean <= 0) return;
    const double smooth = kSmooth * mean;
    for (int sweep = 0; sweep < 40; ++sweep) {
      double moved = 0, largest = 0;
      for (std::size_t i = 0; i < size; ++i) {
        const std::size_t before = i == 0 ? size - 1 : i - 1, after = i + 1 == size ? 0 : i + 1;
        const double pulled = right_[i] - (next_[before] - smooth) * knots[before] -
                              (next_[i] - smooth) * knots[after];
        const double knot = pulled / (diagonal_[i] + 2 * smooth);
        moved = std::max(moved, std::abs(knot - knots[i]));
        largest = std::max(largest, std::abs(knot));
        knots[i] = knot;
      }
      if (moved <= 1e-7 * largest) break;
    }
  }

 private:
  std::vector<double> diagonal_, next_, right_;
};

// The state of one fit. All vectors are by value of the history that is no gap.
class Fit {
 public:
  Fit(std::span<const float> history, const SeasonalTimes& times, const SeasonalOptions& options);

  bool empty() const { return values_.empty(); }
  SeasonalModel Run();

 private:
  float DailyPart(const SeasonalPoint& point) const {
    return PartOf(point.daily_part, daily_shape_);
  }
  float WeeklyPart(const SeasonalPoint& point) const {
    return PartOf(point.weekly_part, weekly_shape_);
  }
  double Season(std::size_t i) const {
    const SeasonalPoint& point = rows_[i]->point;
    return Along(daily_, point.daily, DailyPart(point)) +
           Along(weekly_, point.weekly, WeeklyPart(point)) + (point.is_holiday ? holiday_ : 0.0);
  }
  double Rest(std::size_t i) const { return values_[i] - trend_[i] - Season(i); }
  double Importance(std::size_t i) const { return weights_[i] * recency_[i]; }

  void Start();
  void FitDaily();
  void FitWeekly(bool is_last);
  void FitHoliday();
  std::vector<DayMean> Days(bool is_first) const;
  void FitDays(bool is_first);
  void Weigh();
  double WeeklyShare() const;
  void SetTrend(SeasonalModel& model) const;
  void SetSpreads(SeasonalModel& model) const;

  const SeasonalTimes& times_;
  SeasonalOptions options_;
  SeasonalScope scope_ = SeasonalScope::kLevel;
  int hours_ = 0;
  std::size_t whole_days_ = 0;  // that count for the trend
  std::vector<const SeasonalTimes::Row*> rows_;
  std::vector<double> values_;
  std::vector<double> trend_;
  std::vector<double> weights_;  // 0 = outlier
  std::vector<double> recency_;
  std::vector<double> day_share_;  // by day: share that has values
  Trend days_trend_;
  DailyKnots daily_{};
  WeeklyKnots weekly_{};
  double holiday_ = 0;
  Shape daily_shape_ = Shape::kLines;
  Shape weekly_shape_ = Shape::kLines;
};

Fit::Fit(std::span<const float> history, const SeasonalTimes& times, const SeasonalOptions& options)
    : times_(times), options_(options), day_share_(times.weekdays().size(), 0.0) {
  CHECK(history.size() == times.rows().size());
  const double days_a_value = base::ToSeconds(times.step()) / 86400;
  for (std::size_t i = 0; i < history.size(); ++i) {
    const double value = history[i];
    if (!std::isfinite(value)) continue;
    const SeasonalTimes::Row& row = times.rows()[i];
    rows_.push_back(&row);
    values_.push_back(std::clamp(value, -kLargestValue, kLargestValue));
    day_share_[row.day] += days_a_value;
    const double age = static_cast<double>(history.size() - 1 - i) * days_a_value;
    recency_.push_back(std::exp2(-age / options.half_life_days));
  }
  weights_.assign(values_.size(), 1.0);
  const double hours = static_cast<double>(values_.size()) * days_a_value * 24;
  hours_ = static_cast<int>(std::min(hours + 1e-6, 65535.0));
  if (hours_ >= kHoursForDaily) scope_ = SeasonalScope::kDaily;
  if (hours_ >= kHoursForWeekly) scope_ = SeasonalScope::kWeekly;
  scope_ = std::min(scope_, options.most);
  whole_days_ = static_cast<std::size_t>(std::count_if(
      day_share_.begin(), day_share_.end(), [](double share) { return share >= kLeastDayShare; }));
}

// Medians: a start that outliers can't move, and shows which shape fits. The weekly ones too, else weekends would be taken for
// outliers.
void Fit::Start() {
  const auto start = [&](std::span<double> knots, Shape& shape, const auto& knot_of) {
    std::vector<std::vector<double>> slots(knots.size());
    for (std::size_t i = 0; i < values_.size(); ++i)
      slots[knot_of(rows_[i]->point)].push_back(Rest(i));
    for (std::size_t knot = 0; knot < knots.size(); ++knot) {
      if (!slots[knot].empty()) knots[knot] = Median(slots[knot]);
    }
    const auto off = [&](Shape tried) {
      shape = tried;
      double sum = 0;
      for (std::size_t i = 0; i < values_.size(); ++i) sum += std::abs(Rest(i));
      return sum;
    };
    const double by_lines = off(Shape::kLines), by_steps = off(Shape::kSteps);
    shape = by_lines <= by_steps ? Shape::kLines : Shape::kSteps;
  };
  const auto nearer = [](const std::uint16_t(&around)[2], float part) {
    return around[part < 0.5F ? 0 : 1];
  };
  start(daily_, daily_shape_,
        [&](const SeasonalPoint& point) { return nearer(point.daily, point.daily_part); });
  if (scope_ < SeasonalScope::kWeekly) return;
  start(weekly_, weekly_shape_,
        [&](const SeasonalPoint& point) { return nearer(point.weekly, point.weekly_part); });
}

void Fit::FitDaily() {
  RingSystem system(kDailyKnots);
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const SeasonalPoint& point = rows_[i]->point;
    const double rest = Rest(i) + Along(daily_, point.daily, DailyPart(point));
    system.Add(point.daily, DailyPart(point), Importance(i), rest);
  }
  system.Solve(daily_);
}

void Fit::FitWeekly(bool is_last) {
  RingSystem system(kWeeklyKnots);
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const SeasonalPoint& point = rows_[i]->point;
    const double rest = Rest(i) + Along(weekly_, point.weekly, WeeklyPart(point));
    system.Add(point.weekly, WeeklyPart(point), Importance(i), rest);
  }
  system.Solve(weekly_);
  // Not before: what is not believed yet would make outliers of whole days.
  const double share = is_last ? WeeklyShare() : 1;
  double mean = 0;
  for (const double knot : weekly_) mean += knot / static_cast<double>(kWeeklyKnots);
  for (double& knot : weekly_) knot = share * (knot - mean);
}

// How much of the weekly knots to believe (empirical Bayes): signal / (signal + noise), noise = how much the same hour differs
// from week to week, over the number of weeks. With one week the noise is that of the values within the hours.
double Fit::WeeklyShare() const {
  const std::size_t weeks = times_.weekdays().size() / 7 + 2;
  std::vector<double> sum(weeks * kWeeklyKnots), count(weeks * kWeeklyKnots);
  double within = 0, within_count = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const SeasonalPoint& point = rows_[i]->point;
    const std::size_t knot = point.weekly[point.weekly_part < 0.5F ? 0 : 1];
    // Days since the Monday before the history's first day, so that weeks begin where the knots do.
    const std::size_t week =
        (rows_[i]->day + static_cast<std::size_t>(times_.weekdays().front())) / 7;
    const double rest = Rest(i);
    sum[week * kWeeklyKnots + knot] += weights_[i] * rest;
    count[week * kWeeklyKnots + knot] += weights_[i];
    within += weights_[i] * rest * rest;
    within_count += weights_[i];
  }
  double noise = 0, signal = 0, noise_freedom = 0;
  double hours = 0;  // hour cells with values
  for (std::size_t knot = 0; knot < kWeeklyKnots; ++knot) {
    double mean = 0, squares = 0, cells = 0;
    for (std::size_t week = 0; week < weeks; ++week) {
      const std::size_t cell = week * kWeeklyKnots + knot;
      if (count[cell] <= 0) continue;
      const double rest = sum[cell] / count[cell];
      mean += rest;
      squares += rest * rest;
      cells += 1;
    }
    hours += cells;
    signal += weekly_[knot] * weekly_[knot] / static_cast<double>(kWeeklyKnots);
    if (cells < 2) continue;
    noise += squares - mean * mean / cells;
    noise_freedom += cells - 1;
  }
  const double values_an_hour = within_count / std::max(hours, 1.0);
  const double variance = noise_freedom > 0 ? noise / noise_freedom
                                            : within / std::max(within_count * values_an_hour, 1.0);
  const double error = variance / std::max(hours / static_cast<double>(kWeeklyKnots), 1.0);
  return signal > 0 ? std::max(0.0, 1 - error / signal) : 0;
}

// Few holidays are seen: their effect counts as if one more without any had been. A median, since at first all of them look
// like outliers.
void Fit::FitHoliday() {
  const double day = 86400 / base::ToSeconds(times_.step());
  std::vector<double> rest;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (rows_[i]->point.is_holiday) rest.push_back(Rest(i) + holiday_);
  }
  if (rest.empty()) return;
  const auto count = static_cast<double>(rest.size());
  holiday_ = Median(rest) * count / (count + day);
}

// Of values without their seasons. In the first pass, before outliers are known, medians.
std::vector<DayMean> Fit::Days(bool is_first) const {
  std::vector<std::vector<double>> values(is_first ? day_share_.size() : 0);
  std::vector<double> sum(day_share_.size()), weight(day_share_.size());
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const std::size_t day = rows_[i]->day;
    if (is_first) values[day].push_back(values_[i]);
    sum[day] += weights_[i] * (values_[i] - Season(i));
    weight[day] += weights_[i];
  }
  std::vector<DayMean> days(day_share_.size());
  for (std::size_t day = 0; day < days.size(); ++day) {
    days[day].kind = times_.weekdays()[day];
    if (weight[day] <= 0 || (whole_days_ > 0 && day_share_[day] < kLeastDayShare)) continue;
    days[day].mean = is_first ? Median(values[day]) : sum[day] / weight[day];
    days[day].weight = std::min(day_share_[day], 1.0);
  }
  return days;
}

void Fit::FitDays(bool is_first) {
  const std::vector<DayMean> days = Days(is_first);
  TrendOptions trend{.weekdays = scope_ == SeasonalScope::kWeekly,
                     .max_changes = options_.max_changes,
                     .least_gain = options_.least_gain};
  if (whole_days_ < 14) {
    // A weekend looks like a fall: a slope only where a line leaves next to nothing.
    trend = {.slope = false, .max_changes = 0};
    const auto left_by = [&](const Trend& line) {
      double left = 0;
      for (std::size_t day = 0; day < days.size(); ++day) {
        const double rest = days[day].mean - line.values[day];
        left += days[day].weight * rest * rest;
      }
      return left;
    };
    const double around_level = left_by(FitTrend(days, trend));
    trend.slope = true;
    trend.slope = whole_days_ >= 4 && left_by(FitTrend(days, trend)) <= 0.1 * around_level;
  }
  days_trend_ = FitTrend(days, trend);
  const std::vector<double>& line = days_trend_.values;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (line.size() < 2) {
      trend_[i] = line.front();
      continue;
    }
    // Straight from the middle of a day to that of the next.
    const double position = rows_[i]->day + static_cast<double>(rows_[i]->day_part) - 0.5;
    const double from = std::clamp(std::floor(position), 0.0, static_cast<double>(line.size()) - 2);
    const auto day = static_cast<std::size_t>(from);
    trend_[i] = line[day] + (position - from) * (line[day + 1] - line[day]);
  }
}

// Tukey's bisquare, by how far values usually lie off at that time of the day.
void Fit::Weigh() {
  std::array<std::vector<double>, kSpreadSlots> sizes;
  double largest = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    sizes[rows_[i]->point.spread].push_back(std::abs(Rest(i)));
    largest = std::max(largest, std::abs(values_[i]));
  }
  std::array<double, kSpreadSlots> reach{};
  for (std::size_t slot = 0; slot < kSpreadSlots; ++slot) {
    if (sizes[slot].empty()) continue;
    // The floor: rounding is no outlier.
    reach[slot] = kBisquare * std::max(kNormalSpread * Median(sizes[slot]), 1e-7 * largest);
  }
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const double limit = reach[rows_[i]->point.spread];
    const double part = limit > 0 ? Rest(i) / limit : 0;
    weights_[i] = std::abs(part) < 1 ? (1 - part * part) * (1 - part * part) : 0;
  }
}

// Level at the history's end: the line, and of what the last day lay off it as much as usually lasts until the next day
// (autocorrelation of days, by 24 hours back from the end).
void Fit::SetTrend(SeasonalModel& model) const {
  const SeasonalTimes::Row& last = times_.rows().back();
  const double step_days = base::ToSeconds(times_.step()) / 86400;
  const double since_middle = static_cast<double>(last.day_part) + 0.5 * step_days - 0.5;
  double level = days_trend_.next + days_trend_.slope * since_middle;

  const std::size_t windows = times_.weekdays().size() + 1;
  std::vector<double> sum(windows), weight(windows);
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const auto behind = static_cast<double>(&last - rows_[i]) * step_days;
    const auto window = static_cast<std::size_t>(behind + 1e-9);
    sum[window] += weights_[i] * Rest(i);
    weight[window] += weights_[i];
  }
  double lasting = 0, all = 0, moved = 0, pairs = 0;
  const double enough = 0.25 / step_days;
  for (std::size_t w = 0; w + 1 < windows; ++w) {
    if (weight[w] < enough || weight[w + 1] < enough) continue;
    const double now = sum[w] / weight[w], before = sum[w + 1] / weight[w + 1];
    lasting += now * before;
    all += 0.5 * (now * now + before * before);
    moved += std::abs(now - before);
    pairs += 1;
  }
  if (pairs >= 3 && all > 0) {
    const double share = std::clamp(lasting / all, 0.0, 1.0);
    if (weight[0] >= enough) level += share * sum[0] / weight[0];
    model.drift_per_day = static_cast<float>(share * moved / pairs);
  }
  const auto end = std::chrono::floor<std::chrono::minutes>(
      times_.start() + times_.step() * static_cast<std::int64_t>(times_.rows().size()));
  model.anchor_minutes = static_cast<std::int32_t>(end.time_since_epoch().count());
  model.level = static_cast<float>(level);
  model.slope_per_day = static_cast<float>(days_trend_.slope);
}

// Of the seasons as they are kept, rounding included. Single values far out count as ten usual ones.
void Fit::SetSpreads(SeasonalModel& model) const {
  std::array<std::vector<double>, kSpreadSlots> sizes;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const SeasonalPoint& point = rows_[i]->point;
    sizes[point.spread].push_back(std::abs(values_[i] - trend_[i] - model.SeasonAt(point)));
  }
  std::array<double, kSpreadSlots> spreads{};
  double largest = 0;
  for (std::size_t slot = 0; slot < kSpreadSlots; ++slot) {
    if (sizes[slot].empty()) continue;
    const double usual = Median(sizes[slot]);
    const double most = usual > 0 ? 10 * usual : std::numeric_limits<double>::infinity();
    for (const double size : sizes[slot])
      spreads[slot] += std::min(size, most) / static_cast<double>(sizes[slot].size());
    largest = std::max(largest, spreads[slot]);
  }
  // What was fitted to so many seasons lies closer than what comes: (1 + 1/n) / (1 - 1/n) in variance.
  double factor = 1;
  if (scope_ != SeasonalScope::kLevel) {
    const double seasons =
        hours_ /
        static_cast<double>(scope_ == SeasonalScope::kWeekly ? kHoursForWeekly : kHoursForDaily);
    factor = std::sqrt((seasons + 1) / std::max(seasons - 1, 0.5));
  }
  for (std::size_t slot = 0; slot < kSpreadSlots; ++slot)
    spreads[slot] = factor * (sizes[slot].empty() ? largest : spreads[slot]);
  model.SetSpread(spreads);
}

SeasonalModel Fit::Run() {
  trend_.assign(values_.size(), 0.0);
  FitDays(true);
  if (scope_ != SeasonalScope::kLevel) Start();
  if (scope_ == SeasonalScope::kWeekly) FitHoliday();
  for (int pass = 0; pass < kPasses; ++pass) {
    Weigh();
    FitDays(false);
    if (scope_ == SeasonalScope::kLevel) continue;
    FitDaily();
    if (scope_ == SeasonalScope::kDaily) continue;
    FitWeekly(pass + 1 == kPasses);
    FitHoliday();
  }
  // The daily knots' mean belongs to the level.
  double mean = 0;
  for (const double knot : daily_) mean += knot / static_cast<double>(kDailyKnots);
  for (double& knot : daily_) knot -= mean;
  for (double& value : trend_) value += mean;
  days_trend_.next += mean;

  SeasonalModel model;
  model.scope = scope_;
  model.daily_shape = daily_shape_;
  model.weekly_shape = weekly_shape_;
  model.history_hours = static_cast<std::uint16_t>(hours_);
  model.holiday = static_cast<float>(holiday_);
  model.SetDaily(daily_);
  model.SetWeekly(weekly_);
  SetTrend(model);
  SetSpreads(model);
  return model;
}

}  // namespace

SeasonalTimes::SeasonalTimes(base::Timestamp start, base::Duration step, std::size_t count,
                             const LocalCalendar& calendar)
    : start_(start), step_(step) {
  CHECK(step.count() > 0);
  rows_.reserve(count);
  std::int64_t first_day = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const LocalMoment moment = calendar.At(start + step * static_cast<std::int64_t>(i) + step / 2);
    if (i == 0) first_day = moment.day;
    const auto day = static_cast<std::size_t>(moment.day - first_day);
    for (std::size_t next = weekdays_.size(); next <= day; ++next) {
      const std::int64_t weekday = moment.weekday - static_cast<std::int64_t>(day - next) % 7;
      weekdays_.push_back(static_cast<int>((weekday + 7) % 7));
    }
    if (moment.is_holiday) weekdays_[day] = 6;
    rows_.push_back({PointAt(moment), static_cast<std::uint32_t>(day),
                     static_cast<float>(moment.second_of_day) / 86400});
  }
}

SeasonalModel FitSeasonal(std::span<const float> history, const SeasonalTimes& times,
                          const SeasonalOptions& options) {
  Fit fit(history, times, options);
  if (fit.empty()) return SeasonalModel();
  return fit.Run();
}

}  // namespace distdiag::detect
