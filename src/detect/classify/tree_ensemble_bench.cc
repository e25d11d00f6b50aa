#include "detect/classify/tree_ensemble.h"

#include "base/random.h"

#include <functional>

#include <benchmark/benchmark.h>

namespace distdiag::detect {
namespace {

// A full tree of the depth that training uses.
Tree RandomTree(base::Random& random, int depth, int features) {
  Tree tree;
  const std::function<std::int32_t(int)> grow = [&](int left_to_go) {
    const auto node = static_cast<std::size_t>(tree.left.size());
    tree.left.push_back(-1);
    tree.right.push_back(-1);
    tree.feature.push_back(
        static_cast<std::int32_t>(random.NextBelow(static_cast<std::uint64_t>(features))));
    tree.threshold.push_back(static_cast<float>(random.NextUnit()));
    tree.default_left.push_back(static_cast<std::uint8_t>(random.NextBelow(2)));
    if (left_to_go > 0) {
      const std::int32_t left = grow(left_to_go - 1);
      const std::int32_t right = grow(left_to_go - 1);
      tree.left[node] = left;
      tree.right[node] = right;
    }
    return static_cast<std::int32_t>(node);
  };
  grow(depth);
  return tree;
}

// One model of 50 trees on one row.
void BM_Walker(benchmark::State& state) {
  constexpr int kFeatures = 10;
  base::Random random(1);
  std::vector<Tree> trees;
  for (int i = 0; i < 50; ++i) trees.push_back(RandomTree(random, 3, kFeatures));
  const TreeEnsemble ensemble(std::move(trees));
  std::vector<std::vector<float>> rows(64, std::vector<float>(kFeatures));
  for (auto& row : rows) {
    for (float& value : row) value = static_cast<float>(random.NextUnit());
  }
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(ensemble.Margin(rows[next++ % rows.size()]));
}
BENCHMARK(BM_Walker);

}  // namespace
}  // namespace distdiag::detect
