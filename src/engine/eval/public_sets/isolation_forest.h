// Isolation forest (Liu, Ting, Zhou, ICDM 2008): a baseline for what our novelty distance is worth. Not used in serving.
// Thread: const-safe after Fit. Cost: Fit trees · 256 · log 256; a score trees · log 256.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace distdiag::engine {

class IsolationForest {
 public:
  // rows: [row, column], finite. Same rows, same forest. REQUIRES: at least two rows; sizes agree.
  static IsolationForest Fit(std::span<const float> rows, std::size_t columns);
  // 0..1, higher = more unlike the rows at Fit. REQUIRES: row.size() == columns.
  double ScoreOf(std::span<const float> row) const;

 private:
  struct Node {
    std::size_t column = 0;
    float threshold = 0;     // value < threshold goes left
    std::uint32_t left = 0;  // 0 = leaf
    std::uint32_t right = 0;
    double extra_depth = 0;  // leaf: what the rows in it would still need
  };
  struct Builder;

  std::vector<std::vector<Node>> trees_;
  double usual_depth_ = 1;
};

}  // namespace distdiag::engine
