// How unlike everything seen in normal times a row of features is: the distance that knows which features move together.
//
// Why so: needs normal rows only, no fault. Mahalanobis' distance with the covariance shrunk towards a multiple of the identity (Ledoit,
// Wolf, J. Multivariate Analysis 88, 2004), so that more features than rows do no harm.
// Thread: const-safe after Fit. Cost: Fit O(rows · columns² + columns³), a distance O(columns²).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace distdiag::detect {

class Novelty {
 public:
  // rows: [row, column], NaN = missing (counts as the column's mean). REQUIRES: at least two rows; sizes agree.
  static Novelty Fit(std::span<const float> rows, std::size_t columns);

  // Mean squared distance a column, about 1 for a normal row. A column is bounded at 20 standard deviations. Finite.
  // REQUIRES: row.size() == columns.
  double DistanceOf(std::span<const float> row) const;

 private:
  std::vector<double> Standardised(std::span<const float> row) const;

  std::vector<double> mean_, scale_;  // by column
  std::vector<double> cholesky_;      // [column, column], lower triangle of the shrunk covariance
};

}  // namespace distdiag::detect
