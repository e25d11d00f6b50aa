// What the catalogue says about when a change of a metric means anything.
#pragma once

#include "domain/metric_catalogue.h"

namespace distdiag::detect {

// The smallest change that ever matters to a person, by the metric's unit, in that unit: one thing more in a queue that was
// always empty is no alarm, however sure it is.
double LeastChange(domain::MetricId metric);

// Whether a departure to that side is trouble; never for metrics that are bad neither way.
enum class Side { kAbove, kBelow };
bool IsTrouble(domain::MetricId metric, Side side);

// Values further out are taken as this far out; 1e15 exceeds every real metric and its square is still a double.
inline constexpr double kLargestValue = 1e15;

}  // namespace distdiag::detect
