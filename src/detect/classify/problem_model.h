// Which features each problem type's classifier may look at, and in which direction they may speak.
//
// Why so: with one to four training cases a type, a free choice among 148 features learns the recordings. The choice by
// mechanism and the monotone constraints are the regularisation: a fault ten times as strong can't look less likely.
#pragma once

#include "detect/classify/tree_ensemble.h"
#include "domain/problem.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::detect {

struct FeatureUse {
  std::string_view feature;
  int monotone = 0;  // +1: more never lowers the score; -1: more never raises it; 0: free
};

struct ProblemRecipe {
  domain::ProblemId problem;
  std::span<const FeatureUse> features;
};

// Every problem type but kUnknown, in ProblemId order.
std::span<const ProblemRecipe> ProblemRecipes();

// Platt scaling: probability = sigmoid(slope · margin + offset). Identity where there were too few cases to fit.
// float, since a float survives the way through the model file bit for bit.
struct Calibration {
  float slope = 1;
  float offset = 0;

  friend bool operator==(const Calibration&, const Calibration&) = default;
};

// One trained classifier.
struct ProblemModel {
  domain::ProblemId problem = domain::ProblemId::kUnknown;
  std::vector<std::string> features;  // column i of the ensemble
  TreeEnsemble trees;
  Calibration calibration;
};

double Calibrated(const Calibration& calibration, float margin);

}  // namespace distdiag::detect
