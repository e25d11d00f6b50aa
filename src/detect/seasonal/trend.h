// A series of daily means as a line with change points: additive trend of the seasonal model.
//
// Why so: Prophet's trend (Taylor, Letham, The American Statistician 2018, §3.1) with its sparse slope changes, found by greedy
// forward selection instead of a Laplace prior: over at most some dozens of days each candidate is tried exactly, one
// change stays one change (the prior smears it over its neighbours), and no iterative solver is needed. A change may be
// one of slope or one of level: deployments move levels at once, which a bent line follows only slowly. Change points
// and the effects of the days of the week are fitted together, else each weekend would be a change.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace distdiag::detect {

struct DayMean {
  double mean = 0;    // robust; unit of the metric
  double weight = 0;  // share of the day that has values, 0..1; 0 = a day without any
  int kind = 0;       // what it has in common with others: 0..6 day of the week
};

struct TrendOptions {
  bool weekdays = false;  // fit effects of `kind` too; wants two weeks
  bool slope =
      true;  // else the first line is level (changes of level and slope are found all the same)
  int max_changes = 5;  // change points at most; 0 = one line
  // What a change must explain, in variances of a day's noise: 16 = 4 sigma. Smaller bends more easily. 4..100
  double least_gain = 16;
};

struct Trend {
  std::vector<double> values;        // of each day, without the effects of weekdays
  std::vector<std::size_t> changes;  // days at which a change begins, as found (strongest first)
  double slope = 0;  // a day, after the last change; shrunk towards 0 as its error demands
  double next = 0;   // the line's value in the middle of the last day
};

// No day with values: all 0. Outliers among the days weigh less (Huber). Cost: O(max_changes² · days²).
Trend FitTrend(std::span<const DayMean> days, const TrendOptions& options);

}  // namespace distdiag::detect
