// A series against its own recent past: exponential smoothing with a band (GRANO's third use case, docs/methods.md §1).
//
// Why so: two parameters an analyst can picture, a few bytes a series, one pass over a dense row. Values outside the band
// teach nothing, so that the first ticks of a trouble can't widen it.
#pragma once

#include "detect/detector.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace distdiag::detect {

struct RecentOptions {
  double follow =
      0.05;            // smoothing factor of level and spread, 0..1: 0.05 remembers about 20 ticks
  double quick = 0.4;  // smoothing factor of the value that is compared with the band
  double band_width = 6.0;     // band = level ± band_width · spread (mean absolute change)
  double spread_floor = 0.05;  // smallest spread, as a share of |level|
  int warm_up_ticks = 10;      // values of a series before it may alarm
  int persist_ticks = 3;       // consecutive ticks outside before it alarms
  int accept_ticks =
      30;  // ticks outside without trouble (kFollow) after which the new level is the normal
};

// Severity: d/(d + 2) of the distance d beyond the band, in band widths: 0 at the edge, 0.5 at three times the width.
// The band is never narrower than the metric's least change that matters (metric_sense.h).
// Numerical limits: values beyond ±1e15 are taken as ±1e15.
// Thread: single (owner: detect loop). Cost: about 10 ns a series and tick; 40 bytes a series.
class RecentDetector final : public Detector {
 public:
  explicit RecentDetector(RecentOptions options = {});

  domain::DetectorKind kind() const override { return domain::DetectorKind::kRecent; }
  std::vector<domain::Alarm> Observe(const domain::WindowView& window, Learning learning) override;
  void Reset() override;
  void Forget(const domain::SeriesLayout& layout, const SeriesChoice& choice) override;

 private:
  struct Series {
    double level = 0;
    double spread = 0;
    double quick = 0;
    std::int32_t seen = 0;       // values so far
    std::int32_t outside = 0;    // consecutive ticks outside the band
    std::int32_t tolerated = 0;  // ticks outside while following
    base::Timestamp since;       // first tick outside
  };

  struct Value {
    domain::NodeIndex node;
    domain::MetricId metric;
    double value = 0;
    base::Timestamp time;
  };

  std::optional<domain::Alarm> Step(Series& series, const Value& now, Learning learning) const;

  RecentOptions options_;
  std::vector<Series> series_;
};

}  // namespace distdiag::detect
