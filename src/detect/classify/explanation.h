// Why a classifier says what it says: which of its features speak for the problem, and which most against it.
#pragma once

#include "detect/classify/features.h"
#include "detect/classify/problem_model.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace distdiag::detect {

struct Contribution {
  std::size_t feature = 0;  // position in a FeatureRow
  double margin = 0;        // what it adds to the margin, in log odds
};

// `columns`: FeatureRow positions of the model's features. A feature's contribution is the mean of what the margin loses
// when it alone is put to 0 (as usual) and what it gains alone when all others are 0: the ends of Shapley's average, at
// two walks a feature; redundant features share by it instead of hiding each other. Positive ones only, largest first.
std::vector<Contribution> SpeakingFor(const ProblemModel& model,
                                      std::span<const std::size_t> columns, const FeatureRow& row);

// The feature that would raise the margin most if it stood far in its bad direction; nullopt when none would by 0.1.
std::optional<Contribution> SpeakingAgainst(const ProblemModel& model,
                                            std::span<const std::size_t> columns,
                                            const FeatureRow& row);

}  // namespace distdiag::detect
