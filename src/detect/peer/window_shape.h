// How unlike its peers a node moved within one window, as features of a classifier: no level is needed, only the course.
//
// Why so: peers that share a load rise and fall together. A node that left them shows as a course that correlates with nobody's, far
// from the peers' median, or of a shape that theirs doesn't have (frozen, a straight line). Every measure is taken of one
// metric; the features are its mean and quantiles over the metrics, so neither the number of metrics nor of nodes shapes the
// result, and no metric's name can be learned.
// Thread: const-safe (free functions). Cost: O(nodes² · metrics · steps).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace distdiag::detect {

// One window of the nodes that are peers. NaN = missing.
struct PeerWindow {
  std::size_t nodes = 0;
  std::size_t metrics = 0;
  std::size_t steps = 0;
  std::span<const double> values;  // [node, metric, step]
};

// Of each metric of a node, after its course was brought to mean 0 and standard deviation 1 (thresholds are in these units). `excess` = less the
// peers' median of the same measure.
//   correlation with the peers' median course, with the nearest peer, median of those with each peer
//   mean and largest distance to the peers' median course
//   longest run without change (step < 0.02; < 0.1), on a ramp (second difference < 0.03), straight (< 0.1)
//   mean absolute step; excess of seven of them
inline constexpr std::size_t kWindowMeasures = 17;
// mean, and the 0, 0.15, 0.3, 0.7, 0.85, 1 quantile over the metrics
inline constexpr std::size_t kWindowSummaries = 7;
inline constexpr std::size_t kWindowFeatures = kWindowMeasures * kWindowSummaries;

// [node, kWindowFeatures]. A metric with a missing value in a node says nothing of that node; neither do a constant course's correlation
// and shape. A feature without any metric is NaN.
// REQUIRES: nodes >= 2, steps >= 3, values.size() == nodes * metrics * steps.
std::vector<float> WindowShapeFeatures(const PeerWindow& window);

// "flat.mean" and so on, in the features' order.
std::vector<std::string> WindowShapeFeatureNames();

}  // namespace distdiag::detect
