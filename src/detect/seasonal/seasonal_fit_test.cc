#include "detect/seasonal/seasonal_fit.h"

#include "detect/testing.h"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::minutes kStep = 5min;
constexpr std::size_t kDay = 288;  // steps
const base::Timestamp kMonday{std::chrono::sys_days(2026y / 6 / 1).time_since_epoch()};

LocalCalendar Calendar(const std::string& zone,
                       const std::vector<std::chrono::year_month_day>& holidays = {}) {
  return LocalCalendar::Make(zone, holidays).value();
}

// `value` of the wall clock at each step, with normal noise.
std::vector<float> Series(base::Timestamp start, std::size_t count, const LocalCalendar& calendar,
                          double noise, const std::function<double(const LocalMoment&)>& value) {
  base::Random random(7);
  std::vector<float> series;
  for (std::size_t i = 0; i < count; ++i) {
    const LocalMoment moment =
        calendar.At(start + kStep * static_cast<std::int64_t>(i) + kStep / 2);
    series.push_back(static_cast<float>(value(moment) + noise * Noise(random)));
  }
  return series;
}

double Hill(const LocalMoment& moment, double hour) {
  const double away = moment.second_of_day / 3600.0 - hour;
  return std::exp(-0.5 * away * away / 4);
}

// Mean absolute error of the forecast over the day after the history.
double Error(const SeasonalModel& model, base::Timestamp from, const LocalCalendar& calendar,
             const std::function<double(const LocalMoment&)>& value) {
  double sum = 0;
  for (std::size_t i = 0; i < kDay; ++i) {
    const base::Timestamp time = from + kStep * static_cast<std::int64_t>(i) + kStep / 2;
    const LocalMoment moment = calendar.At(time);
    sum += std::abs(model.At(PointAt(moment), time).expected - value(moment));
  }
  return sum / static_cast<double>(kDay);
}

base::Timestamp After(base::Timestamp start, std::size_t count) {
  return start + kStep * static_cast<std::int64_t>(count);
}

TEST(SeasonalFit, WhatIsLearntFromHowMuchHistory) {
  struct Row {
    std::string name;
    std::size_t count;
    SeasonalScope scope;
    std::string learning;
  };
  const std::vector<Row> rows = {
      {"nothing", 0, SeasonalScope::kLevel, "0 of 24 h"},
      {"three hours", 36, SeasonalScope::kLevel, "3 of 24 h"},
      {"a day less a step", kDay - 1, SeasonalScope::kLevel, "23 of 24 h"},
      {"a day", kDay, SeasonalScope::kDaily, "1 of 7 days"},
      {"six days", 6 * kDay, SeasonalScope::kDaily, "6 of 7 days"},
      {"a week", 7 * kDay, SeasonalScope::kWeekly, "learned"},
      {"four weeks", 28 * kDay, SeasonalScope::kWeekly, "learned"},
  };
  const LocalCalendar calendar;
  for (const Row& row : rows) {
    const auto history = Series(kMonday, row.count, calendar, 1,
                                [](const LocalMoment& m) { return 100 + 50 * Hill(m, 12); });
    const SeasonalModel model =
        FitSeasonal(history, SeasonalTimes(kMonday, kStep, row.count, calendar));
    EXPECT_EQ(model.scope, row.scope) << row.name;
    EXPECT_EQ(LearningText(model.history_hours), row.learning) << row.name;
    const auto time = After(kMonday, row.count);
    const Forecast forecast = model.At(PointAt(calendar.At(time)), time);
    EXPECT_TRUE(std::isfinite(forecast.expected) && std::isfinite(forecast.spread)) << row.name;
  }
}

TEST(SeasonalFit, AQuietNightAndAWeekendAreExpected) {
  const LocalCalendar calendar;
  const auto value = [](const LocalMoment& m) {
    return 20 + (m.weekday < 5 ? 80 : 10) * Hill(m, 13);
  };
  for (const std::size_t days : {14U, 26U}) {  // the next day is a Monday, a Saturday
    const auto history = Series(kMonday, days * kDay, calendar, 2, value);
    const SeasonalModel model =
        FitSeasonal(history, SeasonalTimes(kMonday, kStep, history.size(), calendar));
    EXPECT_LT(Error(model, After(kMonday, history.size()), calendar, value), 0.8) << days;
  }
}

TEST(SeasonalFit, SeasonsFollowTheWallClockOverSummerTime) {
  const LocalCalendar calendar = Calendar("Europe/Berlin");
  const auto value = [](const LocalMoment& m) {
    return 20 + 80 * (m.second_of_day >= 8 * 3600 && m.second_of_day < 18 * 3600);
  };
  // 15 days, the last of which is that of the change.
  for (const auto first : {2026y / 3 / 15, 2026y / 10 / 11}) {
    const base::Timestamp start{std::chrono::sys_days(first).time_since_epoch()};
    const std::size_t count = 15 * kDay;
    const auto history = Series(start, count, calendar, 1, value);
    const SeasonalModel local = FitSeasonal(history, SeasonalTimes(start, kStep, count, calendar));
    const LocalCalendar utc;
    const SeasonalModel fixed = FitSeasonal(history, SeasonalTimes(start, kStep, count, utc));
    EXPECT_LT(Error(local, After(start, count), calendar, value), 0.5);
    double fixed_error = 0;
    for (std::size_t i = 0; i < kDay; ++i) {
      const base::Timestamp time = After(start, count + i);
      fixed_error +=
          std::abs(fixed.At(PointAt(utc.At(time)), time).expected - value(calendar.At(time))) /
          static_cast<double>(kDay);
    }
    EXPECT_GT(fixed_error, 5) << "the test's own check: by UTC an hour twice a day is wrong";
  }
}

TEST(SeasonalFit, OutliersAndGapsDoNotMoveIt) {
  const LocalCalendar calendar;
  const auto value = [](const LocalMoment& m) { return 100 + 50 * Hill(m, 12); };
  auto history = Series(kMonday, 21 * kDay, calendar, 2, value);
  base::Random random(3);
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (random.NextBelow(20) == 0) history[i] *= 50;
    if (i / 100 % 5 == 0) history[i] = kGap;
    if (i / kDay == 9) history[i] = std::numeric_limits<float>::infinity();
    if (i / kDay == 15) history[i] = 0;  // an outage of a day
  }
  const SeasonalModel model =
      FitSeasonal(history, SeasonalTimes(kMonday, kStep, history.size(), calendar));
  EXPECT_LT(Error(model, After(kMonday, history.size()), calendar, value), 1.2);
  EXPECT_LT(model.spread, 60);
}

TEST(SeasonalFit, AHolidayIsLikeASundayAndLearnsItsOwnLevel) {
  const LocalCalendar calendar =
      Calendar("UTC", {2026y / 6 / 10, 2026y / 6 / 18, 2026y / 6 / 24, 2026y / 6 / 29});
  const auto value = [](const LocalMoment& m) {
    return m.is_holiday ? 50 : (m.weekday == 6 ? 60 : 100 + 40 * Hill(m, 12));
  };
  const auto history = Series(kMonday, 28 * kDay, calendar, 1, value);  // next: the 29th
  const SeasonalModel model =
      FitSeasonal(history, SeasonalTimes(kMonday, kStep, history.size(), calendar));
  EXPECT_LT(Error(model, After(kMonday, history.size()), calendar, value), 5);
  EXPECT_LT(model.holiday, -5);
}

TEST(SeasonalFit, GrowthGoesOnAndAStepStays) {
  const LocalCalendar calendar;
  base::Random random(5);
  std::vector<float> growth, step;
  for (std::size_t i = 0; i < 21 * kDay; ++i) {
    const double days = static_cast<double>(i) / kDay;
    growth.push_back(static_cast<float>(100 + 4 * days + Noise(random)));
    step.push_back(static_cast<float>((days < 13 ? 100 : 160) + Noise(random)));
  }
  const SeasonalTimes times(kMonday, kStep, growth.size(), calendar);
  const SeasonalModel growing = FitSeasonal(growth, times), stepped = FitSeasonal(step, times);
  EXPECT_NEAR(growing.slope_per_day, 4, 0.1);
  const base::Timestamp next = After(kMonday, growth.size() + kDay / 2);
  EXPECT_NEAR(growing.At(PointAt(calendar.At(next)), next).expected, 186, 1.5);
  EXPECT_NEAR(stepped.At(PointAt(calendar.At(next)), next).expected, 160, 1.5);
  // Beyond two weeks nobody knows.
  const base::Timestamp far = After(kMonday, growth.size() + 100 * kDay);
  EXPECT_NEAR(growing.TrendAt(far), growing.level + 14 * growing.slope_per_day, 1e-3);
}

TEST(SeasonalFit, TheBandIsWideWhereTheSeriesIsUnsteady) {
  const LocalCalendar calendar;
  base::Random random(5);
  std::vector<float> history;
  for (std::size_t i = 0; i < 14 * kDay; ++i) {
    const bool is_night = i % kDay < 72;
    history.push_back(static_cast<float>(100 + (is_night ? 20 : 2) * Noise(random)));
  }
  const SeasonalModel model =
      FitSeasonal(history, SeasonalTimes(kMonday, kStep, history.size(), calendar));
  const base::Timestamp end = After(kMonday, history.size());
  EXPECT_NEAR(model.SpreadAt(PointAt(calendar.At(end + 3h)), end), 16 * 1.7, 6);
  EXPECT_NEAR(model.SpreadAt(PointAt(calendar.At(end + 15h)), end), 1.6 * 1.7, 0.6);
}

TEST(SeasonalFit, StrangeHistoriesGiveDefinedModels) {
  const LocalCalendar calendar;
  struct Row {
    std::string name;
    std::function<float(std::size_t)> value;
    double expected;
  };
  const std::vector<Row> rows = {
      {"only gaps", [](std::size_t) { return kGap; }, 0},
      {"one value", [](std::size_t i) { return i == 700 ? 5.0F : kGap; }, 5},
      {"constant", [](std::size_t) { return 55.5F; }, 55.5},
      {"zero", [](std::size_t) { return 0.0F; }, 0},
      {"beyond the limit", [](std::size_t) { return 1e30F; }, 1e15},
      {"both limits", [](std::size_t i) { return i % 2 == 0 ? 3e38F : -3e38F; }, 0},
      {"denormal", [](std::size_t) { return 1e-42F; }, 0},
  };
  for (const Row& row : rows) {
    std::vector<float> history;
    for (std::size_t i = 0; i < 15 * kDay; ++i) history.push_back(row.value(i));
    const SeasonalModel model =
        FitSeasonal(history, SeasonalTimes(kMonday, kStep, history.size(), calendar));
    const base::Timestamp end = After(kMonday, history.size());
    const Forecast forecast = model.At(PointAt(calendar.At(end)), end);
    EXPECT_NEAR(forecast.expected, row.expected,
                1e-4 * std::abs(row.expected) + 2e14 * (row.name == "both limits") + 1e-30)
        << row.name;
    EXPECT_TRUE(std::isfinite(forecast.spread) && forecast.spread >= 0) << row.name;
  }
}

TEST(SeasonalFit, ScaleAndShiftGoThrough) {
  const LocalCalendar calendar;
  const auto value = [](const LocalMoment& m) {
    return 100 + 50 * Hill(m, 12) - 10 * (m.weekday > 4);
  };
  const auto plain = Series(kMonday, 15 * kDay, calendar, 2, value);
  std::vector<float> changed;
  for (const float v : plain) changed.push_back(8 * v - 4096);
  const SeasonalTimes times(kMonday, kStep, plain.size(), calendar);
  const SeasonalModel a = FitSeasonal(plain, times), b = FitSeasonal(changed, times);
  const base::Timestamp time = After(kMonday, plain.size() + 140);
  const Forecast one = a.At(PointAt(calendar.At(time)), time),
                 other = b.At(PointAt(calendar.At(time)), time);
  EXPECT_NEAR(8 * one.expected - 4096, other.expected, 0.1);
  EXPECT_NEAR(8 * one.spread, other.spread, 0.2);
}

TEST(SeasonalFit, TheSameHistoryGivesTheSameModel) {
  const LocalCalendar calendar = Calendar("Asia/Shanghai");
  const auto value = [](const LocalMoment& m) { return 100 + 50 * Hill(m, 12); };
  const auto history = Series(kMonday, 15 * kDay, calendar, 2, value);
  const SeasonalTimes times(kMonday, kStep, history.size(), calendar);
  const SeasonalModel a = FitSeasonal(history, times), b = FitSeasonal(history, times);
  EXPECT_EQ(a.level, b.level);
  EXPECT_EQ(a.daily, b.daily);
  EXPECT_EQ(a.weekly, b.weekly);
  EXPECT_EQ(a.spread_of_slot, b.spread_of_slot);
}

TEST(SeasonalModel, KnotsAreKeptCloseEnough) {
  base::Random random(1);
  std::array<double, kDailyKnots> daily{};
  std::array<double, kWeeklyKnots> weekly{};
  for (double& knot : daily) knot = 100 * random.NextUnit() - 50;
  for (double& knot : weekly) knot = 10 * random.NextUnit() - 5;
  weekly[3] = 1000;  // the one big job
  SeasonalModel model;
  model.SetDaily(daily);
  model.SetWeekly(weekly);
  for (std::size_t hour = 0; hour < kWeeklyKnots; ++hour) {
    const LocalMoment moment{0, static_cast<std::int32_t>(hour % 24) * 3600 + 1800,
                             static_cast<std::int32_t>(hour / 24), false};
    const double between = 0.5 * (daily[2 * (hour % 24)] + daily[2 * (hour % 24) + 1]);
    EXPECT_NEAR(model.SeasonAt(PointAt(moment)), between + weekly[hour], hour == 3 ? 8 : 0.6)
        << hour;
  }
}

TEST(SeasonalModel, TheEndOfADayMeetsTheNext) {
  const SeasonalPoint end = PointAt({0, 86399, 6, false}, 1), start = PointAt({1, 0, 0, false});
  EXPECT_EQ(end.daily[0], start.daily[0]);
  EXPECT_EQ(end.weekly[0], start.weekly[0]);
  EXPECT_EQ(end.daily_part, start.daily_part);
  EXPECT_EQ(start.weekly[0], 167);
  EXPECT_EQ(start.weekly[1], 0);
  EXPECT_EQ(PointAt({0, 1800, 2, true}).weekly[0], 6 * 24);
}

}  // namespace
}  // namespace distdiag::detect
