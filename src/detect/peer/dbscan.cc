#include "detect/peer/dbscan.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace distdiag::detect {
namespace {

struct Point {
  double value;
  std::uint32_t position : 31;  // among the values as given
  std::uint32_t is_core : 1;
  std::int32_t
      cluster;  // of the last core point at or below, if that is within reach; from left to right
};
static_assert(sizeof(Point) == 16);

// Ordered by value, core points marked.
std::vector<Point> Sweep(std::span<const double> values, double eps, std::size_t min_points) {
  std::vector<Point> points(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    points[i] = {values[i], static_cast<std::uint32_t>(i) & 0x7fffffffU, 0, kNoise};
  std::sort(points.begin(), points.end(),
            [](const Point& a, const Point& b) { return a.value < b.value; });
  std::size_t low = 0, high = 0;  // points[low, high) lie within eps of the point at hand
  for (Point& point : points) {
    while (point.value - points[low].value > eps) ++low;
    while (high < points.size() && points[high].value - point.value <= eps) ++high;
    point.is_core = high - low >= min_points ? 1 : 0;
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
  std::vector<Point> points = Sweep(values, eps, min_points);
  std::vector<int> labels(values.size(), kNoise);
  std::int32_t clusters = 0;
  const Point* core = nullptr;
  for (Point& point : points) {
    const bool is_reached = core && point.value - core->value <= eps;
    if (point.is_core && !is_reached) ++clusters;
    if (point.is_core) labels[point.position] = clusters - 1;
    if (point.is_core || is_reached) point.cluster = clusters - 1;
    if (point.is_core) core = &point;
  }
  // From left to right becomes in the order of the values as given.
  std::vector<int> name(static_cast<std::size_t>(clusters), kNoise);
  int next = 0;
  for (const int cluster : labels) {
    if (cluster != kNoise && name[static_cast<std::size_t>(cluster)] == kNoise)
      name[static_cast<std::size_t>(cluster)] = next++;
  }
  core = nullptr;
  int above = kNoise;  // name of the cluster of the nearest core point at or above
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    int label = point->cluster == kNoise ? kNoise : name[static_cast<std::size_t>(point->cluster)];
    if (point->is_core) {
      core = &*point;
      above = label;
    }
    const bool is_reached = core && core->value - point->value <= eps;
    if (is_reached && (label == kNoise || above < label)) label = above;
    labels[point->position] = label;
  }
  return labels;
}

}  // namespace distdiag::detect
