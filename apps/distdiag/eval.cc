#include "base/file_system.h"
#include "engine/eval/case_eval.h"
#include "engine/eval/public_sets/public_set_eval.h"
#include "engine/eval/sequence_eval.h"
#include "report.h"
#include "subcommands.h"

#include <cstdio>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

// Tables on standard output, and JSON where --json wants it.
int Print(const EvalArguments& arguments, const std::string& text, const std::string& json) {
  const bool only_json = arguments.json_given && arguments.json.empty();
  fmt::print("{}", only_json ? json : text);
  if (arguments.json.empty()) return kDone;
  base::RealFileSystem files;
  if (const base::Status status = files.WriteFileAtomic(arguments.json, json); !status.ok())
    return Refuse(status);
  return kDone;
}

using EvalPublicSet = base::Result<engine::SetReport> (*)(const base::FileSystem&,
                                                          const engine::PublicSetRequest&,
                                                          const engine::Progress&);

int RunPublicSet(const EvalArguments& arguments, EvalPublicSet eval) {
  if (arguments.model || arguments.also)
    return Refuse(base::InvalidArgument(
        fmt::format("eval {}: expected --train or nothing, found {}: it fits anew each time",
                    arguments.set, arguments.model ? "--model" : "--also")));
  const base::RealFileSystem files;
  const auto report =
      eval(files, {.data_directory = arguments.data, .train_directory = arguments.train},
           [](std::string_view step) { fmt::print(stderr, "eval: {}\n", step); });
  if (!report) return Refuse(report.error());
  return Print(arguments, engine::RenderSetText(*report), engine::RenderSetJson(*report));
}

int RunEvalSequence(const EvalArguments& arguments) {
  if (arguments.train || arguments.model || arguments.also || arguments.json_given)
    return Refuse(
        base::InvalidArgument("eval sequence: expected --data alone (it cross-validates and prints "
                              "a table), found --train, --model, --also or --json"));
  const base::RealFileSystem files;
  const auto cases =
      engine::EvalSequence(files, arguments.data, [](std::size_t done, std::size_t all) {
        fmt::print(stderr, "eval: fold {} of {}\r{}", done, all, done == all ? "\n" : "");
      });
  if (!cases) return Refuse(cases.error());
  fmt::print("{}", engine::RenderSequenceText(*cases));
  return kDone;
}

int RunCases(const EvalArguments& arguments) {
  const base::RealFileSystem files;
  const auto report = engine::EvalCases(files,
                                        {.data_directory = arguments.data,
                                         .train_directory = arguments.train,
                                         .model_path = arguments.model,
                                         .also_directory = arguments.also},
                                        [](std::size_t done, std::size_t all) {
                                          fmt::print(stderr, "eval: {} of {} cases\r{}", done, all,
                                                     done == all ? "\n" : "");
                                        });
  if (!report) return Refuse(report.error());
  return Print(arguments, engine::RenderEvalText(*report), engine::RenderEvalJson(*report));
}

}  // namespace

int RunEval(const EvalArguments& arguments) {
  if (arguments.set == "galera" || arguments.set == "oceanbase") return RunCases(arguments);
  if (arguments.set == "sequence") return RunEvalSequence(arguments);
  if (arguments.set == "dbcatcher") return RunPublicSet(arguments, engine::EvalDbcatcher);
  if (arguments.set == "dbsherlock") return RunPublicSet(arguments, engine::EvalDbsherlock);
  if (arguments.set == "dbpa") return RunPublicSet(arguments, engine::EvalDbpa);
  return Refuse(base::InvalidArgument(fmt::format(
      "eval: expected galera, oceanbase, sequence, dbcatcher, dbpa or dbsherlock, found \"{}\"",
      arguments.set)));
}

}  // namespace distdiag::app
