#include "detect/peer/dbscan.h"

#include <algorithm>
#include <limits>

namespace distdiag::detect {

std::vector<double> NoiseDistance(std::span<const double> values, double eps,
                                  std::size_t min_points) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> core;
  std::size_t low = 0, high = 0;  // sorted[low, high) lies within eps of the value at hand
  for (const double value : sorted) {
    while (value - sorted[low] > eps) ++low;
    while (high < sorted.size() && sorted[high] - value <= eps) ++high;
    if (high - low >= min_points) core.push_back(value);
  }
  std::vector<double> distances(values.size(), 0.0);
  if (core.empty()) return distances;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto above = std::lower_bound(core.begin(), core.end(), values[i]);
    double nearest = std::numeric_limits<double>::infinity();
    if (above != core.end()) nearest = *above - values[i];
    if (above != core.begin()) nearest = std::min(nearest, values[i] - *(above - 1));
    distances[i] = std::max(0.0, nearest - eps);
  }
  return distances;
}

}  // namespace distdiag::detect
