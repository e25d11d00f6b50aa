#include "detect/seasonal/seasonal_model.h"

#include <algorithm>
#include <cmath>

namespace distdiag::detect {
namespace {

constexpr double kDaySeconds = 86400;
constexpr double kSlopeDays = 14;
constexpr double kSpreadSteps = 16;  // of a spread's code a factor of two

// The knots around `position` (in knots) of a ring.
void Ring(double position, std::size_t knots, std::uint16_t (&around)[2], float& part) {
  const double low = std::floor(position);
  const auto count = static_cast<std::int64_t>(knots);
  const std::int64_t first = ((static_cast<std::int64_t>(low) % count) + count) % count;
  around[0] = static_cast<std::uint16_t>(first);
  around[1] = static_cast<std::uint16_t>((first + 1) % count);
  part = static_cast<float>(position - low);
}

double Days(base::Timestamp time, std::int32_t anchor_minutes) {
  return (base::ToUnixSeconds(time) - 60.0 * anchor_minutes) / kDaySeconds;
}

}  // namespace

SeasonalPoint PointAt(const LocalMoment& moment, std::int32_t later) {
  const std::int32_t second = moment.second_of_day + later;
  const std::int32_t weekday = moment.is_holiday ? 6 : moment.weekday;
  SeasonalPoint point{};
  Ring(second / 1800.0 - 0.5, kDailyKnots, point.daily, point.daily_part);
  Ring(weekday * 24 + second / 3600.0 - 0.5, kWeeklyKnots, point.weekly, point.weekly_part);
  constexpr std::int32_t kSlotSeconds = 86400 / static_cast<std::int32_t>(kSpreadSlots);
  point.spread = static_cast<std::uint16_t>(
      std::min<std::int32_t>(second / kSlotSeconds, static_cast<std::int32_t>(kSpreadSlots) - 1));
  point.is_holiday = moment.is_holiday;
  return point;
}

double SeasonalModel::TrendAt(base::Timestamp time) const {
  return level + slope_per_day * std::min(Days(time, anchor_minutes), kSlopeDays);
}

double SeasonalModel::SeasonAt(const SeasonalPoint& point) const {
  const auto weekly_knot = [&](std::size_t knot) {
    const double code = weekly[knot] / 127.0;
    return code * std::abs(code) * weekly_largest;
  };
  const double first = daily[point.daily[0]] * static_cast<double>(daily_unit);
  const double second = daily[point.daily[1]] * static_cast<double>(daily_unit);
  double season = first + PartOf(point.daily_part, daily_shape) * (second - first);
  if (weekly_largest > 0) {
    const double from = weekly_knot(point.weekly[0]), to = weekly_knot(point.weekly[1]);
    season += from + PartOf(point.weekly_part, weekly_shape) * (to - from);
  }
  return point.is_holiday ? season + holiday : season;
}

double SeasonalModel::SpreadAt(const SeasonalPoint& point, base::Timestamp time) const {
  const double usual = spread * std::exp2((spread_of_slot[point.spread] - 128) / kSpreadSteps);
  const double ahead = std::max(0.0, Days(time, anchor_minutes));
  return std::sqrt(usual * usual + ahead * drift_per_day * drift_per_day);
}

void SeasonalModel::SetDaily(const std::array<double, kDailyKnots>& knots) {
  double largest = 0;
  for (const double knot : knots) largest = std::max(largest, std::abs(knot));
  daily_unit = static_cast<float>(largest / 32767);
  for (std::size_t i = 0; i < knots.size(); ++i) {
    const double code = daily_unit > 0 ? std::round(knots[i] / static_cast<double>(daily_unit)) : 0;
    daily[i] = static_cast<std::int16_t>(std::clamp(code, -32767.0, 32767.0));
  }
}

void SeasonalModel::SetWeekly(const std::array<double, kWeeklyKnots>& knots) {
  double largest = 0;
  for (const double knot : knots) largest = std::max(largest, std::abs(knot));
  weekly_largest = static_cast<float>(largest);
  for (std::size_t i = 0; i < knots.size(); ++i) {
    const double code =
        weekly_largest > 0 ? std::round(127 * std::sqrt(std::abs(knots[i]) / largest)) : 0;
    weekly[i] = static_cast<std::int8_t>(std::copysign(std::min(code, 127.0), knots[i]));
  }
}

void SeasonalModel::SetSpread(const std::array<double, kSpreadSlots>& spreads) {
  double sum = 0;
  for (const double value : spreads) sum += value;
  spread = static_cast<float>(sum / static_cast<double>(kSpreadSlots));
  for (std::size_t i = 0; i < spreads.size(); ++i) {
    const double ratio = spread > 0 ? spreads[i] / static_cast<double>(spread) : 0;
    const double code = ratio > 0 ? 128 + std::round(kSpreadSteps * std::log2(ratio)) : 0;
    spread_of_slot[i] = static_cast<std::uint8_t>(std::clamp(code, 0.0, 255.0));
  }
}

std::string LearningText(int history_hours) {
  if (history_hours < kHoursForDaily)
    return std::to_string(history_hours) + " of " + std::to_string(kHoursForDaily) + " h";
  if (history_hours < kHoursForWeekly) {
    return std::to_string(history_hours / 24) + " of " + std::to_string(kHoursForWeekly / 24) +
           " days";
  }
  return "learned";
}

}  // namespace distdiag::detect
