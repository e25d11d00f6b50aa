// Spark lines of a stored incident, cut out of the charts kept with it.
#pragma once

#include "base/time.h"
#include "serve/api_json.h"

#include <string_view>

namespace distdiag::serve {

// Per node and metric the means of the minute up to `end`. What can't be read gives no spark line.
SparkTable SparksFromCharts(std::string_view charts_json, base::Timestamp end);

}  // namespace distdiag::serve
