// Trains one boosted tree ensemble with XGBoost and brings it into our own form.
//
// Why so: the one place that knows XGBoost; its exceptions and return codes become Status here.
#pragma once

#include "base/status.h"
#include "detect/classify/tree_ensemble.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace distdiag::detect {

// Shape of `values`: [row, feature]; NaN = missing.
struct BoostInput {
  std::size_t feature_count = 0;
  std::vector<float> values;
  std::vector<float> labels;   // 0 or 1
  std::vector<float> weights;  // > 0

  std::size_t row_count() const { return labels.size(); }
};

using BoostParameters = std::vector<std::pair<std::string, std::string>>;

// kInternal with XGBoost's message when it fails. REQUIRES: at least one row, sizes agree.
base::Result<TreeEnsemble> TrainBoostedTrees(const BoostInput& input,
                                             const BoostParameters& parameters, int rounds);

// XGBoost 1.7's JSON model (format "json" of XGBoosterSaveModelToBuffer), base_score 0.5. kDataLoss for anything else.
base::Result<TreeEnsemble> ParseXgboostModel(std::string_view json_text, std::size_t feature_count);

}  // namespace distdiag::detect
