// How unlike everything seen in normal times a row of features is, knowing which features move together.
//
// Why so: needs normal rows only, no fault, and normal times may be of several kinds (loads, machines): what counts is the distance
// to the nearest of them, not to their common middle. Distances are Mahalanobis' with a ridge on the correlations, so that
// directions in which normal rows hardly differ do not outweigh the rest. A column's middle and width are those of its values with the
// tails drawn in: one odd row among a thousand normal ones would else widen a column that otherwise stands still, and hide in it what
// leaves it later.
// Thread: const-safe after Fit. Cost: Fit O(rows · columns² + columns³), a distance O(rows · columns + columns²).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace distdiag::detect {

struct NoveltyOptions {
  std::size_t neighbours = 3;  // the distance is that to so many-th nearest normal row
  double ridge = 0.1;          // added to the correlation matrix's diagonal
  // This share of a column's values at each end counts as the value where the tail begins when middle and width are measured.
  double tail_share = 0.005;
};

class Novelty {
 public:
  // rows: [row, column], NaN = missing (counts as the column's mean). REQUIRES: at least two rows; sizes agree; neighbours > 0,
  // ridge > 0, 0 <= tail_share < 0.5.
  static Novelty Fit(std::span<const float> rows, std::size_t columns, NoveltyOptions options = {});

  // 0 … 40 · sqrt(columns / ridge), finite. A column is bounded at 20 standard deviations; one that stood still at Fit counts
  // from a thousandth of its size. REQUIRES: row.size() == columns.
  double DistanceOf(std::span<const float> row) const;

 private:
  std::vector<double> Standardised(std::span<const float> row) const;
  // Solves L y = x in place, L being cholesky_.
  void Whiten(std::vector<double>& x) const;

  NoveltyOptions options_;
  std::vector<double> mean_, scale_;  // by column
  std::vector<double> cholesky_;  // [column, column], lower triangle of the correlations + ridge
  std::vector<std::vector<double>> normal_;  // whitened rows
};

}  // namespace distdiag::detect
