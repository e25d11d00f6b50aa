#include "detect/seasonal/local_calendar.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

base::Timestamp Utc(std::chrono::year_month_day date, std::chrono::minutes time) {
  return base::Timestamp(sys_days(date).time_since_epoch() + time);
}

TEST(LocalCalendar, TheWallClockOverTheChangesOfSummerTime) {
  struct Row {
    std::string name;
    std::string zone;
    base::Timestamp time;
    std::chrono::minutes wall;
    int weekday;
  };
  const auto spring = 2026y / 3 / 29, autumn = 2026y / 10 / 25;
  const std::vector<Row> rows = {
      {"UTC", "UTC", Utc(spring, 12h), 12h, 6},
      {"Berlin before spring", "Europe/Berlin", Utc(spring, 0h + 59min), 1h + 59min, 6},
      {"Berlin after spring", "Europe/Berlin", Utc(spring, 1h), 3h, 6},
      {"Berlin first 02:30", "Europe/Berlin", Utc(autumn, 0h + 30min), 2h + 30min, 6},
      {"Berlin second 02:30", "Europe/Berlin", Utc(autumn, 1h + 30min), 2h + 30min, 6},
      {"Berlin next day", "Europe/Berlin", Utc(autumn, 23h), 0h, 0},
      {"Kathmandu", "Asia/Kathmandu", Utc(spring, 12h), 17h + 45min, 6},
      {"Shanghai has none", "Asia/Shanghai", Utc(spring, 18h), 2h, 0},
      {"far future by the rule", "Europe/Berlin", Utc(2090y / 7 / 3, 12h), 14h, 0},
      {"the year 1970", "America/New_York", Utc(1970y / 7 / 1, 12h), 8h, 2},
  };
  for (const Row& row : rows) {
    const auto calendar = LocalCalendar::Make(row.zone, {});
    ASSERT_TRUE(calendar.has_value()) << row.name;
    const LocalMoment moment = calendar->At(row.time);
    EXPECT_EQ(moment.second_of_day, std::chrono::seconds(row.wall).count()) << row.name;
    EXPECT_EQ(moment.weekday, row.weekday) << row.name;
  }
}

TEST(LocalCalendar, AHolidayIsALocalDay) {
  const auto calendar = LocalCalendar::Make("Asia/Shanghai", {2026y / 10 / 1, 2026y / 1 / 1});
  ASSERT_TRUE(calendar.has_value());
  EXPECT_FALSE(calendar->At(Utc(2026y / 9 / 30, 15h + 59min)).is_holiday);
  EXPECT_TRUE(calendar->At(Utc(2026y / 9 / 30, 16h)).is_holiday);
  EXPECT_FALSE(calendar->At(Utc(2026y / 10 / 1, 16h)).is_holiday);
  EXPECT_TRUE(calendar->At(Utc(2026y / 1 / 1, 0h)).is_holiday);
}

TEST(LocalCalendar, WhatIsNoZoneOrNoDateIsSaid) {
  const auto zone = LocalCalendar::Make("Europe/Atlantis", {});
  ASSERT_FALSE(zone.has_value());
  EXPECT_NE(zone.error().message().find("Europe/Atlantis"), std::string::npos);
  const auto date = LocalCalendar::Make("UTC", {2026y / 2 / 30});
  ASSERT_FALSE(date.has_value());
  EXPECT_NE(date.error().message().find("month 2, day 30"), std::string::npos);
}

}  // namespace
}  // namespace distdiag::detect
