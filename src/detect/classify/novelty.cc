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

double SquaredNorm(const Matrix& matrix) {
  double sum = 0;
  for (const double value : matrix) sum += value * value;
  return sum;
}

// S becomes (1 - a) S + a m I, where m is the mean variance and a the share that Ledoit and Wolf show to be best.
void Shrink(const std::vector<std::vector<double>>& rows, std::size_t columns, Matrix& covariance) {
  double mean_variance = 0;
  for (std::size_t i = 0; i < columns; ++i) mean_variance += covariance[i * columns + i];
  mean_variance /= static_cast<double>(columns);
  // |S - m I|² = |S|² - m² columns; the mean of |x xᵀ - S|² = the mean of |x|⁴ - |S|².
  const double norm = SquaredNorm(covariance);
  const double spread = norm - mean_variance * mean_variance * static_cast<double>(columns);
  double fourth = 0;
  for (const auto& row : rows) {
    const double length = SquaredNorm(row);
    fourth += length * length;
  }
  const auto count = static_cast<double>(rows.size());
  const double noise = (fourth / count - norm) / count;
  const double share = spread > 0 ? std::clamp(noise / spread, 0.0, 1.0) : 1.0;
  for (double& value : covariance) value *= 1 - share;
  for (std::size_t i = 0; i < columns; ++i)
    covariance[i * columns + i] += share * mean_variance + 1e-9;
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

Novelty Novelty::Fit(std::span<const float> rows, std::size_t columns) {
  CHECK(columns > 0 && rows.size() % columns == 0 && rows.size() >= 2 * columns);
  Novelty model;
  for (std::size_t column = 0; column < columns; ++column) {
    double sum = 0, squares = 0, count = 0;
    for (std::size_t i = column; i < rows.size(); i += columns)
      if (std::isfinite(rows[i])) sum += rows[i], ++count;
    const double mean = count > 0 ? sum / count : 0;
    for (std::size_t i = column; i < rows.size(); i += columns)
      if (std::isfinite(rows[i])) squares += (rows[i] - mean) * (rows[i] - mean);
    model.mean_.push_back(mean);
    model.scale_.push_back(std::max(count > 0 ? std::sqrt(squares / count) : 0,
                                    kLeastScale * std::max(1.0, std::abs(mean))));
  }
  std::vector<std::vector<double>> standardised;
  for (std::size_t i = 0; i < rows.size(); i += columns)
    standardised.push_back(model.Standardised(rows.subspan(i, columns)));
  model.cholesky_ = CovarianceOf(standardised, columns);
  Shrink(standardised, columns, model.cholesky_);
  Cholesky(columns, model.cholesky_);
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

double Novelty::DistanceOf(std::span<const float> row) const {
  // Solves L y = x; the distance is |y|².
  std::vector<double> y = Standardised(row);
  const std::size_t columns = y.size();
  double sum = 0;
  for (std::size_t i = 0; i < columns; ++i) {
    for (std::size_t k = 0; k < i; ++k) y[i] -= cholesky_[i * columns + k] * y[k];
    y[i] /= cholesky_[i * columns + i];
    sum += y[i] * y[i];
  }
  return sum / static_cast<double>(columns);
}

}  // namespace distdiag::detect
