// `distdiag eval galera|oceanbase`: every recorded case of a folder through the whole engine, and the figures of it beside the baselines'.
//
// Why so: never split by window; the judged case is never among the training cases (by content hash).
// Thread: single. Cost: without a model one training a case (about 2 s each).
#pragma once

#include "base/file_system.h"
#include "base/status.h"
#include "engine/eval/scores.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::engine {

// At most one of train_directory and model_path. Neither: cross-validation inside data_directory, one case left out at a time.
struct EvalRequest {
  std::string data_directory;
  std::optional<std::string> train_directory;
  std::optional<std::string> model_path;
  // Only with cross-validation: cases that every round is trained on too, none of which is judged (refused otherwise).
  std::optional<std::string> also_directory = std::nullopt;
};

struct CaseReport {
  CaseOutcome outcome;
  std::vector<std::string> node_names;  // by NodeIndex
};

struct EvalReport {
  std::string set;       // name of the dataset
  std::string protocol;  // in words: how the model was fitted
  std::size_t cases = 0;
  Scores scores;
  std::map<std::string, Scores> baselines;
  std::vector<CaseReport> per_case;
  std::vector<Reliability> reliability;  // of our verdicts
};

// `progress` is told after each case (done, all).
base::Result<EvalReport> EvalCases(const base::FileSystem& files, const EvalRequest& request,
                                   const std::function<void(std::size_t, std::size_t)>& progress);

std::string RenderEvalText(const EvalReport& report);
std::string RenderEvalJson(const EvalReport& report);

}  // namespace distdiag::engine
