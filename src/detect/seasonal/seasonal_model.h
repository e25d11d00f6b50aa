// What a series is expected to be at a time, by its own history: trend + time of day + time of week + holidays.
//
// Why so: the additive decomposition of GRANO's second use case (docs/detection.md). Profiles are knots, not Fourier terms: a
// knot can be read off, and a nightly job has edges. Between knots runs a straight line, or, where that fits the series
// better, a knot holds for all of its slot. Kept small, so that each of a million series can have one.
#pragma once

#include "base/time.h"
#include "detect/seasonal/local_calendar.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace distdiag::detect {

enum class SeasonalScope : std::uint8_t {
  kLevel,   // too little history for a season
  kDaily,   // a day of values or more
  kWeekly,  // a week of values or more
};

inline constexpr std::size_t kDailyKnots = 48;    // in the middle of each half hour
inline constexpr std::size_t kWeeklyKnots = 168;  // in the middle of each hour, Monday first
inline constexpr std::size_t kSpreadSlots = 16;   // 90 minutes each
inline constexpr int kHoursForDaily = 24;
inline constexpr int kHoursForWeekly = 7 * 24;

// Where a time lies in the day and the week: the same for all series, so it is made once.
struct SeasonalPoint {
  std::uint16_t daily[2];  // knots on either side
  std::uint16_t weekly[2];
  float daily_part;  // 0 = at the first knot, 1 = at the second
  float weekly_part;
  std::uint16_t spread;
  bool is_holiday;
};

// How a profile goes on between its knots.
enum class Shape : std::uint8_t { kLines, kSteps };
inline float PartOf(float part, Shape shape) {
  return shape == Shape::kLines ? part : (part < 0.5F ? 0.0F : 1.0F);
}

// `later` seconds after the moment without leaving its kind of day: the limit from the left at midnight and at changes of
// summer time. REQUIRES: 0 <= later, second_of_day + later <= 86400. A holiday lies where Sundays lie.
SeasonalPoint PointAt(const LocalMoment& moment, std::int32_t later = 0);

struct Forecast {
  double expected = 0;
  double spread = 0;  // usual mean absolute distance of values from `expected`
};

// Thread: value. NaN never: what can't be told is 0. Values beyond ±1e15 are not represented.
struct SeasonalModel {
  std::int32_t anchor_minutes = 0;  // Unix time where `level` holds
  float level = 0;
  float slope_per_day = 0;
  float drift_per_day = 0;  // what the level usually moves by in a day beside the slope, absolute
  float holiday = 0;        // what holidays differ by from Sundays
  float daily_unit = 0;     // of one step of `daily`
  float weekly_largest = 0;
  float spread = 0;
  std::array<std::int16_t, kDailyKnots> daily{};
  // sign · largest · (q/127)²: fine near 0, so that one big job a week does not drown the rest; error <= 0.8 % of the largest
  std::array<std::int8_t, kWeeklyKnots> weekly{};
  std::array<std::uint8_t, kSpreadSlots> spread_of_slot{};  // spread · 2^((q - 128)/16)
  std::uint16_t history_hours = 0;  // hours with values that it was made from
  SeasonalScope scope : 4 = SeasonalScope::kLevel;
  Shape daily_shape : 2 = Shape::kLines;
  Shape weekly_shape : 2 = Shape::kLines;

  double TrendAt(
      base::Timestamp time) const;  // the slope counts for two weeks, then the level stays
  double SeasonAt(const SeasonalPoint& point) const;
  double SpreadAt(const SeasonalPoint& point, base::Timestamp time) const;
  Forecast At(const SeasonalPoint& point, base::Timestamp time) const {
    return {TrendAt(time) + SeasonAt(point), SpreadAt(point, time)};
  }
  // Rounding included: what was set is what SeasonAt gives.
  void SetDaily(const std::array<double, kDailyKnots>& knots);
  void SetWeekly(const std::array<double, kWeeklyKnots>& knots);
  // 0 or more each, in the metric's unit.
  void SetSpread(const std::array<double, kSpreadSlots>& spreads);
};
static_assert(sizeof(SeasonalModel) == 316);

// How far learning is, for people: "3 of 24 h", "2 of 7 days", "learned".
std::string LearningText(int history_hours);

}  // namespace distdiag::detect
