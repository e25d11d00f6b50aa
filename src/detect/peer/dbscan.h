// DBSCAN on numbers (Ester et al., KDD 1996), in one dimension.
//
// Why so: one metric at one time over the nodes is one-dimensional, where sorting replaces the neighbour index.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace distdiag::detect {

// For every value its distance beyond the reach of the nearest core point: 0 = in a cluster, > 0 = noise (distance to
// the nearest core point minus eps). Without any core point nothing is told apart: all 0.
// REQUIRES: values finite, eps >= 0, min_points >= 1. Cost: O(n log n).
std::vector<double> NoiseDistance(std::span<const double> values, double eps,
                                  std::size_t min_points);

}  // namespace distdiag::detect
