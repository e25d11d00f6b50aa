#include "notify/alarm_budget.h"

#include "base/random.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::notify {
namespace {

base::Timestamp Hour(double hours) { return base::TimestampFromSeconds(1.7e9 + 3600 * hours); }

TEST(AlarmBudget, WithoutABudgetEverythingIsSent) {
  AlarmBudget budget({});
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(budget.Admit(Hour(0), 0.1));
  const AlarmBudgetMeter meter = budget.Meter(Hour(0));
  EXPECT_EQ(meter.pages, 100);
  EXPECT_EQ(meter.threshold, 0);
}

TEST(AlarmBudget, AWeekHasNoMoreThanPromisedButWhatIsCertainIsSent) {
  AlarmBudget budget({.pages_per_week = 2});
  EXPECT_TRUE(budget.Admit(Hour(0), 0.6));
  EXPECT_TRUE(budget.Admit(Hour(10), 0.6));
  EXPECT_FALSE(budget.Admit(Hour(20), 0.9));
  EXPECT_TRUE(budget.Admit(Hour(21), 0.95));
  EXPECT_DOUBLE_EQ(budget.Meter(Hour(21)).threshold, 0.95);
  EXPECT_FALSE(budget.Admit(Hour(167), 0.6));
  EXPECT_TRUE(budget.Admit(Hour(180), 0.6));
}

TEST(AlarmBudget, WhatThisClusterOftenBringsMustBeSurerThanUsual) {
  AlarmBudget budget({.pages_per_week = 2});
  // A faint incident every six hours for four weeks.
  for (int hour = 0; hour < 4 * 168; hour += 6) (void)budget.Admit(Hour(hour), 0.55);
  const double now = 4 * 168 + 1;
  EXPECT_GT(budget.Meter(Hour(now)).threshold, 0.55);
  EXPECT_LT(budget.Meter(Hour(now)).threshold, 0.56);
  EXPECT_FALSE(budget.Admit(Hour(now), 0.55));
  EXPECT_TRUE(budget.Admit(Hour(now), 0.7));
}

TEST(AlarmBudget, TheMeterGivesTheExactIntervalOfARate) {
  AlarmBudget budget({.pages_per_week = 7});
  (void)budget.Meter(Hour(0));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.Admit(Hour(24 * i), 0.8));
  const AlarmBudgetMeter meter = budget.Meter(Hour(335));
  EXPECT_DOUBLE_EQ(meter.watched_weeks, 2);
  EXPECT_DOUBLE_EQ(meter.realised, 1.5);
  // Garwood's interval of 3 events is 0.6187 to 8.7673.
  EXPECT_NEAR(meter.realised_low, 0.6187 / 2, 1e-4);
  EXPECT_NEAR(meter.realised_high, 8.7673 / 2, 1e-4);
}

TEST(AlarmBudget, OddInputGivesNothingOdd) {
  AlarmBudget budget({.pages_per_week = 2});
  EXPECT_TRUE(budget.Admit(Hour(5), std::numeric_limits<double>::quiet_NaN()));
  EXPECT_TRUE(budget.Admit(Hour(-1e5), 0.5)) << "time that goes back is now";
  EXPECT_FALSE(budget.Admit(Hour(6), -1));
  EXPECT_TRUE(budget.Admit(Hour(1e6), 0.5));
  EXPECT_EQ(budget.Meter(Hour(1e6)).pages, 1) << "the rest is longer ago than four weeks";
}

// 1000 weeks of false incidents of many kinds: promised is kept in every week, and is not wasted.
struct Stream {
  const char* name;
  double incidents_per_week;
  std::function<double(double hour, base::Random&)> score;
};

class AlarmBudgetOver1000Weeks : public testing::TestWithParam<int> {};

TEST_P(AlarmBudgetOver1000Weeks, RealisedIsAtMostPromised) {
  const int promised = GetParam();
  const auto even = [](base::Random& random) { return 0.5 + 0.44 * random.NextUnit(); };
  const Stream streams[] = {
      {"few", 1, [&](double, base::Random& r) { return even(r); }},
      {"many", 50, [&](double, base::Random& r) { return even(r); }},
      {"one always the same", 20, [](double, base::Random&) { return 0.6; }},
      {"surer from week to week", 20,
       [](double hour, base::Random& r) {
         return 0.5 + 0.4 * hour / 168'000 + 0.04 * r.NextUnit();
       }},
      {"one bad week of ten", 20,
       [&](double hour, base::Random& r) {
         return std::fmod(hour, 1680) < 168 ? 0.9 : 0.4 * even(r);
       }},
  };
  for (const Stream& stream : streams) {
    base::Random random(7);
    AlarmBudget budget({.pages_per_week = static_cast<double>(promised)});
    (void)budget.Meter(Hour(0));
    std::deque<double> sent;  // of the last seven days
    int all = 0, worst = 0;
    double sent_scores = 0, offered_scores = 0;
    int offered = 0;
    for (double hour = 0; hour < 168'000;) {
      hour += -std::log(1 - random.NextUnit()) * 168 / stream.incidents_per_week;
      const double score = stream.score(hour, random);
      ++offered;
      offered_scores += score;
      while (!sent.empty() && sent.front() <= hour - 168) sent.pop_front();
      if (!budget.Admit(Hour(hour), score)) continue;
      ++all;
      sent_scores += score;
      sent.push_back(hour);
      worst = std::max(worst, static_cast<int>(sent.size()));
    }
    RecordProperty(std::string("pages a week: ") + stream.name, std::to_string(all / 1000.0));
    EXPECT_LE(worst, promised) << stream.name;
    EXPECT_GE(sent_scores / all, offered_scores / offered - 0.01) << stream.name;
    EXPECT_GT(all / 1000.0, 0.8 * std::min(stream.incidents_per_week, 1.0) *
                                (1 - std::exp(-stream.incidents_per_week)))
        << stream.name << ": weeks with incidents, but without a page";
  }
}

INSTANTIATE_TEST_SUITE_P(Promised, AlarmBudgetOver1000Weeks, testing::Values(1, 2, 7));

}  // namespace
}  // namespace distdiag::notify
