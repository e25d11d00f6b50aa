// Charts from the window store: for the API's series, and as evidence of an incident.
//
// Thread: safe (the window store is read under its lock), except MeasureImpact: the window's owner.
#pragma once

#include "domain/incident.h"
#include "serve/chart.h"
#include "serve/series_reader.h"
#include "store/window_store.h"

#include <vector>

namespace distdiag::engine {

// Serves one cluster.
class WindowSeriesReader final : public serve::SeriesReader {
 public:
  // Both outlive the reader.
  WindowSeriesReader(const domain::Topology& topology, const store::WindowStore& window)
      : topology_(topology), window_(window) {}

  base::Result<std::vector<serve::Chart>> ReadSeries(const serve::SeriesQuery& query) override;

 private:
  const domain::Topology& topology_;
  const store::WindowStore& window_;
};

// One chart an evidence metric of the shown pairs (at most `kMostEvidenceCharts`), the strongest first, from a minute before the
// trouble to `now`; with the band of the abnormal node and marks.
inline constexpr std::size_t kMostEvidenceCharts = 6;
std::vector<serve::Chart> EvidenceCharts(const domain::Incident& incident,
                                         const domain::Topology& topology,
                                         const store::WindowStore& window, base::Timestamp now);

// Throughput and latency of the clients: the minute before the trouble against the time since. Sums over the nodes for
// transactions a second; the worst node for the 95th percentile.
serve::Impact MeasureImpact(const domain::Incident& incident, const store::WindowStore& window,
                            base::Timestamp now);

}  // namespace distdiag::engine
