#include "detect/classify/calibration.h"

#include <algorithm>
#include <cmath>

namespace distdiag::detect {

Calibration FitCalibration(std::span<const CalibrationPoint> points) {
  constexpr int kSteps = 50;
  constexpr double kPrior = 1.0;  // weight of the pull towards the identity, in cases
  double slope = 1, offset = 0;
  for (int step = 0; step < kSteps; ++step) {
    double gradient_slope = 2 * kPrior * (slope - 1), gradient_offset = 2 * kPrior * offset;
    double slope_slope = 2 * kPrior, slope_offset = 0, offset_offset = 2 * kPrior;
    for (const CalibrationPoint& point : points) {
      const double margin = point.margin;
      const double probability = 1 / (1 + std::exp(-(slope * margin + offset)));
      const double error = point.weight * (probability - (point.positive ? 1 : 0));
      const double curvature = point.weight * probability * (1 - probability);
      gradient_slope += error * margin;
      gradient_offset += error;
      slope_slope += curvature * margin * margin;
      slope_offset += curvature * margin;
      offset_offset += curvature;
    }
    const double determinant = slope_slope * offset_offset - slope_offset * slope_offset;
    const double by_slope =
        (offset_offset * gradient_slope - slope_offset * gradient_offset) / determinant;
    const double by_offset =
        (slope_slope * gradient_offset - slope_offset * gradient_slope) / determinant;
    slope = std::clamp(slope - std::clamp(by_slope, -0.5, 0.5), 0.2, 3.0);
    offset = std::clamp(offset - std::clamp(by_offset, -1.0, 1.0), -5.0, 5.0);
    if (std::abs(by_slope) + std::abs(by_offset) < 1e-10) break;
  }
  return {static_cast<float>(slope), static_cast<float>(offset)};
}

}  // namespace distdiag::detect
