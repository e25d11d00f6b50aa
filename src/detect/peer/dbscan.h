// DBSCAN on numbers (Ester et al., KDD 1996), in one dimension.
//
// Why so: one metric at one time over the nodes is one-dimensional, where sorting replaces the neighbour index: a value is a core
// point when enough values lie within eps of it, and core points within eps of each other are one cluster, so both are
// found by one sweep.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace distdiag::detect {

// For every value its distance beyond the reach of the nearest core point: 0 = in a cluster, > 0 = noise (distance to
// the nearest core point minus eps). Without any core point nothing is told apart: all 0.
// REQUIRES: fewer than 2^31 values, all finite, eps >= 0, min_points >= 1. Cost: O(n log n).
std::vector<double> NoiseDistance(std::span<const double> values, double eps,
                                  std::size_t min_points);

inline constexpr int kNoise = -1;

// For every value its cluster, numbered from 0 by the position of each cluster's first core point, or kNoise. A value that is no
// core point but within reach of two clusters belongs to the lower number. These are the labels that scikit-learn's
// DBSCAN(eps, min_samples) gives; only where a distance equals eps but for rounding may they differ.
// REQUIRES: fewer than 2^31 values, all finite, eps >= 0, min_points >= 1. Cost: O(n log n).
std::vector<int> ClusterLabels(std::span<const double> values, double eps, std::size_t min_points);

}  // namespace distdiag::detect
