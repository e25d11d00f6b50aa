// A series against its own recent past: exponential smoothing with a band (GRANO's third use case, docs/methods.md §1).
//
// Why so: two parameters an analyst can picture, a few bytes a series, one pass over a dense row. Values outside the band
// teach nothing, so that the first ticks of a trouble can't widen it. With `trend_follow` the level has a slope too (Holt 1957):
// a disk that fills or memory that leaks steadily does not alarm for its slope, but for leaving it.
#pragma once

#include "detect/detector.h"
#include "detect/detector_plan.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace distdiag::detect {

struct RecentOptions {
  double follow =
      0.05;            // smoothing factor of level and spread, 0..1: 0.05 remembers about 20 ticks
  double quick = 0.4;  // smoothing factor of the value that is compared with the band, 0..1
  double band_width = 6.0;     // band = level ± band_width · spread (mean absolute change)
  double spread_floor = 0.05;  // smallest spread, as a share of |level|
  int warm_up_ticks = 10;      // values of a series before it may alarm
  int persist_ticks = 3;       // consecutive ticks outside before it alarms
  int accept_ticks =
      30;  // ticks outside without trouble (kFollow) after which the new level is the normal
  // How fast the slope follows the level, as a share of `follow`, 0..0.1: 0 = there is no slope; 0.02 remembers a slope for
  // about as long as it takes to be sure of it (critical damping at follow 0.05 is 0.026), more lets it swing.
  double trend_follow = 0;
};

// Severity: d/(d + 2) of the distance d beyond the band, in band widths: 0 at the edge, 0.5 at three times the width.
// The band is never narrower than the metric's least change that matters (metric_sense.h).
// A slope goes on while trouble holds the learning, but fades: its half-life is then 7 / follow ticks.
// Numerical limits: values beyond ±1e15 are taken as ±1e15.
// Thread: single (owner: detect loop). Cost: about 5 ns a series and tick; 40 bytes a series, 56 with a slope, 2 more with Use() of several sets.
class RecentDetector final : public Detector {
 public:
  explicit RecentDetector(RecentOptions options = {});

  domain::DetectorKind kind() const override { return domain::DetectorKind::kRecent; }
  std::vector<domain::Alarm> Observe(const domain::WindowView& window, Learning learning) override;
  void Reset() override;
  void Forget(const domain::SeriesLayout& layout, const SeriesChoice& choice) override;
  // From the next row on these parameters (of kRecent); stands over Reset(). What was learnt stays, but for series that are no longer watched.
  // REQUIRES: made for the layout of the windows.
  void Use(const ParameterChoice& choice);

 private:
  struct Series {
    double level = 0;
    double spread = 0;
    double quick = 0;
    std::int32_t seen = 0;        // values so far
    std::uint16_t outside = 0;    // consecutive ticks outside the band; stays at the largest
    std::uint16_t tolerated = 0;  // ticks outside while following; stays at the largest
    base::Timestamp since;        // first tick outside
  };
  static_assert(sizeof(Series) == 40);

  struct Slope {
    double per_second = 0;
    base::Timestamp last;  // time of the last value
  };

  // What the catalogue says of a column, looked up once.
  struct Column {
    domain::MetricId metric;
    double least_change = 0;
    bool above_is_trouble = false;
    bool below_is_trouble = false;
  };

  // The band around the level, and how far outside the series is for long enough to alarm; 0 = it is not.
  struct Finding {
    double band = 0;
    double beyond = 0;
    bool alarms = false;
  };

  void ReadColumns(const domain::SeriesLayout& layout);
  static Finding Step(const RecentOptions& options, Series& series, Slope* slope, double value,
                      base::Timestamp time, double least_change, Learning learning);
  // Moves the series along its slope to `time`; returns the seconds since its last value.
  static double Advance(Series& series, Slope& slope, base::Timestamp time);
  static void Learn(const RecentOptions& options, Series& series, Slope* slope, double value,
                    double seconds);

  std::vector<RecentOptions> sets_;
  std::vector<std::uint16_t> set_of_series_;  // as in ParameterChoice; empty = the first for all
  bool has_slopes_ = false;                   // in any of the sets
  std::vector<Series> series_;
  std::vector<Slope> slopes_;    // as series_ where has_slopes_, else empty
  std::vector<Column> columns_;  // of the layout; empty = not read yet
};

}  // namespace distdiag::detect
