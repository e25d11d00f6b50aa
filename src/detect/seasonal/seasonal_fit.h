// Learns a SeasonalModel from a series' history, in batch.
//
// Why so: alternating least squares (backfitting, Hastie, Tibshirani 1986) over trend, time of day and time of week, with weights that
// fall to 0 for outliers (Tukey's bisquare): a few milliseconds for weeks at 5 minutes, where one joint system of all
// knots takes twenty times as long, and robust as STL is (Cleveland et al. 1990), whose order of steps it shares. Unlike
// STL and MSTL the seasons follow the wall clock, gaps are allowed, and what is kept has a fixed size.
#pragma once

#include "base/time.h"
#include "detect/seasonal/local_calendar.h"
#include "detect/seasonal/seasonal_model.h"
#include "detect/seasonal/trend.h"

#include <cstddef>
#include <span>
#include <vector>

namespace distdiag::detect {

struct SeasonalOptions {
  SeasonalScope most = SeasonalScope::kWeekly;  // the largest season that is looked for
  int max_changes = 5;         // change points of the trend at most, 0..20; 0 = one straight line
  double least_gain = 16;      // see TrendOptions; 4..100
  double half_life_days = 28;  // after so many days a value counts half for the seasons; 7..365
};

// When the values of some histories were: shared by all series that were recorded together.
// Thread: const-safe. Cost: 28 bytes a value.
class SeasonalTimes {
 public:
  // The value i of a history is the mean over [start + i · step, start + (i + 1) · step).
  // REQUIRES: step > 0.
  SeasonalTimes(base::Timestamp start, base::Duration step, std::size_t count,
                const LocalCalendar& calendar);

  struct Row {
    SeasonalPoint point;
    std::uint32_t day;  // of the history, 0 = first local day
    float day_part;     // 0..1 of the local day that is over
  };
  std::span<const Row> rows() const { return rows_; }
  // Of every day of the history: 0..6 = Monday..Sunday; a holiday is a Sunday.
  std::span<const int> weekdays() const { return weekdays_; }
  base::Timestamp start() const { return start_; }
  base::Duration step() const { return step_; }

 private:
  base::Timestamp start_;
  base::Duration step_;
  std::vector<Row> rows_;
  std::vector<int> weekdays_;
};

// `history` has the values at `times`, NaN or infinite = gap. Values beyond ±1e15 are taken as ±1e15. Without any value: level
// 0 and no hours. REQUIRES: history.size() == times.rows().size().
// Cost: 2 ms for four weeks at 5 minutes; 100 bytes a value meanwhile.
SeasonalModel FitSeasonal(std::span<const float> history, const SeasonalTimes& times,
                          const SeasonalOptions& options = {});

}  // namespace distdiag::detect
