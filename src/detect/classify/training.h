// From labelled recordings to a model artefact.
//
// Why so: examples of a recording are extracted once and used in many trainings (cross-validation leaves one case out at
// a time). Same recordings, same options: same bytes, whatever the order of the recordings (nthread = 1, fixed seed).
#pragma once

#include "base/status.h"
#include "base/time.h"
#include "detect/classify/features.h"
#include "detect/classify/model_artefact.h"
#include "domain/problem.h"
#include "domain/window.h"

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace distdiag::detect {

struct RecordingLabel {
  domain::NodeIndex node;  // a problem of cluster scope has one label a node
  domain::ProblemId problem;
};

// A recording as training sees it. Rows: shape [tick, node, column], NaN = gap.
struct LabelledRecording {
  std::string id;
  std::string content_hash;
  domain::SeriesLayout layout;
  std::vector<base::Timestamp> times;
  std::vector<float> values;
  base::Timestamp
      normal_end;  // rows up to here are the baseline; ignored without labels (all of it is normal)
  std::optional<base::Timestamp> anomaly_start;
  std::optional<base::Timestamp> anomaly_end;
  std::vector<RecordingLabel> labels;

  domain::WindowView View() const { return {layout, times, values}; }
};

using ProblemSet = std::bitset<domain::kProblemCount>;

struct Example {
  FeatureRow features;
  ProblemSet problems;  // what is wrong with the node; none = nothing
  float weight = 1;
};

struct CaseExamples {
  TrainingCase source;
  std::vector<Example> examples;
};

struct TrainOptions {
  int rounds = 50;
  int max_depth = 3;
  double learning_rate = 0.15;
  double l2 = 2.0;
  double min_child_weight = 2.0;
  double row_share = 0.8;      // subsample
  double feature_share = 0.6;  // colsample_bytree
  std::uint64_t seed = 7;
  int calibration_folds = 4;  // by case; 0 = no calibration
};

// Normal windows, windows of the trouble from 4 s after its start, and copies of these attenuated towards the case's own
// normal (a milder fault of the same kind): the strength of future faults is not that of the recorded ones.
// A recording without a usable baseline gives no examples.
CaseExamples ExtractExamples(const LabelledRecording& recording);

// Fails when no case has a label (kInvalidArgument) or XGBoost fails (kInternal with its message).
base::Result<ModelArtefact> TrainModel(std::span<const CaseExamples* const> given,
                                       const TrainOptions& options);

}  // namespace distdiag::detect
