#include "detect/seasonal/seasonal_detector.h"

#include "detect/seasonal/seasonal_fit.h"
#include "detect/testing.h"

#include <cmath>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

using namespace std::chrono_literals;

const base::Timestamp kMonday{std::chrono::sys_days(2026y / 6 / 1).time_since_epoch()};
constexpr std::size_t kWeeks = 14 * 288;
const base::Timestamp kNow = kMonday + std::chrono::hours(14 * 24);

// 20 at night, 100 from 8 to 18 h.
double Usual(const LocalMoment& moment) {
  return moment.second_of_day >= 8 * 3600 && moment.second_of_day < 18 * 3600 ? 100 : 20;
}

SeasonalModel Learn(const LocalCalendar& calendar, std::size_t count = kWeeks) {
  base::Random random(4);
  std::vector<float> history;
  const base::Timestamp start = kNow - 5min * static_cast<std::int64_t>(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto moment = calendar.At(start + 5min * static_cast<std::int64_t>(i) + 150s);
    history.push_back(static_cast<float>(Usual(moment) + Noise(random)));
  }
  return FitSeasonal(history, SeasonalTimes(start, 5min, count, calendar));
}

// One series of one node, at whatever times.
class OneSeries {
 public:
  explicit OneSeries(SeasonalDetector& detector) : detector_(detector) {}

  std::vector<domain::Alarm> Observe(base::Timestamp time, double value,
                                     Learning learning = Learning::kFollow) {
    const float row = static_cast<float>(value);
    return detector_.Observe({layout_, {&time, 1}, {&row, 1}}, learning);
  }
  const domain::SeriesLayout& layout() const { return layout_; }

 private:
  SeasonalDetector& detector_;
  domain::SeriesLayout layout_{1, {domain::FindMetric("c_p95_ms").value()}};
};

TEST(SeasonalDetector, ADayLikeOthersRaisesNothingAndDaytimeLoadAtNightDoes) {
  const LocalCalendar calendar = LocalCalendar::Make("Europe/Berlin", {}).value();
  SeasonalDetector detector(calendar);
  detector.SetModels({{0, Learn(calendar)}});
  OneSeries series(detector);
  base::Random random(8);
  base::Timestamp time = kNow;
  for (; time < kNow + 24h; time += 10s)
    EXPECT_TRUE(series.Observe(time, Usual(calendar.At(time)) + Noise(random)).empty());
  // 0 h in UTC is 2 h in Berlin.
  std::vector<domain::Alarm> alarms;
  for (int tick = 0; tick < 10; ++tick, time += 10s)
    alarms = series.Observe(time, 100 + Noise(random));
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_NEAR(alarms[0].evidence.expected, 20, 1);
  EXPECT_NEAR(alarms[0].evidence.observed, 100, 5);
}

TEST(SeasonalDetector, RaisesNothingUntilADayIsLearnt) {
  SeasonalDetector detector;
  OneSeries series(detector);
  EXPECT_EQ(detector.history_hours(0), 0);
  detector.SetModels({{0, Learn({}, 3 * 12)}});
  EXPECT_EQ(LearningText(detector.history_hours(0)), "3 of 24 h");
  base::Timestamp time = kNow;
  for (int tick = 0; tick < 60; ++tick, time += 1s)
    EXPECT_TRUE(series.Observe(time, tick < 30 ? 20 : 5000, Learning::kHold).empty());
}

// The line that the detector keeps for a quarter of an hour is the model's forecast: between knots, at midnight before and
// after a holiday, and over the change of summer time.
TEST(SeasonalDetector, ComparesWithTheModelsForecast) {
  base::Random random(6);
  SeasonalModel model;
  std::array<double, kDailyKnots> daily{};
  std::array<double, kWeeklyKnots> weekly{};
  for (double& knot : daily) knot = 100 * random.NextUnit();
  for (double& knot : weekly) knot = 50 * random.NextUnit();
  model.SetDaily(daily);
  model.SetWeekly(weekly);
  model.scope = SeasonalScope::kWeekly;
  model.level = 300;
  model.slope_per_day = 24;
  model.holiday = -30;
  const base::Timestamp start{std::chrono::sys_days(2026y / 3 / 27).time_since_epoch()};
  model.anchor_minutes = static_cast<std::int32_t>(
      std::chrono::floor<std::chrono::minutes>(start.time_since_epoch()).count());
  const auto calendar = LocalCalendar::Make("Europe/Berlin", {2026y / 3 / 28}).value();
  for (const Shape shape : {Shape::kLines, Shape::kSteps}) {
    model.daily_shape = model.weekly_shape = shape;
    // Without smoothing or floor, and nothing is ever accepted: the alarm tells what was expected.
    SeasonalDetector detector(calendar, {.quick = 1,
                                         .spread_floor = 0,
                                         .warm_up_ticks = 1,
                                         .persist_ticks = 1,
                                         .accept_ticks = 65536});
    detector.SetModels({{0, model}});
    OneSeries series(detector);
    const Forecast first = model.At(PointAt(calendar.At(start)), start);
    series.Observe(start, first.expected);
    for (base::Timestamp time = start + 7s; time < start + 72h; time += 211s) {
      const auto alarms = series.Observe(time, 1e6, Learning::kHold);
      ASSERT_EQ(alarms.size(), 1U);
      EXPECT_NEAR(alarms[0].evidence.expected, model.At(PointAt(calendar.At(time)), time).expected,
                  0.2)
          << base::ToRfc3339(time);
    }
  }
}

TEST(SeasonalDetector, NoisyTicksAreNotComparedAsIfTheyWereMeans) {
  SeasonalDetector detector;
  detector.SetModels({{0, Learn({})}});  // means that differ by 1
  OneSeries series(detector);
  base::Random random(8);
  base::Timestamp time = kNow + 12h;
  for (int tick = 0; tick < 2000; ++tick, time += 1s)
    EXPECT_TRUE(series.Observe(time, 100 + 20 * Noise(random)).empty()) << tick;
}

TEST(SeasonalDetector, NewModelsReplaceTheOldOnes) {
  SeasonalDetector detector;
  SeasonalModel model = Learn({});
  detector.SetModels({{0, model}});
  OneSeries series(detector);
  base::Timestamp time = kNow + 12h;
  // 300 becomes the normal by being accepted.
  std::size_t alarms = 0;
  for (int tick = 0; tick < 100; ++tick, time += 1s)
    alarms = series.Observe(time, tick < 20 ? 100 : 300).size();
  EXPECT_EQ(alarms, 0U);
  // A model that knows 300 does not add it again.
  model.level += 200;
  detector.SetModels({{0, model}});
  for (int tick = 0; tick < 20; ++tick, time += 1s)
    EXPECT_TRUE(series.Observe(time, 300).empty()) << tick;
  for (int tick = 0; tick < 10; ++tick, time += 1s) alarms = series.Observe(time, 500).size();
  EXPECT_EQ(alarms, 1U);
  detector.SetModels({});
  EXPECT_TRUE(series.Observe(time, 5000).empty());
  EXPECT_EQ(detector.history_hours(0), 0);
}

}  // namespace
}  // namespace distdiag::detect
