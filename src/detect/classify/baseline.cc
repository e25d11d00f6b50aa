#include "detect/classify/baseline.h"

#include "detect/metric_sense.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace distdiag::detect {
namespace {

constexpr float kNoValue = std::numeric_limits<float>::quiet_NaN();
constexpr std::size_t kRelearnTicks = 20;  // long enough for a mean, and wholly after the move

}  // namespace

Baseline::Baseline(const domain::SeriesLayout& layout)
    : columns_(layout), node_count_(layout.node_count()) {}

void Baseline::Advance(const domain::WindowView& window, Learning learning,
                       const std::set<domain::NodeIndex>& held) {
  if (learning == Learning::kHold || window.tick_count() <= FeatureWindow::kTicks) return;
  const std::size_t tick = window.tick_count() - 1 - FeatureWindow::kTicks;
  std::vector<float> row(node_count_ * kSignalCount, kNoValue);
  for (std::size_t node = 0; node < node_count_; ++node) {
    if (held.contains(domain::NodeIndex(static_cast<std::uint32_t>(node)))) {
      // The oldest row, which is about to be forgotten, goes round.
      if (rows_.empty()) continue;
      const auto part = rows_.front().begin() + static_cast<std::ptrdiff_t>(node * kSignalCount);
      std::copy_n(part, kSignalCount,
                  row.begin() + static_cast<std::ptrdiff_t>(node * kSignalCount));
      continue;
    }
    for (std::size_t signal = 0; signal < kSignalCount; ++signal) {
      if (columns_.column(signal) < 0) continue;
      row[node * kSignalCount + signal] =
          window.at(tick, domain::NodeIndex(static_cast<std::uint32_t>(node)),
                    static_cast<std::size_t>(columns_.column(signal)));
    }
  }
  rows_.push_back(std::move(row));
  if (rows_.size() > FeatureWindow::kMaxBaselineTicks) rows_.pop_front();
  row_count_ = rows_.size();
}

void Baseline::Relearn(const domain::WindowView& window, const SeriesChoice& choice) {
  const std::size_t fresh = std::min({rows_.size(), window.tick_count(), kRelearnTicks});
  for (std::size_t signal = 0; signal < kSignalCount; ++signal) {
    if (columns_.column(signal) < 0 || !choice.HasMetric(columns_.metric(signal))) continue;
    for (const domain::NodeIndex node : choice.nodes) {
      for (std::size_t age = 0; age < rows_.size(); ++age) {
        float& value = rows_[rows_.size() - 1 - age][domain::Index(node) * kSignalCount + signal];
        value = age < fresh ? window.at(window.tick_count() - 1 - age, node,
                                        static_cast<std::size_t>(columns_.column(signal)))
                            : kNoValue;
      }
    }
  }
}

SignalRow Baseline::Signals(domain::NodeIndex node) const {
  SignalRow means;
  for (std::size_t signal = 0; signal < kSignalCount; ++signal) {
    double sum = 0;
    int count = 0;
    for (const std::vector<float>& row : rows_) {
      const double value = row[domain::Index(node) * kSignalCount + signal];
      if (!std::isfinite(value)) continue;
      sum += std::fmin(std::fmax(value, -kLargestValue), kLargestValue);
      count += 1;
    }
    means[signal] = count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
  }
  return means;
}

double Baseline::Spread(domain::NodeIndex node, std::size_t signal) const {
  const double mean = Signals(node)[signal];
  double sum = 0;
  int count = 0;
  for (const std::vector<float>& row : rows_) {
    const double value = row[domain::Index(node) * kSignalCount + signal];
    if (!std::isfinite(value)) continue;
    sum += (value - mean) * (value - mean);
    count += 1;
  }
  return count > 1 ? std::sqrt(sum / count) : 0;
}

void Baseline::Reset() {
  rows_.clear();
  row_count_ = 0;
}

}  // namespace distdiag::detect
