// DistDiagnosis' compound anomaly graph and influence (docs/methods.md §2).
#pragma once

#include "domain/window.h"

#include <vector>

namespace distdiag::rank {

// w_ij = mean over metrics of |Pearson r(m_i, m_j)| within the window, 0..1; metrics where r is undefined (constant
// series, fewer than three common values) are skipped; no metric left: 0. Shape [node, node], diagonal 0.
// Cost: nodes² · metrics · ticks.
std::vector<double> CorrelationWeights(const domain::WindowView& window);

struct PageRankOptions {
  double damping = 0.85;
  double start = 0.15;
  int at_most = 100;    // iterations
  double until = 1e-9;  // largest change of a node's value
};

// PR_i = (1 − d) + d · Σ_{j≠i} PR_j · w_ij². The published sum is not normalised by out-weight and diverges for many
// strongly correlated nodes; here the squared weights are divided by max(1, largest row sum), which changes nothing
// where the published iteration converges surely (row sums <= 1) and bounds PR by 1 everywhere.
// REQUIRES: weights.size() == node_count², within 0..1.
std::vector<double> WeightedPageRank(const std::vector<double>& weights, std::size_t node_count,
                                     const PageRankOptions& options = {});

}  // namespace distdiag::rank
