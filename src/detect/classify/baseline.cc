#include "detect/classify/baseline.h"

#include "detect/metric_sense.h"

#include <cmath>
#include <limits>

namespace distdiag::detect {

Baseline::Baseline(const domain::SeriesLayout& layout)
    : columns_(layout), node_count_(layout.node_count()) {}

void Baseline::Advance(const domain::WindowView& window, Learning learning) {
  if (learning == Learning::kHold || window.tick_count() <= FeatureWindow::kTicks) return;
  const std::size_t tick = window.tick_count() - 1 - FeatureWindow::kTicks;
  std::vector<float> row(node_count_ * kSignalCount, std::numeric_limits<float>::quiet_NaN());
  for (std::size_t node = 0; node < node_count_; ++node) {
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
