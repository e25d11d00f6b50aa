#include "detect/peer/dbscan.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>

namespace distdiag::detect {
namespace {

struct Point {
  double value = 0;
  std::uint32_t position = 0;  // among the values as given
  bool is_core = false;
};

// Ordered by value, core points marked.
std::vector<Point> Sweep(std::span<const double> values, double eps, std::size_t min_points) {
  std::vector<Point> points(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    points[i] = {values[i], static_cast<std::uint32_t>(i), false};
  std::sort(points.begin(), points.end(),
            [](const Point& a, const Point& b) { return a.value < b.value; });
  std::size_t low = 0, high = 0;  // points[low, high) lie within eps of the point at hand
  for (Point& point : points) {
    while (point.value - points[low].value > eps) ++low;
    while (high < points.size() && points[high].value - point.value <= eps) ++high;
    point.is_core = high - low >= min_points;
  }
  return points;
}

}  // namespace

std::vector<double> NoiseDistance(std::span<const double> values, double eps,
                                  std::size_t min_points) {
  const std::vector<Point> points = Sweep(values, eps, min_points);
  std::vector<double> distances(values.size(), 0.0);
  const Point* core = nullptr;  // the nearest one below
  for (const Point& point : points) {
    if (point.is_core) core = &point;
    distances[point.position] =
        core ? point.value - core->value : std::numeric_limits<double>::infinity();
  }
  if (!core) return std::vector<double>(values.size(), 0.0);
  core = nullptr;
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    if (point->is_core) core = &*point;
    double& distance = distances[point->position];
    if (core) distance = std::min(distance, core->value - point->value);
    distance = std::max(0.0, distance - eps);
  }
  return distances;
}

std::vector<int> ClusterLabels(std::span<const double> values, double eps, std::size_t min_points) {
  const std::vector<Point> points = Sweep(values, eps, min_points);
  // Clusters from left to right: the positions of their first core points, and for each point the cluster of the last core
  // point at or below it.
  std::vector<std::uint32_t> first;
  std::vector<int> below(points.size(), kNoise);
  const Point* core = nullptr;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point& point = points[i];
    if (point.is_core) {
      if (!core || point.value - core->value > eps) first.push_back(point.position);
      first.back() = std::min(first.back(), point.position);
      core = &point;
    }
    if (core && point.value - core->value <= eps) below[i] = static_cast<int>(first.size()) - 1;
  }
  std::vector<std::size_t> order(first.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return first[a] < first[b]; });
  std::vector<int> name(first.size());
  for (std::size_t i = 0; i < order.size(); ++i) name[order[i]] = static_cast<int>(i);

  std::vector<int> labels(values.size(), kNoise);
  core = nullptr;
  int above = kNoise;  // name of the cluster of the nearest core point at or above
  for (std::size_t i = points.size(); i-- > 0;) {
    const Point& point = points[i];
    if (point.is_core) {
      core = &point;
      above = name[static_cast<std::size_t>(below[i])];
    }
    int label = below[i] == kNoise ? kNoise : name[static_cast<std::size_t>(below[i])];
    const bool reached = core && core->value - point.value <= eps;
    if (reached && (label == kNoise || above < label)) label = above;
    labels[point.position] = label;
  }
  return labels;
}

}  // namespace distdiag::detect
