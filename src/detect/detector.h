// The one interface of all detectors that turn rows into alarms.
//
// Why so: one property suite (detector_test.cc) holds for every implementation: empty, constant, NaN, gap, huge values,
// scale and shift, the same answer twice, independence of the node order.
#pragma once

#include "domain/alarm.h"
#include "domain/window.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace distdiag::detect {

// Whether a detector may let the newest row change its idea of what is normal.
enum class Learning {
  kFollow,
  kHold,  // trouble is open or suspected: what is seen now must not become the normal
};

// Series of some nodes in some of the catalogue's metric groups.
struct SeriesChoice {
  std::vector<domain::NodeIndex> nodes;
  std::vector<std::string_view> groups;

  bool HasNode(domain::NodeIndex node) const {
    return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
  }
  bool HasMetric(domain::MetricId metric) const {
    return std::find(groups.begin(), groups.end(), domain::GetMetric(metric).group) != groups.end();
  }
};

// Sets the chosen ones of a detector's per-series states to `fresh`.
template <typename Series>
void ForgetSeries(const domain::SeriesLayout& layout, const SeriesChoice& choice,
                  const Series& fresh, std::vector<Series>& series) {
  if (series.empty()) return;
  for (std::size_t column = 0; column < layout.column_count(); ++column) {
    if (!choice.HasMetric(layout.metric(column))) continue;
    for (const domain::NodeIndex node : choice.nodes) series[layout.series(node, column)] = fresh;
  }
}

// Thread: single (owner: the detect loop of one cluster).
class Detector {
 public:
  virtual ~Detector() = default;

  virtual domain::DetectorKind kind() const = 0;

  // Looks at the newest row of `window` and returns one alarm for every series outside its band, ordered by node, then
  // metric. NaN and infinite values are gaps: they raise nothing and teach nothing. Call it once a tick.
  // REQUIRES: the same layout at every call until Reset().
  virtual std::vector<domain::Alarm> Observe(const domain::WindowView& window,
                                             Learning learning) = 0;

  // Forgets everything: what comes next is not the continuation of what was.
  virtual void Reset() = 0;

  // Forgets what is normal for these series alone: they warm up anew. REQUIRES: `layout` is that of the windows.
  virtual void Forget(const domain::SeriesLayout& layout, const SeriesChoice& choice) = 0;
};

}  // namespace distdiag::detect
