// Extremely randomised trees (Geurts, Ernst, Wehenkel, Machine Learning 63, 2006) with several 0/1 outputs.
//
// Why so: the strong simple baseline that every evaluation prints beside our method. Not used in serving.
// Thread: const-safe after Fit. Cost: Fit O(trees · rows · log rows · sqrt(columns)).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace distdiag::engine {

struct ExtraTreesOptions {
  int trees = 300;
  std::size_t min_split = 2;  // smallest node that is split
  std::uint64_t seed = 1;
};

class ExtraTrees {
 public:
  // x: [row, column], finite; y: [row, output], 0 or 1. Same input, same trees.
  // REQUIRES: rows > 0; x.size() == rows * columns; y.size() == rows * outputs.
  static ExtraTrees Fit(std::span<const float> x, std::span<const float> y, std::size_t rows,
                        const ExtraTreesOptions& options);
  // Share of the trees' votes, one an output, 0..1. REQUIRES: row.size() == columns at Fit.
  std::vector<double> Predict(std::span<const float> row) const;

 private:
  struct Node {
    std::int32_t column = -1;  // -1 = leaf
    float threshold = 0;       // value < threshold goes left
    std::uint32_t left = 0;    // leaf: offset into leaf_values_
    std::uint32_t right = 0;
  };
  struct Builder;

  std::size_t outputs_ = 0;
  std::vector<std::vector<Node>> trees_;
  std::vector<float> leaf_values_;
};

}  // namespace distdiag::engine
