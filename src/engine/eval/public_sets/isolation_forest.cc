#include "engine/eval/public_sets/isolation_forest.h"

#include "base/check.h"
#include "base/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace distdiag::engine {
namespace {

constexpr int kTrees = 200;
constexpr std::size_t kSample = 256;
constexpr int kMostDepth = 8;  // log2 of the sample

// Mean depth of an unsuccessful search in a binary tree of n rows (equation 1 of the paper).
double MeanDepth(std::size_t n) {
  if (n < 2) return 0;
  const auto rows = static_cast<double>(n);
  return 2 * (std::log(rows - 1) + 0.5772156649) - 2 * (rows - 1) / rows;
}

}  // namespace

struct IsolationForest::Builder {
  std::span<const float> rows;
  std::size_t columns;
  base::Random random;

  float At(std::size_t row, std::size_t column) const { return rows[row * columns + column]; }

  // Splits `members` by a random column that differs in them; false when none of a few tries does.
  bool Choose(std::span<const std::size_t> members, Node& node) {
    constexpr int kTries = 20;
    for (int attempt = 0; attempt < kTries; ++attempt) {
      node.column = random.NextBelow(columns);
      float low = At(members.front(), node.column), high = low;
      for (const std::size_t row : members) {
        low = std::min(low, At(row, node.column));
        high = std::max(high, At(row, node.column));
      }
      node.threshold = low + static_cast<float>(random.NextUnit()) * (high - low);
      if (node.threshold > low && node.threshold <= high) return true;
    }
    return false;
  }

  std::uint32_t Grow(std::span<std::size_t> members, int depth, std::vector<Node>& tree) {
    const auto place = static_cast<std::uint32_t>(tree.size());
    tree.emplace_back();
    Node node;
    if (depth >= kMostDepth || members.size() < 2 || !Choose(members, node)) {
      tree[place].extra_depth = MeanDepth(members.size());
      return place;
    }
    const auto middle = std::partition(members.begin(), members.end(), [&](std::size_t row) {
      return At(row, node.column) < node.threshold;
    });
    const auto left = static_cast<std::size_t>(middle - members.begin());
    node.left = Grow(members.first(left), depth + 1, tree);
    node.right = Grow(members.subspan(left), depth + 1, tree);
    tree[place] = node;
    return place;
  }
};

IsolationForest IsolationForest::Fit(std::span<const float> rows, std::size_t columns) {
  CHECK(columns > 0 && rows.size() % columns == 0 && rows.size() >= 2 * columns);
  const std::size_t count = rows.size() / columns;
  IsolationForest forest;
  Builder builder{rows, columns, base::Random(1)};
  const std::size_t sample = std::min(kSample, count);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (int tree = 0; tree < kTrees; ++tree) {
    for (std::size_t i = 0; i < sample; ++i)
      std::swap(order[i], order[i + builder.random.NextBelow(count - i)]);
    forest.trees_.emplace_back();
    builder.Grow(std::span(order).first(sample), 0, forest.trees_.back());
  }
  forest.usual_depth_ = std::max(MeanDepth(sample), 1e-9);
  return forest;
}

double IsolationForest::ScoreOf(std::span<const float> row) const {
  double depth = 0;
  for (const std::vector<Node>& tree : trees_) {
    std::size_t place = 0;
    while (tree[place].left != 0) {
      place =
          row[tree[place].column] < tree[place].threshold ? tree[place].left : tree[place].right;
      ++depth;
    }
    depth += tree[place].extra_depth;
  }
  return std::exp2(-depth / (static_cast<double>(trees_.size()) * usual_depth_));
}

}  // namespace distdiag::engine
