// Which rows of a recording are abnormal: with labels of other recordings, and without any label.
// Thread: const-safe (free functions).
#pragma once

#include "engine/eval/public_sets/public_set_eval.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace distdiag::engine {

enum class RowKind : std::uint8_t { kNeither, kNormal, kAbnormal };

struct RegionRows {
  std::string id;
  std::size_t columns = 0;
  std::vector<double> values;  // [row, column], NaN = missing
  std::vector<RowKind> kinds;  // [row]

  std::span<const double> Row(std::size_t row) const {
    return std::span(values).subspan(row * columns, columns);
  }
};

// Adds row_f1, row_f1_unsupervised and those of the baselines. Rows of kind kNeither and the first 20 are not judged.
// `train` = null: folds inside `judged`, by recording. REQUIRES: the same columns in all, at least one recording.
base::Status ScoreRows(const std::vector<RegionRows>* train, const std::vector<RegionRows>& judged,
                       SetReport& report, const Progress& progress);

}  // namespace distdiag::engine
