#include "detect/classify/training.h"

#include "base/check.h"
#include "detect/classify/boosted_trees.h"
#include "detect/classify/calibration.h"

#include <algorithm>

#include <fmt/format.h>

namespace distdiag::detect {
namespace {

constexpr std::size_t kLeastCasesToCalibrate =
    3;  // with the type; fewer say nothing about unseen cases

using Cases = std::vector<const CaseExamples*>;

bool HasProblem(const CaseExamples& examples, domain::ProblemId problem) {
  return std::any_of(examples.examples.begin(), examples.examples.end(),
                     [&](const Example& example) {
                       return example.problems.test(static_cast<std::size_t>(problem));
                     });
}

std::vector<std::size_t> FeaturesOf(const ProblemRecipe& recipe) {
  std::vector<std::size_t> features;
  for (const FeatureUse& use : recipe.features) {
    const auto feature = FindFeature(use.feature);
    CHECK(feature.has_value());
    features.push_back(*feature);
  }
  return features;
}

BoostInput InputOf(const Cases& cases, const ProblemRecipe& recipe) {
  const std::vector<std::size_t> features = FeaturesOf(recipe);
  BoostInput input;
  input.feature_count = features.size();
  for (const CaseExamples* examples : cases) {
    for (const Example& example : examples->examples) {
      for (const std::size_t feature : features) input.values.push_back(example.features[feature]);
      input.labels.push_back(
          example.problems.test(static_cast<std::size_t>(recipe.problem)) ? 1.0F : 0.0F);
      input.weights.push_back(example.weight);
    }
  }
  return input;
}

BoostParameters ParametersOf(const TrainOptions& options) {
  return {
      {"booster", "gbtree"},
      {"objective", "binary:logistic"},
      {"base_score", "0.5"},
      {"tree_method", "exact"},
      {"nthread", "1"},
      {"verbosity", "0"},
      {"eta", fmt::format("{}", options.learning_rate)},
      {"max_depth", fmt::format("{}", options.max_depth)},
      {"lambda", fmt::format("{}", options.l2)},
      {"min_child_weight", fmt::format("{}", options.min_child_weight)},
      {"subsample", fmt::format("{}", options.row_share)},
      {"colsample_bytree", fmt::format("{}", options.feature_share)},
      {"seed", fmt::format("{}", options.seed)},
  };
}

base::Result<TreeEnsemble> Fit(const Cases& cases, const ProblemRecipe& recipe,
                               const TrainOptions& options) {
  BoostParameters parameters = ParametersOf(options);
  std::string constraints;
  for (const FeatureUse& use : recipe.features) {
    constraints += fmt::format("{}{}", constraints.empty() ? "(" : ",", use.monotone);
  }
  parameters.emplace_back("monotone_constraints", constraints + ")");
  return TrainBoostedTrees(InputOf(cases, recipe), parameters, options.rounds);
}

// Which fold each case belongs to: the cases with the problem are dealt out evenly, and so are the others.
std::vector<int> FoldsOf(const Cases& cases, domain::ProblemId problem, int folds) {
  std::vector<int> fold_of(cases.size());
  int with = 0, without = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    int& next = HasProblem(*cases[i], problem) ? with : without;
    fold_of[i] = next++ % folds;
  }
  return fold_of;
}

base::Result<Calibration> Calibrate(const Cases& cases, const ProblemRecipe& recipe,
                                    const TrainOptions& options) {
  const auto with = std::count_if(cases.begin(), cases.end(), [&](const CaseExamples* c) {
    return HasProblem(*c, recipe.problem);
  });
  if (options.calibration_folds < 2 || static_cast<std::size_t>(with) < kLeastCasesToCalibrate)
    return Calibration{};
  const std::vector<int> fold_of = FoldsOf(cases, recipe.problem, options.calibration_folds);
  const std::vector<std::size_t> features = FeaturesOf(recipe);
  std::vector<CalibrationPoint> points;
  std::vector<float> row(features.size());
  for (int fold = 0; fold < options.calibration_folds; ++fold) {
    Cases rest;
    for (std::size_t i = 0; i < cases.size(); ++i) {
      if (fold_of[i] != fold) rest.push_back(cases[i]);
    }
    ASSIGN_OR_RETURN(const TreeEnsemble trees, Fit(rest, recipe, options));
    for (std::size_t i = 0; i < cases.size(); ++i) {
      if (fold_of[i] != fold) continue;
      for (const Example& example : cases[i]->examples) {
        std::transform(features.begin(), features.end(), row.begin(),
                       [&](std::size_t f) { return example.features[f]; });
        points.push_back({trees.Margin(row),
                          example.problems.test(static_cast<std::size_t>(recipe.problem)),
                          1.0 / static_cast<double>(cases[i]->examples.size())});
      }
    }
  }
  return FitCalibration(points);
}

ModelManifest ManifestOf(const Cases& cases, const TrainOptions& options) {
  ModelManifest manifest;
  manifest.feature_schema_hash = FeatureSchemaHash();
  for (const CaseExamples* examples : cases) manifest.cases.push_back(examples->source);
  for (const auto& [name, value] : ParametersOf(options)) manifest.parameters[name] = value;
  manifest.parameters["rounds"] = fmt::format("{}", options.rounds);
  manifest.parameters["calibration_folds"] = fmt::format("{}", options.calibration_folds);
  manifest.seed = options.seed;
  return manifest;
}

}  // namespace

base::Result<ModelArtefact> TrainModel(std::span<const CaseExamples* const> given,
                                       const TrainOptions& options) {
  Cases cases;
  for (const CaseExamples* examples : given) {
    if (!examples->examples.empty()) cases.push_back(examples);
  }
  std::sort(cases.begin(), cases.end(), [](const CaseExamples* a, const CaseExamples* b) {
    return std::tie(a->source.id, a->source.content_hash) <
           std::tie(b->source.id, b->source.content_hash);
  });
  ModelArtefact artefact;
  artefact.manifest = ManifestOf(cases, options);
  for (const ProblemRecipe& recipe : ProblemRecipes()) {
    if (std::none_of(cases.begin(), cases.end(),
                     [&](const CaseExamples* c) { return HasProblem(*c, recipe.problem); })) {
      continue;
    }
    ProblemModel model;
    model.problem = recipe.problem;
    for (const FeatureUse& use : recipe.features) model.features.emplace_back(use.feature);
    ASSIGN_OR_RETURN(model.trees, Fit(cases, recipe, options));
    ASSIGN_OR_RETURN(model.calibration, Calibrate(cases, recipe, options));
    artefact.models.push_back(std::move(model));
  }
  if (artefact.models.empty()) {
    return base::Fail(base::InvalidArgument(
        fmt::format("training needs recordings with at least one labelled problem, found {} "
                    "recordings with usable rows and none labelled",
                    cases.size())));
  }
  return artefact;
}

}  // namespace distdiag::detect
