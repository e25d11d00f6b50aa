#include "detect/classify/tree_ensemble.h"

#include <cmath>

namespace distdiag::detect {

float TreeEnsemble::Margin(std::span<const float> row) const {
  float sum = 0;
  for (const Tree& tree : trees_) {
    std::size_t node = 0;
    while (tree.left[node] >= 0) {
      const float value = row[static_cast<std::size_t>(tree.feature[node])];
      const bool goes_left =
          std::isnan(value) ? tree.default_left[node] != 0 : value < tree.threshold[node];
      node = static_cast<std::size_t>(goes_left ? tree.left[node] : tree.right[node]);
    }
    sum += tree.threshold[node];
  }
  return sum;
}

bool WellFormed(const Tree& tree, std::size_t feature_count) {
  const std::size_t size = tree.left.size();
  if (size == 0 || tree.right.size() != size || tree.feature.size() != size ||
      tree.threshold.size() != size || tree.default_left.size() != size) {
    return false;
  }
  for (std::size_t node = 0; node < size; ++node) {
    if (!std::isfinite(tree.threshold[node])) return false;
    const bool leaf = tree.left[node] < 0;
    if (leaf != (tree.right[node] < 0)) return false;
    if (leaf) continue;
    const auto behind = [&](std::int32_t child) {
      return static_cast<std::size_t>(child) > node && static_cast<std::size_t>(child) < size;
    };
    if (!behind(tree.left[node]) || !behind(tree.right[node])) return false;
    if (tree.feature[node] < 0 || static_cast<std::size_t>(tree.feature[node]) >= feature_count)
      return false;
  }
  return true;
}

}  // namespace distdiag::detect
