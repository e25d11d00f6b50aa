// Static thresholds: what an analyst says a series must not exceed or fall below, whatever is usual.
//
// Why so: limits that are known (a disk that is 90 % full, a queue that must be short) need no learning, and hold from the first minute.
// As in Prometheus' rules a value must lie outside for `for_s` before it alarms, and an alarm may be kept for `keep_s` after it is back;
// `hysteresis` keeps a value that hovers at the threshold from coming and going.
#pragma once

#include "detect/detector.h"
#include "domain/detector_definition.h"
#include "domain/topology.h"

#include <cstdint>
#include <string>
#include <vector>

namespace distdiag::detect {

// Outside: value > above, or value < below; back: within by hysteresis · |threshold| of the threshold that was crossed. One alarm a series, of the worst of its
// rules. Severity: d/(d + 2), d the distance beyond the threshold in tenths of its size (of 1 where that is 0).
// Evidence: expected and band are the threshold. It learns nothing; NaN and infinite values are gaps: nothing begins or ends at them.
// The catalogue's bad side does not matter: the rule says which side is bad.
// Thread: single (owner: detect loop). Cost: O(series with a rule) a tick; 40 bytes each.
class RuleDetector final : public Detector {
 public:
  // Rules among the definitions, in their order; others are passed over. REQUIRES: domain::CheckDetectors(definitions).ok().
  RuleDetector(const domain::DetectorDefinitions& definitions, const domain::Topology& topology);

  domain::DetectorKind kind() const override { return domain::DetectorKind::kRule; }
  std::vector<domain::Alarm> Observe(const domain::WindowView& window, Learning learning) override;
  void Reset() override;
  void Forget(const domain::SeriesLayout& layout, const SeriesChoice& choice) override;

 private:
  struct Rule {
    domain::DetectorDefinition definition;
    double above = 0;  // NaN = none
    double below = 0;
    base::Duration wait{}, keep{};
    double hysteresis = 0;
  };
  enum class Place : std::uint8_t { kWithin, kAbove, kBelow };
  struct Watched {
    std::size_t rule = 0;
    domain::NodeIndex node;
    std::size_t column = 0;
    Place place = Place::kWithin;    // now
    Place crossed = Place::kWithin;  // where it was outside last
    bool alarms = false;
    base::Timestamp since;  // when it left, of what alarms or may come to
    base::Timestamp last_outside;
  };

  void Choose(const domain::SeriesLayout& layout);
  static Place PlaceOf(const Rule& rule, double value, Place before);
  // Follows one value; true while the rule alarms.
  static bool Step(const Rule& rule, double value, base::Timestamp time, Watched& watched);

  std::vector<Rule> rules_;
  std::vector<std::string> nodes_;  // names by NodeIndex
  bool has_chosen_ = false;
  std::vector<Watched> watched_;  // of the layout seen first, by node and column
};

}  // namespace distdiag::detect
