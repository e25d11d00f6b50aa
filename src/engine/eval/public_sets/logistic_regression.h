// The simplest model that learns from labels: printed beside ours, not used in serving.
// Thread: const-safe after the fit. Cost: 300 passes over the rows.
#pragma once

#include "engine/eval/public_sets/set_models.h"

#include <cstddef>
#include <span>
#include <vector>

namespace distdiag::engine {

// Multinomial logistic regression with an L2 penalty on standardised columns; NaN counts as the column's mean.
class LogisticRegression {
 public:
  static LogisticRegression Fit(const LabelledRows& rows, std::size_t classes);
  std::vector<double> Margins(std::span<const float> row) const;
  std::size_t Predict(std::span<const float> row) const;

 private:
  void LearnScale(const LabelledRows& rows);
  std::vector<double> Standardised(std::span<const float> row) const;

  std::vector<double> mean_, scale_;  // by column
  std::vector<double> weights_;       // [class, column + 1], the last is the offset
  std::size_t classes_ = 0;
};

}  // namespace distdiag::engine
