// What a detector says about one series of one node at one time.
//
// Thread: value.
#pragma once

#include "base/time.h"
#include "domain/metric_catalogue.h"
#include "domain/topology.h"

#include <optional>
#include <string_view>

namespace distdiag::domain {

enum class DetectorKind { kRecent, kPeer, kClassifier, kSeasonal, kRule, kSequence };

std::optional<DetectorKind> FindDetectorKind(std::string_view name);
// "recent" "peer" "classifier" "seasonal" "rule" "sequence"
std::string_view DetectorKindName(DetectorKind kind);
// True for what only advises: its alarms are shown with an incident and move no diagnosis. engine::Pipeline keeps them apart.
bool IsAdvisory(DetectorKind kind);

// What was seen and what was expected, in the metric's own unit.
struct Evidence {
  double observed = 0;
  double expected = 0;
  double band_low = 0;
  double band_high = 0;
  base::Timestamp since;  // first tick outside the band without a return
};

struct Alarm {
  NodeIndex node;
  MetricId metric;
  DetectorKind detector;
  double severity = 0;  // 0..1; 0 = at the band's edge, 1 = as far out as is ever told apart
  base::Timestamp time;
  Evidence evidence;
};

}  // namespace distdiag::domain
