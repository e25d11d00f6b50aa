#include "detect/classify/novelty.h"

#include "base/check.h"

#include <algorithm>
#include <cmath>

namespace distdiag::detect {
namespace {

constexpr double kMostDeviations = 20;
constexpr double kLeastScale =
    1e-3;  // of a column that stood still, as a share of its size or of 1

using Matrix = std::vector<double>;  // [column, column]

std::vector<double> FiniteValues(std::span<const float> rows, std::size_t columns,
                                 std::size_t column) {
  std::vector<double> values;
  for (std::size_t i = column; i < rows.size(); i += columns)
    if (std::isfinite(rows[i])) values.push_back(rows[i]);
  return values;
}

struct Spread {
  double mean = 0, deviation = 0;
};

// Of the values with their tails drawn in; zeros without a value.
Spread SpreadOf(std::vector<double> values, double tail_share) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto tail = static_cast<std::size_t>(tail_share * static_cast<double>(values.size()));
  const double low = values[tail], high = values[values.size() - 1 - tail];
  const auto count = static_cast<double>(values.size());
  Spread spread;
  for (double& value : values) spread.mean += (value = std::clamp(value, low, high)) / count;
  double squares = 0;
  for (const double value : values)
    squares += (value - spread.mean) * (value - spread.mean) / count;
  spread.deviation = std::sqrt(squares);
  return spread;
}

// Mean of the outer products of the rows.
Matrix CovarianceOf(const std::vector<std::vector<double>>& rows, std::size_t columns) {
  Matrix covariance(columns * columns, 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < columns; ++i)
      for (std::size_t j = 0; j <= i; ++j) covariance[i * columns + j] += row[i] * row[j];
  }
  for (std::size_t i = 0; i < columns; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      covariance[i * columns + j] /= static_cast<double>(rows.size());
      covariance[j * columns + i] = covariance[i * columns + j];
    }
  }
  return covariance;
}

// In place, lower triangle.
void Cholesky(std::size_t columns, Matrix& matrix) {
  for (std::size_t i = 0; i < columns; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = matrix[i * columns + j];
      for (std::size_t k = 0; k < j; ++k) sum -= matrix[i * columns + k] * matrix[j * columns + k];
      matrix[i * columns + j] =
          i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / matrix[j * columns + j];
    }
  }
}

}  // namespace

Novelty Novelty::Fit(std::span<const float> rows, std::size_t columns, NoveltyOptions options) {
  CHECK(columns > 0 && rows.size() % columns == 0 && rows.size() >= 2 * columns);
  CHECK(options.neighbours > 0 && options.ridge > 0);
  CHECK(options.tail_share >= 0 && options.tail_share < 0.5);
  Novelty model;
  model.options_ = options;
  for (std::size_t column = 0; column < columns; ++column) {
    const Spread spread = SpreadOf(FiniteValues(rows, columns, column), options.tail_share);
    model.mean_.push_back(spread.mean);
    model.scale_.push_back(
        std::max(spread.deviation, kLeastScale * std::max(1.0, std::abs(spread.mean))));
  }
  for (std::size_t i = 0; i < rows.size(); i += columns)
    model.normal_.push_back(model.Standardised(rows.subspan(i, columns)));
  model.cholesky_ = CovarianceOf(model.normal_, columns);
  for (std::size_t i = 0; i < columns; ++i) model.cholesky_[i * columns + i] += options.ridge;
  Cholesky(columns, model.cholesky_);
  for (std::vector<double>& row : model.normal_) model.Whiten(row);
  return model;
}

std::vector<double> Novelty::Standardised(std::span<const float> row) const {
  CHECK(row.size() == mean_.size());
  std::vector<double> standardised(row.size(), 0);
  for (std::size_t column = 0; column < row.size(); ++column) {
    if (std::isnan(row[column])) continue;
    standardised[column] = std::clamp((row[column] - mean_[column]) / scale_[column],
                                      -kMostDeviations, kMostDeviations);
  }
  return standardised;
}

void Novelty::Whiten(std::vector<double>& x) const {
  const std::size_t columns = x.size();
  for (std::size_t i = 0; i < columns; ++i) {
    for (std::size_t k = 0; k < i; ++k) x[i] -= cholesky_[i * columns + k] * x[k];
    x[i] /= cholesky_[i * columns + i];
  }
}

double Novelty::DistanceOf(std::span<const float> row) const {
  std::vector<double> place = Standardised(row);
  Whiten(place);
  std::vector<double> squares;
  squares.reserve(normal_.size());
  for (const std::vector<double>& normal : normal_) {
    double sum = 0;
    for (std::size_t i = 0; i < place.size(); ++i)
      sum += (place[i] - normal[i]) * (place[i] - normal[i]);
    squares.push_back(sum);
  }
  const std::size_t nth = std::min(options_.neighbours, squares.size()) - 1;
  const auto it = squares.begin() + static_cast<std::ptrdiff_t>(nth);
  std::nth_element(squares.begin(), it, squares.end());
  return std::sqrt(*it);
}

}  // namespace distdiag::detect
