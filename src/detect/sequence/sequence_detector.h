// Series against what a network forecasts from the last ticks of all metrics of their group (docs/detection.md).
//
// Why so: a value that is usual by itself may be odd beside the others of its group, or after what was before. The state is
// carried from tick to tick: running the last 30 ticks again would cost nearly 30 times as much.
// What lies outside its band is not shown to the network, which goes on with its own forecast: a trouble can't become the
// expected, and the forecast of a long trouble ends at the usual level.
#pragma once

#include "detect/detector.h"
#include "detect/sequence/sequence_model.h"
#include "detect/sequence/series_normal.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace distdiag::detect {

struct SequenceOptions {
  double band_width =
      6.0;  // band = forecast ± band_width · usual distance; 3..20, more = fewer alarms
  double quick = 0.4;     // smoothing factor of what is compared, value and forecast; 0.05..1
  double follow = 0.02;   // how fast the usual distance follows, 0..1
  int settle_ticks = 10;  // values after the normalisation's warm-up before a series may alarm
  int persist_ticks = 3;  // consecutive ticks outside before it alarms
  double release = 0.8;   // an alarm ends when the distance is below this share of the band; 0..1
  int accept_ticks =
      30;  // ticks outside without trouble (kFollow) after which the new level is the normal
};

// Severity as RecentDetector's; the band is never narrower than the metric's least change that matters, nor than band_width
// times 5 % of the level. Metrics that no group of the model has raise nothing. A gap is filled with the forecast.
// Numerical limits: values beyond ±1e15 are taken as ±1e15.
// Thread: single (owner: detect loop). Cost: 0.3 µs a group and node and tick; 72 bytes a series of the model's metrics, and the
// networks' states: 256 bytes a group of 32 hidden values and node.
class SequenceDetector final : public Detector {
 public:
  explicit SequenceDetector(std::shared_ptr<const SequenceModel> model,
                            SequenceOptions options = {});

  domain::DetectorKind kind() const override { return domain::DetectorKind::kSequence; }
  std::vector<domain::Alarm> Observe(const domain::WindowView& window, Learning learning) override;
  void Reset() override;
  void Forget(const domain::SeriesLayout& layout, const SeriesChoice& choice) override;

 private:
  struct Series {
    SeriesNormal normal;
    double quick = 0;     // smoothed value
    double expected = 0;  // smoothed forecast
    double usual = 0;     // mean distance of the two in calm
    base::Timestamp since;
    float forecast = 0;          // z of the coming tick
    std::int32_t settled = 0;    // values since the normalisation's warm-up
    std::int32_t outside = 0;    // consecutive ticks outside the band
    std::int32_t tolerated = 0;  // ticks outside while following
  };
  static_assert(sizeof(Series) == 72);

  struct Column {
    std::optional<std::size_t> number;  // in the layout; nullopt = this source does not deliver it
    domain::MetricId metric;
    double least = 0;
  };

  struct Group {
    const Lstm* network;
    std::vector<Column> columns;                  // by the network's inputs
    std::vector<Series> series;                   // [node, input]
    std::vector<float> state;                     // of all nodes
    std::vector<float> inputs, outputs, scratch;  // of one tick, [node, input]
  };

  void Prepare(const domain::SeriesLayout& layout);
  // One group of one node: appends its alarms, and leaves what goes into the network.
  void ObserveNode(Group& group, domain::NodeIndex node, const domain::WindowView& window,
                   Learning learning, std::vector<domain::Alarm>& alarms) const;
  // The coming tick of all nodes.
  static void Forecast(Group& group, std::size_t nodes);
  // What goes into the network for this value (z).
  float Step(Series& series, const Column& column, double value, base::Timestamp time,
             Learning learning) const;
  double BandOf(const Series& series, const Column& column) const;
  std::optional<domain::Alarm> AlarmOf(const Series& series, const Column& column,
                                       domain::NodeIndex node, base::Timestamp time) const;

  std::shared_ptr<const SequenceModel> model_;
  SequenceOptions options_;
  std::vector<Group> groups_;  // empty = not prepared yet
};

}  // namespace distdiag::detect
