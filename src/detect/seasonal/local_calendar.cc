#include "detect/seasonal/local_calendar.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <cctz/time_zone.h>

namespace distdiag::detect {

base::Result<LocalCalendar> LocalCalendar::Make(
    const std::string& zone, const std::vector<std::chrono::year_month_day>& holidays) {
  LocalCalendar calendar;
  cctz::time_zone found;
  if (!cctz::load_time_zone(zone, &found)) {
    return base::Fail(base::InvalidArgument(
        "expected a time zone of the tz database such as \"Europe/Berlin\", found \"" + zone +
        "\""));
  }
  using Seconds = std::chrono::sys_seconds;
  Seconds at = std::chrono::sys_days(std::chrono::January / 1 / 1970);
  const Seconds end = std::chrono::sys_days(std::chrono::January / 1 / 2100);
  calendar.changes_.front().offset = std::chrono::seconds(found.lookup(at).offset);
  cctz::time_zone::civil_transition change;
  while (found.next_transition(at, &change)) {
    at = found.lookup(change.to).trans;
    if (at >= end) break;
    calendar.changes_.push_back({at, std::chrono::seconds(found.lookup(at).offset)});
  }
  for (const std::chrono::year_month_day& date : holidays) {
    if (!date.ok()) {
      return base::Fail(
          base::InvalidArgument("expected a date as holiday, found year " +
                                std::to_string(static_cast<int>(date.year())) + ", month " +
                                std::to_string(static_cast<unsigned>(date.month())) + ", day " +
                                std::to_string(static_cast<unsigned>(date.day()))));
    }
    calendar.holidays_.push_back(std::chrono::sys_days(date).time_since_epoch().count());
  }
  std::sort(calendar.holidays_.begin(), calendar.holidays_.end());
  return calendar;
}

LocalMoment LocalCalendar::At(base::Timestamp time) const {
  const auto next = std::upper_bound(
      changes_.begin() + 1, changes_.end(), time,
      [](base::Timestamp value, const Change& change) { return value < change.at; });
  const auto local =
      std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()) + std::prev(next)->offset;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  LocalMoment moment;
  moment.day = day.count();
  moment.second_of_day = static_cast<std::int32_t>((local - day).count());
  moment.weekday = static_cast<std::int32_t>(
      std::chrono::weekday(std::chrono::sys_days(day)).iso_encoding() - 1);
  moment.is_holiday = std::binary_search(holidays_.begin(), holidays_.end(), moment.day);
  return moment;
}

}  // namespace distdiag::detect
