#include "detect/seasonal/trend.h"

#include "detect/testing.h"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

std::vector<DayMean> Days(std::size_t count, double noise,
                          const std::function<double(double day)>& value, std::uint64_t seed = 12) {
  base::Random random(seed);
  std::vector<DayMean> days;
  for (std::size_t i = 0; i < count; ++i) {
    days.push_back(
        {value(static_cast<double>(i)) + noise * Noise(random), 1.0, static_cast<int>(i % 7)});
  }
  return days;
}

TEST(Trend, Table) {
  struct Row {
    std::string name;
    std::function<double(double)> value;
    std::vector<std::size_t> changes;
    double slope;
    double next;  // value of the last day, the 28th
  };
  const std::vector<Row> rows = {
      {"level", [](double) { return 5.0; }, {}, 0, 5},
      {"line", [](double t) { return 10 + 2 * t; }, {}, 2, 64},
      {"a step", [](double t) { return t < 14 ? 10.0 : 40.0; }, {14}, 0, 40},
      {"a bend", [](double t) { return t < 14 ? 10.0 : 10 + 3 * (t - 13.5); }, {14}, 3, 50.5},
      {"weekends are no change",
       [](double t) { return static_cast<int>(t) % 7 < 5 ? 50.0 : 20.0; },
       {},
       0,
       41.4},
  };
  for (const Row& row : rows) {
    for (const double noise : {0.0, 0.5}) {
      const Trend trend = FitTrend(Days(28, noise, row.value), {.weekdays = true});
      // In noise one more is found now and then, see below; it is never the strongest.
      ASSERT_GE(trend.changes.size(), row.changes.size()) << row.name << " " << noise;
      if (noise == 0) {
        EXPECT_EQ(trend.changes.size(), row.changes.size()) << row.name;
      }
      for (std::size_t i = 0; i < row.changes.size(); ++i)
        EXPECT_NEAR(static_cast<double>(trend.changes[i]), static_cast<double>(row.changes[i]), 1)
            << row.name;
      EXPECT_NEAR(trend.slope, row.slope, 0.2) << row.name << " " << noise;
      EXPECT_NEAR(trend.next, row.next, 0.1 + 1.5 * noise) << row.name << " " << noise;
    }
  }
}

TEST(Trend, ADayOutOfLineAndDaysWithoutValuesMoveLittle) {
  auto days = Days(28, 0.5, [](double t) { return 10 + 2 * t; });
  days[11].mean = 500;
  days[20].weight = days[21].weight = 0;
  days[20].mean = -1e6;
  const Trend trend = FitTrend(days, {});
  EXPECT_NEAR(trend.slope, 2, 0.2);
  EXPECT_NEAR(trend.next, 64, 2);
}

TEST(Trend, NoiseSeldomLooksLikeAChange) {
  int changes = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto days = Days(
        28, 5, [](double t) { return 50 + t; }, seed);
    changes += static_cast<int>(FitTrend(days, {.weekdays = true}).changes.size());
  }
  EXPECT_LE(changes, 10);
}

TEST(Trend, ASlopeThatNoiseExplainsIsNone) {
  const Trend trend = FitTrend(Days(10, 5, [](double) { return 50.0; }), {});
  EXPECT_NEAR(trend.slope, 0, 0.3);
}

TEST(Trend, LittleOrNothingIsDefined) {
  EXPECT_TRUE(FitTrend({}, {}).values.empty());
  EXPECT_EQ(FitTrend(std::vector<DayMean>(3), {}).next, 0);
  const Trend one = FitTrend(std::vector<DayMean>{{7, 1, 0}}, {});
  EXPECT_EQ(one.next, 7);
  EXPECT_EQ(one.slope, 0);
}

}  // namespace
}  // namespace distdiag::detect
