// How far each metric of a node is from its own past at one moment, as features of a classifier.
//
// Why so: bounded (-1..1), without a scale of the metric's own, and only from this row and earlier ones, so that what was fitted on
// recordings judges live rows.
// Thread: const-safe (free function). Cost: O(columns · rows) a row.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace distdiag::detect {

struct RowChangeOptions {
  std::size_t settle_rows = 10;  // rows at the start that say nothing: caches fill, load comes up
  std::size_t calm_rows = 10;    // rows after them that are the calm to compare with
  std::size_t recent_rows = 5;   // rows, this one included, whose mean is the present
};

inline constexpr std::size_t kRowChangesPerColumn = 3;

// For every row: [column] (present - calm) / (|present| + |calm|), then the same against the median of all rows after the settling, then of
// this row alone against the calm. `calm` = median of the calm rows (those so far, where the row is earlier).
// `rows`: [row, column], NaN = missing; a feature without a value is NaN. Result: [row, kRowChangesPerColumn * column].
// REQUIRES: columns > 0, rows.size() is a multiple of it, recent_rows > 0, calm_rows > 0.
std::vector<float> RowChanges(std::span<const double> rows, std::size_t columns,
                              const RowChangeOptions& options);

}  // namespace distdiag::detect
