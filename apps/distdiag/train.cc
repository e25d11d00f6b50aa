#include "base/file_system.h"
#include "collect/recorded/recording_loader.h"
#include "engine/eval/case_eval.h"
#include "engine/eval/case_replay.h"
#include "engine/training.h"
#include "report.h"
#include "subcommands.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iterator>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

std::vector<std::string> SplitByComma(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    if (comma > at) parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

// Takes the cases that are not to be learned out of `recordings` and gives them back.
base::Result<std::vector<collect::Recording>> LeaveOut(std::vector<collect::Recording>& recordings,
                                                       const TrainArguments& arguments) {
  std::vector<collect::Recording> left_out;
  for (const std::string& id : SplitByComma(arguments.without)) {
    const auto at = std::find_if(recordings.begin(), recordings.end(),
                                 [&](const collect::Recording& one) { return one.id == id; });
    if (at == recordings.end()) {
      return base::Fail(base::InvalidArgument(
          fmt::format("--without: expected ids of cases in {}, found \"{}\"", arguments.data, id)));
    }
    left_out.push_back(std::move(*at));
    recordings.erase(at);
  }
  return left_out;
}

// What the manifest says of the model's quality: on the cases left out, or by cross-validation when it learned all.
base::Result<engine::Scores> Judge(const base::FileSystem& files, const TrainArguments& arguments,
                                   const std::vector<collect::Recording>& left_out,
                                   const std::shared_ptr<const detect::ModelArtefact>& model) {
  engine::Scores all;
  std::string prefix = "left_out.";
  if (left_out.empty()) {
    prefix = "cross_validation.";
    ASSIGN_OR_RETURN(const engine::EvalReport report,
                     engine::EvalCases(files,
                                       {.data_directory = arguments.data,
                                        .train_directory = {},
                                        .model_path = {},
                                        .also_directory = arguments.also},
                                       [](std::size_t done, std::size_t count) {
                                         fmt::print(stderr, "train: judged {} of {}\r", done,
                                                    count);
                                       }));
    all = report.scores;
  } else {
    const engine::CaseReader ours{"ours",
                                  [](const engine::Pipeline&, const engine::TickOutcome& outcome) {
                                    return outcome.verdict;
                                  }};
    std::vector<engine::CaseOutcome> outcomes;
    for (const collect::Recording& recording : left_out) {
      ASSIGN_OR_RETURN(auto outcome, engine::ReplayCase(recording, model, {}, {ours}));
      outcomes.push_back(std::move(outcome.front()));
    }
    all = engine::ComputeScores(outcomes);
  }
  engine::Scores kept;
  for (const char* key : {"faults", "ac1", "recall_R", "node_ac1", "false_incidents"}) {
    if (std::isfinite(all.at(key))) kept[prefix + key] = all.at(key);
  }
  return kept;
}

base::Status TrainProblems(base::FileSystem& files, const TrainArguments& arguments,
                           const std::vector<collect::Recording>& recordings,
                           const std::vector<collect::Recording>& left_out) {
  std::vector<detect::CaseExamples> examples;
  for (const collect::Recording& recording : recordings) {
    examples.push_back(engine::ExamplesOf(recording));
    fmt::print(stderr, "train: {} of {} cases read\r", examples.size(), recordings.size());
  }
  fmt::print(stderr, "\n");
  std::vector<const detect::CaseExamples*> cases;
  for (const detect::CaseExamples& one : examples) cases.push_back(&one);
  ASSIGN_OR_RETURN_STATUS(const auto model, engine::TrainOn(cases));
  detect::ModelArtefact judged = *model;
  ASSIGN_OR_RETURN_STATUS(judged.manifest.scores, Judge(files, arguments, left_out, model));
  return detect::SaveModel(files, arguments.out, judged);
}

base::Status TrainSequences(base::FileSystem& files, const TrainArguments& arguments,
                            const std::vector<collect::Recording>& recordings) {
  std::vector<detect::CalmStretch> stretches;
  for (const collect::Recording& recording : recordings)
    stretches.push_back(engine::CalmStretchOf(recording));
  ASSIGN_OR_RETURN_STATUS(const detect::SequenceModel model,
                          detect::TrainSequenceModel(stretches, {}));
  for (const auto& [name, score] : model.manifest.scores) fmt::print("{}: {:.4f}\n", name, score);
  return detect::SaveSequenceModel(files, arguments.out, model);
}

base::Result<std::size_t> Train(const TrainArguments& arguments) {
  base::RealFileSystem files;
  ASSIGN_OR_RETURN(auto recordings, collect::LoadRecordings(files, arguments.data));
  ASSIGN_OR_RETURN(const auto left_out, LeaveOut(recordings, arguments));
  if (arguments.also) {
    ASSIGN_OR_RETURN(auto also, collect::LoadRecordings(files, *arguments.also));
    RETURN_FAIL_IF_ERROR(engine::RefuseSharedCases(recordings, also));
    RETURN_FAIL_IF_ERROR(engine::RefuseSharedCases(left_out, also));
    std::move(also.begin(), also.end(), std::back_inserter(recordings));
  }
  if (const auto folder = std::filesystem::path(arguments.out).parent_path(); !folder.empty())
    RETURN_FAIL_IF_ERROR(files.CreateDirectories(folder.string()));
  RETURN_FAIL_IF_ERROR(arguments.sequence ? TrainSequences(files, arguments, recordings)
                                          : TrainProblems(files, arguments, recordings, left_out));
  return recordings.size();
}

}  // namespace

int RunTrain(const TrainArguments& arguments) {
  const auto cases = Train(arguments);
  if (!cases) return Refuse(cases.error());
  fmt::print("{}: trained on {} cases of {}{}\n", arguments.out, *cases, arguments.data,
             arguments.also ? " and " + *arguments.also : "");
  return kDone;
}

}  // namespace distdiag::app
