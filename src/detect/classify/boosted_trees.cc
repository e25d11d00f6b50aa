#include "detect/classify/boosted_trees.h"

#include <cmath>
#include <limits>
#include <memory>

#include <fmt/format.h>
#include <xgboost/c_api.h>
#include <boost/json.hpp>

namespace distdiag::detect {
namespace {

namespace json = boost::json;

struct FreeMatrix {
  void operator()(void* handle) const { XGDMatrixFree(handle); }
};
struct FreeBooster {
  void operator()(void* handle) const { XGBoosterFree(handle); }
};
using Matrix = std::unique_ptr<void, FreeMatrix>;
using Booster = std::unique_ptr<void, FreeBooster>;

base::Status Checked(int return_code) {
  if (return_code == 0) return base::OkStatus();
  std::string message = XGBGetLastError();
  return base::Internal("XGBoost failed: " + message.substr(0, message.find('\n')));
}

base::Result<Matrix> MakeMatrix(const BoostInput& input) {
  DMatrixHandle handle = nullptr;
  RETURN_FAIL_IF_ERROR(Checked(
      XGDMatrixCreateFromMat_omp(input.values.data(), input.row_count(), input.feature_count,
                                 std::numeric_limits<float>::quiet_NaN(), &handle, 1)));
  Matrix matrix(handle);
  RETURN_FAIL_IF_ERROR(
      Checked(XGDMatrixSetFloatInfo(handle, "label", input.labels.data(), input.row_count())));
  RETURN_FAIL_IF_ERROR(
      Checked(XGDMatrixSetFloatInfo(handle, "weight", input.weights.data(), input.row_count())));
  return matrix;
}

base::Result<Booster> MakeBooster(const Matrix& matrix, const BoostParameters& parameters) {
  DMatrixHandle data = matrix.get();
  BoosterHandle handle = nullptr;
  RETURN_FAIL_IF_ERROR(Checked(XGBoosterCreate(&data, 1, &handle)));
  Booster booster(handle);
  for (const auto& [name, value] : parameters) {
    RETURN_FAIL_IF_ERROR(Checked(XGBoosterSetParam(handle, name.c_str(), value.c_str())));
  }
  return booster;
}

template <typename T, typename Convert>
std::vector<T> Numbers(const json::value& array, Convert convert) {
  std::vector<T> numbers;
  numbers.reserve(array.as_array().size());
  for (const json::value& item : array.as_array()) numbers.push_back(convert(item));
  return numbers;
}

Tree ParseTree(const json::value& value) {
  const auto integer = [](const json::value& item) { return item.to_number<std::int32_t>(); };
  Tree tree;
  tree.left = Numbers<std::int32_t>(value.at("left_children"), integer);
  tree.right = Numbers<std::int32_t>(value.at("right_children"), integer);
  tree.feature = Numbers<std::int32_t>(value.at("split_indices"), integer);
  tree.threshold = Numbers<float>(value.at("split_conditions"), [](const json::value& item) {
    return static_cast<float>(item.to_number<double>());
  });
  tree.default_left = Numbers<std::uint8_t>(value.at("default_left"), [](const json::value& item) {
    return static_cast<std::uint8_t>(item.is_bool() ? item.get_bool() : item.to_number<int>() != 0);
  });
  return tree;
}

}  // namespace

base::Result<TreeEnsemble> TrainBoostedTrees(const BoostInput& input,
                                             const BoostParameters& parameters, int rounds) {
  ASSIGN_OR_RETURN(const Matrix matrix, MakeMatrix(input));
  ASSIGN_OR_RETURN(const Booster booster, MakeBooster(matrix, parameters));
  for (int round = 0; round < rounds; ++round) {
    RETURN_FAIL_IF_ERROR(Checked(XGBoosterUpdateOneIter(booster.get(), round, matrix.get())));
  }
  bst_ulong length = 0;
  const char* bytes = nullptr;
  RETURN_FAIL_IF_ERROR(
      Checked(XGBoosterSaveModelToBuffer(booster.get(), R"({"format":"json"})", &length, &bytes)));
  return ParseXgboostModel(std::string_view(bytes, length), input.feature_count);
}

base::Result<TreeEnsemble> ParseXgboostModel(std::string_view json_text,
                                             std::size_t feature_count) {
  std::vector<Tree> trees;
  try {
    const json::value model = json::parse(json_text);
    const json::value& learner = model.at("learner");
    const std::string base_score(learner.at("learner_model_param").at("base_score").as_string());
    if (std::stof(base_score) != 0.5F) {
      return base::Fail(base::DataLoss(
          fmt::format("XGBoost model: base_score 0.5 expected, {} found", base_score)));
    }
    for (const json::value& tree :
         learner.at("gradient_booster").at("model").at("trees").as_array()) {
      trees.push_back(ParseTree(tree));
    }
  } catch (const std::exception& error) {
    return base::Fail(base::DataLoss(
        fmt::format("XGBoost model: JSON of version 1.7 expected, {}", error.what())));
  }
  for (std::size_t i = 0; i < trees.size(); ++i) {
    if (!WellFormed(trees[i], feature_count)) {
      return base::Fail(base::DataLoss(
          fmt::format("XGBoost model: tree {} of {} is malformed", i, trees.size())));
    }
  }
  return TreeEnsemble(std::move(trees));
}

}  // namespace distdiag::detect
