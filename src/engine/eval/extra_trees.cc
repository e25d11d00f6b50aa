#include "engine/eval/extra_trees.h"

#include "base/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace distdiag::engine {

struct ExtraTrees::Builder {
  std::span<const float> x;
  std::span<const float> y;
  std::size_t columns;
  std::size_t outputs;
  ExtraTreesOptions options;
  base::Random random;
  ExtraTrees& forest;
  std::vector<std::size_t> order;  // row ids; a node owns a range

  float at(std::size_t row, std::size_t column) const { return x[row * columns + column]; }

  // Sum over outputs of n·p·(1-p): the Gini impurity times the rows.
  double Impurity(std::size_t begin, std::size_t end) const {
    double sum = 0;
    const double n = static_cast<double>(end - begin);
    for (std::size_t output = 0; output < outputs; ++output) {
      double ones = 0;
      for (std::size_t i = begin; i < end; ++i)
        ones += static_cast<double>(y[order[i] * outputs + output]);
      sum += ones * (1 - ones / n);
    }
    return sum;
  }

  std::size_t Partition(std::size_t begin, std::size_t end, std::size_t column, float threshold) {
    const auto middle =
        std::partition(order.begin() + static_cast<std::ptrdiff_t>(begin),
                       order.begin() + static_cast<std::ptrdiff_t>(end),
                       [&](std::size_t row) { return at(row, column) < threshold; });
    return static_cast<std::size_t>(middle - order.begin());
  }

  struct Split {
    std::size_t column = 0;
    float threshold = 0;
    double impurity = -1;  // < 0 = none found
  };

  // The best of sqrt(columns) random splits at columns that vary within the node.
  Split BestSplit(std::size_t begin, std::size_t end) {
    Split best;
    const auto tries = static_cast<std::size_t>(std::sqrt(static_cast<double>(columns)));
    std::size_t tried = 0;
    for (std::size_t draw = 0; draw < 4 * columns && tried < tries; ++draw) {
      const std::size_t column = random.NextBelow(columns);
      float low = at(order[begin], column);
      float high = low;
      for (std::size_t i = begin + 1; i < end; ++i) {
        low = std::min(low, at(order[i], column));
        high = std::max(high, at(order[i], column));
      }
      if (!(low < high)) continue;
      ++tried;
      const float threshold = low + static_cast<float>(random.NextUnit()) * (high - low);
      if (!(threshold > low)) continue;
      const std::size_t middle = Partition(begin, end, column, threshold);
      const double impurity = Impurity(begin, middle) + Impurity(middle, end);
      if (best.impurity < 0 || impurity < best.impurity) best = {column, threshold, impurity};
    }
    return best;
  }

  std::uint32_t Leaf(std::size_t begin, std::size_t end) {
    const auto offset = static_cast<std::uint32_t>(forest.leaf_values_.size());
    for (std::size_t output = 0; output < outputs; ++output) {
      double ones = 0;
      for (std::size_t i = begin; i < end; ++i)
        ones += static_cast<double>(y[order[i] * outputs + output]);
      forest.leaf_values_.push_back(static_cast<float>(ones / static_cast<double>(end - begin)));
    }
    return offset;
  }

  std::uint32_t Grow(std::vector<Node>& tree, std::size_t begin, std::size_t end) {
    const auto id = static_cast<std::uint32_t>(tree.size());
    tree.emplace_back();
    Split split;
    if (end - begin >= options.min_split && Impurity(begin, end) > 0) split = BestSplit(begin, end);
    if (split.impurity < 0) {
      tree[id].left = Leaf(begin, end);
      return id;
    }
    const std::size_t middle = Partition(begin, end, split.column, split.threshold);
    tree[id].column = static_cast<std::int32_t>(split.column);
    tree[id].threshold = split.threshold;
    const std::uint32_t left = Grow(tree, begin, middle);
    const std::uint32_t right = Grow(tree, middle, end);
    tree[id].left = left;
    tree[id].right = right;
    return id;
  }
};

ExtraTrees ExtraTrees::Fit(std::span<const float> x, std::span<const float> y, std::size_t rows,
                           const ExtraTreesOptions& options) {
  ExtraTrees forest;
  forest.outputs_ = y.size() / rows;
  Builder builder{x,
                  y,
                  x.size() / rows,
                  forest.outputs_,
                  options,
                  base::Random(options.seed),
                  forest,
                  std::vector<std::size_t>(rows)};
  for (int t = 0; t < options.trees; ++t) {
    std::iota(builder.order.begin(), builder.order.end(), std::size_t{0});
    builder.Grow(forest.trees_.emplace_back(), 0, rows);
  }
  return forest;
}

std::vector<double> ExtraTrees::Predict(std::span<const float> row) const {
  std::vector<double> votes(outputs_, 0.0);
  for (const std::vector<Node>& tree : trees_) {
    const Node* node = tree.data();
    while (node->column >= 0) {
      node = &tree[row[static_cast<std::size_t>(node->column)] < node->threshold ? node->left
                                                                                 : node->right];
    }
    for (std::size_t output = 0; output < outputs_; ++output)
      votes[output] += static_cast<double>(leaf_values_[node->left + output]);
  }
  for (double& vote : votes) vote /= static_cast<double>(trees_.size());
  return votes;
}

}  // namespace distdiag::engine
