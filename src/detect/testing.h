// Windows of made-up rows for the tests and benchmarks of this room.
#pragma once

#include "base/random.h"
#include "domain/window.h"

#include <chrono>
#include <functional>
#include <limits>
#include <string_view>
#include <vector>

namespace distdiag::detect {

inline constexpr float kGap = std::numeric_limits<float>::quiet_NaN();

// Grows row by row, like the store; 1 s ticks.
class RowTape {
 public:
  RowTape(std::size_t nodes, const std::vector<std::string_view>& metrics)
      : layout_(nodes, Ids(metrics)) {}

  void Append(const std::function<double(std::size_t node, std::size_t column)>& value) {
    times_.push_back(base::TimestampFromSeconds(1000.0 + static_cast<double>(times_.size())));
    for (std::size_t node = 0; node < layout_.node_count(); ++node) {
      for (std::size_t column = 0; column < layout_.column_count(); ++column) {
        values_.push_back(static_cast<float>(value(node, column)));
      }
    }
  }
  domain::WindowView View() const { return {layout_, times_, values_}; }
  const domain::SeriesLayout& layout() const { return layout_; }
  const std::vector<base::Timestamp>& times() const { return times_; }
  const std::vector<float>& values() const { return values_; }

 private:
  static std::vector<domain::MetricId> Ids(const std::vector<std::string_view>& metrics) {
    std::vector<domain::MetricId> ids;
    for (const std::string_view metric : metrics) ids.push_back(domain::FindMetric(metric).value());
    return ids;
  }

  domain::SeriesLayout layout_;
  std::vector<base::Timestamp> times_;
  std::vector<float> values_;
};

// Roughly normal, mean 0, spread 1: a sum of uniform numbers, the same on every platform.
inline double Noise(base::Random& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += random.NextUnit();
  return sum;
}

}  // namespace distdiag::detect
