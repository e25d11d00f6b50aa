// Fits the sigmoid that turns a margin into a probability.
#pragma once

#include "detect/classify/problem_model.h"

#include <span>

namespace distdiag::detect {

struct CalibrationPoint {
  float margin = 0;  // of a model that has not seen the point's case
  bool positive = false;
  double weight = 1;
};

// Platt scaling (Platt, 1999) drawn towards the identity: minimises the weighted log loss + (slope − 1)² + offset², by
// Newton steps. With the points of one case weighing 1 together, a handful of cases moves it a little, many move it
// where they want. Slope is kept within 0.2..3 (never turns the order). No points: the identity.
Calibration FitCalibration(std::span<const CalibrationPoint> points);

}  // namespace distdiag::detect
