// How serve reads measured values; engine implements it on the window store.
//
// Thread: safe (called from the HTTP threads).
#pragma once

#include "base/status.h"
#include "base/time.h"
#include "domain/metric_catalogue.h"
#include "serve/chart.h"

#include <string>
#include <vector>

namespace distdiag::serve {

struct SeriesQuery {
  std::string cluster;
  std::vector<domain::MetricId> metrics;  // 1 to 16
  base::Timestamp from;                   // inclusive
  base::Timestamp to;                     // inclusive, >= from
  int points = 300;                       // 1 to 2000: at most so many points a series
};

class SeriesReader {
 public:
  virtual ~SeriesReader() = default;
  // One chart a metric, in the order asked for, all nodes side by side; a metric that the cluster's source doesn't
  // deliver gives a chart without series. NotFound for an unknown cluster.
  virtual base::Result<std::vector<Chart>> ReadSeries(const SeriesQuery& query) = 0;
};

}  // namespace distdiag::serve
