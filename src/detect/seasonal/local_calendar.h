// Local wall time of one time zone, with its holidays.
//
// Why so: people work by the clock on the wall, so seasons follow it over the changes of summer time. The zone's changes are read
// once (cctz, from the system's tzdata) into a table: afterwards there is no library, no file and no lock in the way.
#pragma once

#include "base/status.h"
#include "base/time.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace distdiag::detect {

struct LocalMoment {
  std::int64_t day = 0;            // local days since 1970-01-01
  std::int32_t second_of_day = 0;  // 0..86399, as the clock on the wall shows
  std::int32_t weekday = 0;        // 0 = Monday
  bool is_holiday = false;
};

// Thread: const-safe. Cost: At() a binary search over about 200 changes and the holidays.
// Changes are known from 1970 to 2100; before and after, the nearest one holds.
class LocalCalendar {
 public:
  LocalCalendar() : changes_{{base::Timestamp::min(), {}}} {}  // UTC without holidays

  // `zone` as in the tz database: "Europe/Berlin". `holidays` are local dates, in any order.
  // Fails with kInvalidArgument for an unknown zone and for a date that is none.
  static base::Result<LocalCalendar> Make(const std::string& zone,
                                          const std::vector<std::chrono::year_month_day>& holidays);

  LocalMoment At(base::Timestamp time) const;

 private:
  struct Change {
    base::Timestamp at;
    std::chrono::seconds offset;  // east of UTC, from then on
  };
  std::vector<Change> changes_;         // ordered; the first holds for all time before the second
  std::vector<std::int64_t> holidays_;  // ordered days since 1970-01-01
};

}  // namespace distdiag::detect
