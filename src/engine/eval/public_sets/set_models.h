// The product's boosted trees as the public sets use them, labelled rows, folds and thresholds.
//
// Why so: a set's file says what its rows are; fitting and folds are the same for all. Same rows, same options: same figures.
// Thread: const-safe after the fit.
#pragma once

#include "base/status.h"
#include "detect/classify/tree_ensemble.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace distdiag::engine {

// Rows of numbers with labels. NaN = missing.
struct LabelledRows {
  std::size_t columns = 0;
  std::vector<float> values;        // [row, column]
  std::vector<std::size_t> labels;  // class of each row; 0/1 where there are two
  std::vector<std::size_t> groups;  // index of the case that each row belongs to

  std::size_t row_count() const { return labels.size(); }
  std::span<const float> Row(std::size_t row) const {
    return std::span(values).subspan(row * columns, columns);
  }
  void Add(std::span<const float> row, std::size_t label, std::size_t group);
};

// Rows whose group is chosen: chosen[group] != 0.
LabelledRows RowsOfGroups(const LabelledRows& rows, std::span<const std::uint8_t> chosen);

struct BoostSettings {
  int rounds = 200;
  int max_depth = 4;
  double learning_rate = 0.1;
  double l2 = 1.0;
  double min_child_weight = 1.0;
  double row_share = 0.8;
  double feature_share = 0.3;  // of each tree
  double split_share = 1.0;    // of each split, of the tree's
  int parallel_trees = 1;      // a round grows so many: with one round and rate 1, a random forest
  std::uint64_t seed = 7;
};

// Trees that tell `positive` from every other class, by their margin (> 0: more likely than not).
base::Result<detect::TreeEnsemble> FitOneClass(const LabelledRows& rows, std::size_t positive,
                                               const BoostSettings& settings);

// One against the rest for each of `classes`; a class without a row never wins. Rows weigh so that each class weighs alike.
class BoostedClasses {
 public:
  static base::Result<BoostedClasses> Fit(const LabelledRows& rows, std::size_t classes,
                                          const BoostSettings& settings);
  std::vector<double> Margins(std::span<const float> row) const;
  std::size_t Predict(std::span<const float> row) const;

 private:
  std::vector<detect::TreeEnsemble> trees_;
  std::vector<std::uint8_t> known_;
};

// The fold of a name, 0 … folds - 1, by its hash: stable whatever else is in the set.
std::size_t FoldOf(std::string_view name, std::size_t folds);

// The threshold on scores (verdict = score > threshold) with the best F1 on these labels.
double BestThreshold(std::span<const double> scores, std::span<const std::size_t> labels);

}  // namespace distdiag::engine
