#include "engine/eval/public_sets/logistic_regression.h"

#include "base/check.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace distdiag::engine {
namespace {

constexpr int kSteps = 300;
constexpr double kPenalty = 1e-3;  // of the mean loss
constexpr double kMostDeviations = 10;

using Rows = std::vector<std::vector<double>>;

void Softmax(std::vector<double>& margins) {
  const double largest = *std::max_element(margins.begin(), margins.end());
  double sum = 0;
  for (double& margin : margins) sum += margin = std::exp(margin - largest);
  for (double& margin : margins) margin /= sum;
}

// weights: [class, column + 1], the last is the offset.
std::vector<double> MarginsOf(const std::vector<double>& weights, std::size_t classes,
                              const std::vector<double>& x) {
  std::vector<double> margins;
  const double* of_class = weights.data();
  for (std::size_t k = 0; k < classes; ++k, of_class += x.size() + 1)
    margins.push_back(std::inner_product(x.begin(), x.end(), of_class, of_class[x.size()]));
  return margins;
}

// Sum over the rows; a row that is already right adds next to nothing and is left out.
std::vector<double> Gradient(const Rows& x, std::span<const std::size_t> labels,
                             std::size_t classes, const std::vector<double>& weights) {
  constexpr double kNothing = 1e-4;
  std::vector<double> gradient(weights.size(), 0);
  for (std::size_t row = 0; row < x.size(); ++row) {
    std::vector<double> share = MarginsOf(weights, classes, x[row]);
    Softmax(share);
    const std::size_t width = x[row].size() + 1;
    for (std::size_t k = 0; k < classes; ++k) {
      const double error = share[k] - (labels[row] == k ? 1.0 : 0.0);
      if (std::abs(error) < kNothing) continue;
      double* of_class = gradient.data() + k * width;
      for (std::size_t c = 0; c + 1 < width; ++c) of_class[c] += error * x[row][c];
      of_class[width - 1] += error;
    }
  }
  return gradient;
}

}  // namespace

LogisticRegression LogisticRegression::Fit(const LabelledRows& rows, std::size_t classes) {
  CHECK(rows.row_count() > 0);
  LogisticRegression model;
  model.classes_ = classes;
  model.LearnScale(rows);
  Rows x;
  double length = 0;  // sum of the rows' squared lengths, offset included
  for (std::size_t row = 0; row < rows.row_count(); ++row) {
    x.push_back(model.Standardised(rows.Row(row)));
    length += std::inner_product(x.back().begin(), x.back().end(), x.back().begin(), 1.0);
  }
  // Gradient descent with Nesterov's momentum; the loss bends at most by half the mean squared length of a row.
  const auto count = static_cast<double>(x.size());
  const double rate = 2 * count / length;
  std::vector<double> ahead(classes * (rows.columns + 1), 0.0);
  model.weights_ = ahead;
  for (int step = 1; step <= kSteps; ++step) {
    const std::vector<double> gradient = Gradient(x, rows.labels, classes, ahead);
    const double momentum = (step - 1.0) / (step + 2.0);
    for (std::size_t i = 0; i < ahead.size(); ++i) {
      const double next = ahead[i] - rate * (gradient[i] / count + kPenalty * ahead[i]);
      ahead[i] = next + momentum * (next - model.weights_[i]);
      model.weights_[i] = next;
    }
  }
  return model;
}

void LogisticRegression::LearnScale(const LabelledRows& rows) {
  mean_.assign(rows.columns, 0);
  scale_.assign(rows.columns, 1);
  for (std::size_t column = 0; column < rows.columns; ++column) {
    double sum = 0, squares = 0, count = 0;
    for (std::size_t row = 0; row < rows.row_count(); ++row) {
      const double value = rows.Row(row)[column];
      if (std::isnan(value)) continue;
      sum += value, squares += value * value, ++count;
    }
    if (count == 0) continue;
    mean_[column] = sum / count;
    const double variance = squares / count - mean_[column] * mean_[column];
    if (variance > 1e-12) scale_[column] = std::sqrt(variance);
  }
}

std::vector<double> LogisticRegression::Standardised(std::span<const float> row) const {
  std::vector<double> standardised(row.size(), 0);
  for (std::size_t column = 0; column < row.size(); ++column) {
    if (std::isnan(row[column])) continue;
    standardised[column] = std::clamp((row[column] - mean_[column]) / scale_[column],
                                      -kMostDeviations, kMostDeviations);
  }
  return standardised;
}

std::vector<double> LogisticRegression::Margins(std::span<const float> row) const {
  return MarginsOf(weights_, classes_, Standardised(row));
}

std::size_t LogisticRegression::Predict(std::span<const float> row) const {
  const std::vector<double> margins = Margins(row);
  return static_cast<std::size_t>(std::max_element(margins.begin(), margins.end()) -
                                  margins.begin());
}

}  // namespace distdiag::engine
