#include "engine/eval/public_sets/set_models.h"

#include "base/check.h"
#include "detect/classify/boosted_trees.h"
#include "engine/eval/public_sets/set_report.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

detect::BoostParameters ParametersOf(const BoostSettings& settings) {
  return {{"booster", "gbtree"},
          {"objective", "binary:logistic"},
          {"base_score", "0.5"},
          {"tree_method", "hist"},
          {"nthread", "1"},
          {"verbosity", "0"},
          {"eta", fmt::format("{}", settings.learning_rate)},
          {"max_depth", fmt::format("{}", settings.max_depth)},
          {"lambda", fmt::format("{}", settings.l2)},
          {"min_child_weight", fmt::format("{}", settings.min_child_weight)},
          {"subsample", fmt::format("{}", settings.row_share)},
          {"colsample_bytree", fmt::format("{}", settings.feature_share)},
          {"colsample_bynode", fmt::format("{}", settings.split_share)},
          {"num_parallel_tree", fmt::format("{}", settings.parallel_trees)},
          {"seed", fmt::format("{}", settings.seed)}};
}

base::Result<detect::TreeEnsemble> FitWeighted(const LabelledRows& rows, std::size_t positive,
                                               std::vector<float> weights,
                                               const BoostSettings& settings) {
  CHECK(rows.row_count() > 0);
  detect::BoostInput input{.feature_count = rows.columns,
                           .values = rows.values,
                           .labels = {},
                           .weights = std::move(weights)};
  for (const std::size_t label : rows.labels)
    input.labels.push_back(label == positive ? 1.0F : 0.0F);
  return detect::TrainBoostedTrees(input, ParametersOf(settings), settings.rounds);
}

std::size_t Largest(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

}  // namespace

void LabelledRows::Add(std::span<const float> row, std::size_t label, std::size_t group) {
  if (columns == 0) columns = row.size();
  CHECK(row.size() == columns);
  values.insert(values.end(), row.begin(), row.end());
  labels.push_back(label);
  groups.push_back(group);
}

LabelledRows RowsOfGroups(const LabelledRows& rows, std::span<const std::uint8_t> chosen) {
  LabelledRows part;
  part.columns = rows.columns;
  for (std::size_t row = 0; row < rows.row_count(); ++row) {
    if (chosen[rows.groups[row]] != 0) part.Add(rows.Row(row), rows.labels[row], rows.groups[row]);
  }
  return part;
}

base::Result<detect::TreeEnsemble> FitOneClass(const LabelledRows& rows, std::size_t positive,
                                               const BoostSettings& settings) {
  return FitWeighted(rows, positive, std::vector<float>(rows.row_count(), 1.0F), settings);
}

base::Result<BoostedClasses> BoostedClasses::Fit(const LabelledRows& rows, std::size_t classes,
                                                 const BoostSettings& settings) {
  std::vector<std::size_t> count(classes, 0);
  for (const std::size_t label : rows.labels) ++count[label];
  const auto present = static_cast<double>(classes) -
                       static_cast<double>(std::count(count.begin(), count.end(), std::size_t{0}));
  std::vector<float> weights;
  for (const std::size_t label : rows.labels) {
    weights.push_back(static_cast<float>(static_cast<double>(rows.row_count()) /
                                         (present * static_cast<double>(count[label]))));
  }
  BoostedClasses model;
  for (std::size_t klass = 0; klass < classes; ++klass) {
    model.known_.push_back(count[klass] > 0 ? 1 : 0);
    model.trees_.emplace_back();
    if (count[klass] == 0) continue;
    ASSIGN_OR_RETURN(model.trees_.back(), FitWeighted(rows, klass, weights, settings));
  }
  return model;
}

std::vector<double> BoostedClasses::Margins(std::span<const float> row) const {
  std::vector<double> margins;
  for (std::size_t klass = 0; klass < trees_.size(); ++klass) {
    margins.push_back(known_[klass] != 0 ? trees_[klass].Margin(row)
                                         : -std::numeric_limits<double>::infinity());
  }
  return margins;
}

std::size_t BoostedClasses::Predict(std::span<const float> row) const {
  return Largest(Margins(row));
}

std::size_t FoldOf(std::string_view name, std::size_t folds) {
  std::uint64_t hash = 1469598103934665603ULL;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  hash ^= hash >> 32;
  return static_cast<std::size_t>(hash % folds);
}

double BestThreshold(std::span<const double> scores, std::span<const std::size_t> labels) {
  CHECK(!scores.empty() && scores.size() == labels.size());
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  BinaryCount count;
  for (const std::size_t label : labels) count.Add(label, 0);
  double best = scores[order.front()], best_f1 = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (labels[order[i]] != 0) {
      ++count.true_positive, --count.false_negative;
    } else {
      ++count.false_positive;
    }
    const bool last = i + 1 == order.size();
    if (!last && scores[order[i + 1]] == scores[order[i]]) continue;
    if (count.F1() > best_f1) {
      best_f1 = count.F1();
      best = last ? scores[order[i]] - 1 : (scores[order[i]] + scores[order[i + 1]]) / 2;
    }
  }
  return best;
}

}  // namespace distdiag::engine
