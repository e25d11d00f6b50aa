#include "detect/classify/explanation.h"

#include <algorithm>

namespace distdiag::detect {
namespace {

std::vector<float> Picked(std::span<const std::size_t> columns, const FeatureRow& row) {
  std::vector<float> values;
  values.reserve(columns.size());
  for (const std::size_t column : columns) values.push_back(row[column]);
  return values;
}

int Direction(domain::ProblemId problem, std::string_view feature) {
  for (const ProblemRecipe& recipe : ProblemRecipes()) {
    if (recipe.problem != problem) continue;
    for (const FeatureUse& use : recipe.features) {
      if (use.feature == feature) return use.monotone;
    }
  }
  return 0;
}

}  // namespace

std::vector<Contribution> SpeakingFor(const ProblemModel& model,
                                      std::span<const std::size_t> columns, const FeatureRow& row) {
  std::vector<float> values = Picked(columns, row);
  std::vector<float> usual(columns.size(), 0.0F);
  const double full = model.trees.Margin(values);
  const double empty = model.trees.Margin(usual);
  std::vector<Contribution> contributions;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const float value = values[i];
    values[i] = 0;
    usual[i] = value;
    const double loss = full - static_cast<double>(model.trees.Margin(values));
    const double gain = static_cast<double>(model.trees.Margin(usual)) - empty;
    values[i] = value;
    usual[i] = 0;
    if (loss + gain > 0) contributions.push_back({columns[i], (loss + gain) / 2});
  }
  std::stable_sort(
      contributions.begin(), contributions.end(),
      [](const Contribution& a, const Contribution& b) { return a.margin > b.margin; });
  return contributions;
}

std::optional<Contribution> SpeakingAgainst(const ProblemModel& model,
                                            std::span<const std::size_t> columns,
                                            const FeatureRow& row) {
  constexpr float kFar = 3;  // ln ratio of 20, or beyond any difference of shares
  constexpr double kLeast = 0.1;
  std::vector<float> values = Picked(columns, row);
  const double full = model.trees.Margin(values);
  std::optional<Contribution> best;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int direction = Direction(model.problem, model.features[i]);
    if (direction == 0) continue;
    const float value = values[i];
    values[i] = direction > 0 ? std::max(value, kFar) : std::min(value, -kFar);
    const double gain = static_cast<double>(model.trees.Margin(values)) - full;
    values[i] = value;
    if (gain >= kLeast && (!best || gain > best->margin)) best = Contribution{columns[i], gain};
  }
  return best;
}

}  // namespace distdiag::detect
