// What is usual of one series, for values that a network can work with: z = (value − level) / scale, within ±kLargestZ.
//
// Why so: one definition for training and service. Level and spread move towards a value by no more than a few spreads, so one
// wild value among the calm ones hardly moves them. The scale has the floors of the other detectors' bands: a change too small
// for anybody to care about is a small z.
// Thread: value.
#pragma once

#include "detect/metric_sense.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace distdiag::detect {

struct SeriesNormal {
  static constexpr double kLargestZ = 6;
  static constexpr double kSpreadFloor = 0.05;  // smallest scale, as a share of |level|
  static constexpr double kLeastShare =
      6;  // the least change that matters is at least so many scales
  static constexpr double kFollow = 0.02;  // smoothing factor of level and spread
  static constexpr int kWarmUp = 10;       // values until the first z: their plain mean

  double level = 0;
  double spread = 0;  // mean absolute distance of single values from the level
  std::int32_t seen = 0;

  bool IsWarm() const { return seen >= kWarmUp; }

  // REQUIRES: |value| <= kLargestValue.
  void Learn(double value, double least_change) {
    if (seen == 0) level = value;
    const double distance = value - level;
    const double most = IsWarm() ? kLargestZ * Scale(least_change) : std::abs(distance);
    const double follow = std::max(kFollow, 1.0 / (seen + 1));
    level += follow * std::clamp(distance, -most, most);
    if (seen > 0) spread += follow * (std::min(std::abs(distance), most) - spread);
    seen = std::min(seen + 1, 1'000'000);
  }

  // 0 where nothing was ever seen to change and nothing is known of what matters.
  double Scale(double least_change) const {
    return std::max({spread, kSpreadFloor * std::abs(level), least_change / kLeastShare});
  }

  double Z(double value, double least_change) const {
    const double scale = Scale(least_change);
    return scale > 0 ? std::clamp((value - level) / scale, -kLargestZ, kLargestZ) : 0;
  }
};

}  // namespace distdiag::detect
