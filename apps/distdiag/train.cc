#include "base/file_system.h"
#include "collect/recorded/recording_loader.h"
#include "engine/training.h"
#include "report.h"
#include "subcommands.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

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

base::Status LeaveOut(std::vector<collect::Recording>& recordings,
                      const TrainArguments& arguments) {
  for (const std::string& id : SplitByComma(arguments.without)) {
    const auto removed = std::erase_if(
        recordings, [&](const collect::Recording& recording) { return recording.id == id; });
    if (removed == 0)
      return base::InvalidArgument(
          fmt::format("--without: expected ids of cases in {}, found \"{}\"", arguments.data, id));
  }
  return base::OkStatus();
}

base::Result<std::size_t> Train(const TrainArguments& arguments) {
  base::RealFileSystem files;
  ASSIGN_OR_RETURN(auto recordings, collect::LoadRecordings(files, arguments.data));
  RETURN_FAIL_IF_ERROR(LeaveOut(recordings, arguments));
  std::vector<detect::CaseExamples> examples;
  for (const collect::Recording& recording : recordings) {
    examples.push_back(engine::ExamplesOf(recording));
    fmt::print(stderr, "train: {} of {} cases read\r", examples.size(), recordings.size());
  }
  fmt::print(stderr, "\n");
  std::vector<const detect::CaseExamples*> cases;
  for (const detect::CaseExamples& one : examples) cases.push_back(&one);
  ASSIGN_OR_RETURN(const auto model, engine::TrainOn(cases));
  if (const auto folder = std::filesystem::path(arguments.out).parent_path(); !folder.empty())
    RETURN_FAIL_IF_ERROR(files.CreateDirectories(folder.string()));
  RETURN_FAIL_IF_ERROR(detect::SaveModel(files, arguments.out, *model));
  return recordings.size();
}

}  // namespace

int RunTrain(const TrainArguments& arguments) {
  const auto cases = Train(arguments);
  if (!cases) return Refuse(cases.error());
  fmt::print("{}: trained on {} cases of {}\n", arguments.out, *cases, arguments.data);
  return kDone;
}

}  // namespace distdiag::app
