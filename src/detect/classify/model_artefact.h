// A trained model as it lies in models/: a manifest and one tree ensemble a problem type, in one JSON file.
//
// Why so: text diffs, no library needed to read it, floats written so that reading gives the same bits: training twice
// gives the same bytes, and save -> load -> save is byte-equal.
#pragma once

#include "base/file_system.h"
#include "base/status.h"
#include "detect/classify/problem_model.h"
#include "detect/training_case.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::detect {

inline constexpr int kModelFormatVersion = 1;

struct ModelManifest {
  std::string feature_schema_hash;
  std::vector<TrainingCase> cases;  // sorted by id
  std::map<std::string, std::string>
      parameters;  // as given to XGBoost, and those of the augmentation
  std::uint64_t seed = 0;
  std::map<std::string, double>
      scores;  // of an evaluation, filled in by the caller; 6 digits are kept, NaN is dropped
};

struct ModelArtefact {
  ModelManifest manifest;
  std::vector<ProblemModel> models;  // in ProblemId order; a type without training cases is missing
};

std::string WriteModel(const ModelArtefact& artefact);
// `name` (a path) stands in the message of a failure, together with what was expected and found: kDataLoss for what is no
// model, kFailedPrecondition for another format version or feature schema.
base::Result<ModelArtefact> ReadModel(std::string_view bytes, std::string_view name);
base::Result<ModelArtefact> LoadModel(const base::FileSystem& files, const std::string& path);
base::Status SaveModel(base::FileSystem& files, const std::string& path,
                       const ModelArtefact& artefact);

}  // namespace distdiag::detect
