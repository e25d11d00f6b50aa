#include "rank/dist_diagnosis.h"

#include "base/check.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace distdiag::rank {
namespace {

constexpr double kLargestValue = 1e15;
constexpr double kLeastRelativeVariance = 1e-12;  // below it a series is constant but for rounding
constexpr std::size_t kLeastValues = 3;

bool IsConstant(double squares, double mean, double count) {
  return squares == 0 || squares <= kLeastRelativeVariance * mean * mean * count;
}

// One metric of one node over the window.
struct Series {
  std::vector<double> values;  // NaN = gap
  std::vector<double>
      centred;  // without gaps: minus the mean, divided by the norm; empty when constant
  bool has_gaps = false;
};

Series SeriesOf(const domain::WindowView& window, std::size_t node, std::size_t column) {
  Series series;
  double sum = 0;
  for (std::size_t tick = 0; tick < window.tick_count(); ++tick) {
    const double value =
        window.at(tick, domain::NodeIndex(static_cast<std::uint32_t>(node)), column);
    const bool gap = !std::isfinite(value);
    series.has_gaps |= gap;
    series.values.push_back(gap ? std::nan("") : std::clamp(value, -kLargestValue, kLargestValue));
    sum += series.values.back();
  }
  if (series.has_gaps) return series;
  const double count = static_cast<double>(series.values.size());
  const double mean = sum / count;
  double squares = 0;
  for (const double value : series.values) squares += (value - mean) * (value - mean);
  if (IsConstant(squares, mean, count)) return series;
  for (const double value : series.values)
    series.centred.push_back((value - mean) / std::sqrt(squares));
  return series;
}

// Over the ticks where both have a value.
std::optional<double> PearsonWithGaps(const std::vector<double>& a, const std::vector<double>& b) {
  double count = 0, sum_a = 0, sum_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isnan(b[i])) continue;
    count += 1, sum_a += a[i], sum_b += b[i];
  }
  if (count < static_cast<double>(kLeastValues)) return std::nullopt;
  const double mean_a = sum_a / count, mean_b = sum_b / count;
  double aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isnan(b[i])) continue;
    const double da = a[i] - mean_a, db = b[i] - mean_b;
    aa += da * da, bb += db * db, ab += da * db;
  }
  if (IsConstant(aa, mean_a, count) || IsConstant(bb, mean_b, count)) return std::nullopt;
  return std::clamp(ab / (std::sqrt(aa) * std::sqrt(bb)), -1.0, 1.0);
}

std::optional<double> Pearson(const Series& a, const Series& b) {
  if (a.has_gaps || b.has_gaps) return PearsonWithGaps(a.values, b.values);
  if (a.centred.empty() || b.centred.empty() || a.values.size() < kLeastValues) return std::nullopt;
  // Four sums at once: one sum would wait for itself at every addition (4x slower).
  std::array<double, 4> sums{};
  const std::size_t whole = a.centred.size() / 4 * 4;
  for (std::size_t i = 0; i < whole; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) sums[k] += a.centred[i + k] * b.centred[i + k];
  }
  double r = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  for (std::size_t i = whole; i < a.centred.size(); ++i) r += a.centred[i] * b.centred[i];
  return std::clamp(r, -1.0, 1.0);
}

}  // namespace

std::vector<double> CorrelationWeights(const domain::WindowView& window) {
  if (window.empty()) return {};
  const std::size_t nodes = window.layout().node_count();
  std::vector<double> sums(nodes * nodes, 0.0);
  std::vector<double> counts(nodes * nodes, 0.0);
  std::vector<Series> series(nodes);
  for (std::size_t column = 0; column < window.layout().column_count(); ++column) {
    for (std::size_t node = 0; node < nodes; ++node) series[node] = SeriesOf(window, node, column);
    for (std::size_t i = 0; i < nodes; ++i) {
      for (std::size_t j = i + 1; j < nodes; ++j) {
        const std::optional<double> r = Pearson(series[i], series[j]);
        if (!r) continue;
        sums[i * nodes + j] += std::abs(*r);
        counts[i * nodes + j] += 1;
      }
    }
  }
  std::vector<double> weights(nodes * nodes, 0.0);
  for (std::size_t i = 0; i < nodes; ++i) {
    for (std::size_t j = i + 1; j < nodes; ++j) {
      const double count = counts[i * nodes + j];
      weights[i * nodes + j] = weights[j * nodes + i] = count > 0 ? sums[i * nodes + j] / count : 0;
    }
  }
  return weights;
}

std::vector<double> WeightedPageRank(const std::vector<double>& weights, std::size_t node_count,
                                     const PageRankOptions& options) {
  CHECK(weights.size() == node_count * node_count);
  double largest_row = 1;
  std::vector<double> squared(weights.size(), 0.0);
  for (std::size_t i = 0; i < node_count; ++i) {
    double row = 0;
    for (std::size_t j = 0; j < node_count; ++j) {
      if (i == j) continue;
      const double weight = weights[i * node_count + j];
      squared[i * node_count + j] = weight * weight;
      row += weight * weight;
    }
    largest_row = std::max(largest_row, row);
  }
  std::vector<double> ranks(node_count, options.start);
  for (int iteration = 0; iteration < options.at_most; ++iteration) {
    std::vector<double> next(node_count, 1 - options.damping);
    double change = 0;
    for (std::size_t i = 0; i < node_count; ++i) {
      for (std::size_t j = 0; j < node_count; ++j) {
        next[i] += options.damping * ranks[j] * squared[i * node_count + j] / largest_row;
      }
      change = std::max(change, std::abs(next[i] - ranks[i]));
    }
    ranks = std::move(next);
    if (change < options.until) break;
  }
  return ranks;
}

}  // namespace distdiag::rank
