#include "detect/seasonal/trend.h"

#include "detect/seasonal/robust.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace distdiag::detect {
namespace {

constexpr std::size_t kLeastSegment = 3;  // days on either side of a change point

using Vector = std::vector<double>;

double Dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// An orthonormal basis of weighted columns (Gram-Schmidt, twice for stability), and what is left of the data beside it.
class Projection {
 public:
  Projection(Vector weights, const Vector& data) : weights_(std::move(weights)), rest_(data) {
    for (std::size_t i = 0; i < rest_.size(); ++i) rest_[i] *= weights_[i];
  }

  const Vector& rest() const { return rest_; }
  std::size_t rank() const { return basis_.size(); }

  // The part of `column` that the basis does not hold, of length 1; empty where nothing is left of it.
  Vector NewPart(Vector column) const {
    for (std::size_t i = 0; i < column.size(); ++i) column[i] *= weights_[i];
    const double before = std::sqrt(Dot(column, column));
    for (int pass = 0; pass < 2; ++pass) {
      for (const Vector& base : basis_) {
        const double along = Dot(base, column);
        for (std::size_t i = 0; i < column.size(); ++i) column[i] -= along * base[i];
      }
    }
    const double length = std::sqrt(Dot(column, column));
    if (!(length > 1e-6 * before) || length == 0) return {};
    for (double& value : column) value /= length;
    return column;
  }

  bool Add(const Vector& column) {
    Vector part = NewPart(column);
    if (part.empty()) return false;
    const double along = Dot(part, rest_);
    for (std::size_t i = 0; i < rest_.size(); ++i) rest_[i] -= along * part[i];
    basis_.push_back(std::move(part));
    return true;
  }

 private:
  Vector weights_;  // square roots
  Vector rest_;
  std::vector<Vector> basis_;
};

struct Change {
  std::size_t day = 0;
  bool of_slope = false;
};

Vector ColumnOf(const Change& change, std::size_t days) {
  Vector column(days, 0.0);
  for (std::size_t i = change.day; i < days; ++i)
    column[i] = change.of_slope ? static_cast<double>(i - change.day) + 0.5 : 1.0;
  return column;
}

// Columns of the design; the first `trend_columns` make up the trend, the others are effects of weekdays.
struct Design {
  std::vector<Vector> columns;
  std::size_t trend_columns = 0;
};

Design MakeDesign(std::span<const DayMean> days, const TrendOptions& options,
                  std::span<const Change> changes) {
  Design design;
  design.columns.emplace_back(days.size(), 1.0);
  if (options.slope) {
    Vector line(days.size());
    std::iota(line.begin(), line.end(), 0.0);
    design.columns.push_back(std::move(line));
  }
  for (const Change& change : changes) design.columns.push_back(ColumnOf(change, days.size()));
  design.trend_columns = design.columns.size();
  if (options.weekdays) {
    for (int kind = 1; kind < 7; ++kind) {  // as differences that sum to 0 over a week
      Vector column(days.size(), 0.0);
      for (std::size_t i = 0; i < days.size(); ++i)
        column[i] = days[i].kind == kind ? 1.0 : (days[i].kind == 0 ? -1.0 : 0.0);
      design.columns.push_back(std::move(column));
    }
  }
  return design;
}

// Weighted least squares by the normal equations (Cholesky). A column that adds nothing gets 0.
Vector Solve(const Design& design, const Vector& weights, const Vector& data) {
  const std::size_t size = design.columns.size();
  std::vector<Vector> matrix(size, Vector(size, 0.0));
  Vector solution(size, 0.0);
  for (std::size_t a = 0; a < size; ++a) {
    for (std::size_t i = 0; i < data.size(); ++i)
      solution[a] += design.columns[a][i] * weights[i] * data[i];
    for (std::size_t b = 0; b <= a; ++b) {
      for (std::size_t i = 0; i < data.size(); ++i)
        matrix[a][b] += design.columns[a][i] * weights[i] * design.columns[b][i];
    }
  }
  for (std::size_t a = 0; a < size; ++a) {
    const double before = matrix[a][a];
    for (std::size_t b = 0; b <= a; ++b) {
      for (std::size_t k = 0; k < b; ++k) matrix[a][b] -= matrix[a][k] * matrix[b][k];
      if (b < a) matrix[a][b] = matrix[b][b] > 0 ? matrix[a][b] / matrix[b][b] : 0;
    }
    matrix[a][a] = matrix[a][a] > 1e-10 * before ? std::sqrt(matrix[a][a]) : 0;
  }
  for (std::size_t a = 0; a < size; ++a) {
    for (std::size_t k = 0; k < a; ++k) solution[a] -= matrix[a][k] * solution[k];
    solution[a] = matrix[a][a] > 0 ? solution[a] / matrix[a][a] : 0;
  }
  for (std::size_t a = size; a-- > 0;) {
    for (std::size_t k = a + 1; k < size; ++k) solution[a] -= matrix[k][a] * solution[k];
    solution[a] = matrix[a][a] > 0 ? solution[a] / matrix[a][a] : 0;
  }
  return solution;
}

Vector Sum(const Design& design, const Vector& solution, std::size_t columns) {
  Vector sum(design.columns[0].size(), 0.0);
  for (std::size_t a = 0; a < columns; ++a) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += solution[a] * design.columns[a][i];
  }
  return sum;
}

double NoiseOf(const Vector& rest, const Vector& weights, std::size_t rank) {
  Vector sizes;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (weights[i] > 0) sizes.push_back(std::abs(rest[i]));
  }
  if (sizes.size() <= rank + 1) return 0;
  const double freedom =
      static_cast<double>(sizes.size()) / static_cast<double>(sizes.size() - rank);
  return 1.4826 * Median(sizes) * std::sqrt(freedom);
}

// From day to day: a change that is not found yet makes all days lie off the line, but only one differ from the day before.
double NoiseBetweenDays(const Projection& projection, const Vector& weights) {
  const Vector& rest = projection.rest();
  Vector steps;
  for (std::size_t i = 0; i + 1 < rest.size(); ++i) {
    if (weights[i] > 0 && weights[i + 1] > 0) steps.push_back(std::abs(rest[i + 1] - rest[i]));
  }
  if (steps.size() <= projection.rank()) return 0;
  // Mean of squares, since a median of so few says little; steps far out are changes themselves.
  const auto count = static_cast<double>(steps.size());
  const double most = 3 * 1.4826 * Median(steps);
  double sum = 0;
  for (const double step : steps) sum += std::min(step, most) * std::min(step, most);
  return std::sqrt(0.5 * sum / (count - static_cast<double>(projection.rank())));
}

// Days far from the median of the five around them get that median (Hampel's filter): a day's outage is no change of the trend.
// Around a step or a bend the median is the day itself.
void TameSingleDays(const Vector& weights, Vector& rest) {
  if (rest.size() < 5) return;
  Vector middle(rest.size());
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const std::size_t from = std::min(i < 2 ? 0 : i - 2, rest.size() - 5);
    Vector around;
    for (std::size_t j = from; j < from + 5; ++j) {
      if (weights[j] > 0) around.push_back(rest[j]);
    }
    middle[i] = around.empty() ? rest[i] : Median(around);
  }
  Vector away, sizes;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (weights[i] <= 0) continue;
    away.push_back(std::abs(rest[i] - middle[i]));
    sizes.push_back(std::abs(rest[i]));
  }
  // Far from its neighbours, and also among all days: a bend not found yet makes waves in the weekdays' effects.
  const double limit = 1.4826 * std::max(4 * Median(away), 2 * Median(sizes));
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (std::abs(rest[i] - middle[i]) > limit) rest[i] = middle[i];
  }
}

// The strongest change that is worth it, if any.
bool FindChange(const Projection& projection, const Vector& weights, const TrendOptions& options,
                std::vector<Change>& changes) {
  const std::size_t days = weights.size();
  const double noise = NoiseBetweenDays(projection, weights);
  Change best;
  double best_gain = options.least_gain * noise * noise;
  bool found = false;
  for (std::size_t day = kLeastSegment; day + kLeastSegment <= days; ++day) {
    const bool is_near = std::any_of(changes.begin(), changes.end(), [&](const Change& other) {
      return std::max(day, other.day) - std::min(day, other.day) < kLeastSegment;
    });
    if (is_near) continue;
    for (const bool of_slope : {false, true}) {
      const Vector part = projection.NewPart(ColumnOf({day, of_slope}, days));
      if (part.empty()) continue;
      const double along = Dot(part, projection.rest());
      // The relative floor: exact data leave no noise, and rounding is no change.
      const double total = Dot(projection.rest(), projection.rest());
      if (along * along <= best_gain || along * along <= 1e-3 * total) continue;
      best = {day, of_slope};
      best_gain = along * along;
      found = true;
    }
  }
  if (found) changes.push_back(best);
  return found;
}

std::vector<Change> FindChanges(std::span<const DayMean> days, const TrendOptions& options,
                                const Vector& weights, const Vector& data) {
  std::vector<Change> changes;
  if (options.max_changes == 0) return changes;
  const Design lines = MakeDesign(days, options, {});
  Vector rest = Sum(lines, Solve(lines, weights, data), lines.columns.size());
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = data[i] - rest[i];
  TameSingleDays(weights, rest);

  Vector roots = weights;
  for (double& root : roots) root = std::sqrt(root);
  Projection projection(roots, rest);
  for (const Vector& column : lines.columns) projection.Add(column);
  const double total = Dot(data, data);
  while (changes.size() < static_cast<std::size_t>(options.max_changes) &&
         Dot(projection.rest(), projection.rest()) > 1e-12 * total &&
         FindChange(projection, weights, options, changes)) {
    projection.Add(ColumnOf(changes.back(), days.size()));
  }
  return changes;
}

}  // namespace

Trend FitTrend(std::span<const DayMean> days, const TrendOptions& options) {
  Trend trend;
  trend.values.assign(days.size(), 0.0);
  Vector base(days.size()), data(days.size());
  for (std::size_t i = 0; i < days.size(); ++i) {
    base[i] = days[i].weight;
    data[i] = days[i].mean;
  }
  if (std::all_of(base.begin(), base.end(), [](double weight) { return weight <= 0; }))
    return trend;
  const std::vector<Change> changes = FindChanges(days, options, base, data);
  for (const Change& change : changes) trend.changes.push_back(change.day);

  const Design design = MakeDesign(days, options, changes);
  Vector weights = base, solution, rest(days.size());
  double noise = 0;
  for (int pass = 0; pass < 4; ++pass) {
    solution = Solve(design, weights, data);
    const Vector fitted = Sum(design, solution, design.columns.size());
    for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = data[i] - fitted[i];
    noise = NoiseOf(rest, base, std::min(design.columns.size(), days.size() - 1));
    if (noise <= 0) break;
    for (std::size_t i = 0; i < rest.size(); ++i)
      weights[i] = base[i] * std::min(1.0, 2 * noise / std::max(std::abs(rest[i]), 1e-300));
  }
  trend.values = Sum(design, solution, design.trend_columns);

  // Slope of the last piece. Its error as that of a regression over the piece's days; a slope of t errors keeps 1 - 1/t² of
  // itself (James-Stein, positive part), turned around the piece's middle.
  std::size_t first = 0;
  for (const Change& change : changes) first = std::max(first, change.day);
  const std::size_t count = days.size() - first;
  trend.next = trend.values.back();
  if (count < 2) return trend;
  const double slope = trend.values[days.size() - 1] - trend.values[days.size() - 2];
  const double n = static_cast<double>(count);
  const double error = noise * std::sqrt(12.0 / std::max(n * n * n - n, 1.0));
  const double share = slope == 0 ? 0 : std::max(0.0, 1 - error * error / (slope * slope));
  trend.slope = share * slope;
  trend.next -= (slope - trend.slope) * 0.5 * (n - 1);
  return trend;
}

}  // namespace distdiag::detect
