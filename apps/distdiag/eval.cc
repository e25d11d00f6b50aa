#include "base/file_system.h"
#include "engine/eval/case_eval.h"
#include "engine/eval/sequence_eval.h"
#include "report.h"
#include "subcommands.h"

#include <cstdio>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

int RunEvalSequence(const EvalArguments& arguments) {
  if (arguments.train || arguments.model || arguments.json)
    return Refuse(
        base::InvalidArgument("eval sequence: expected --data alone (it cross-validates and prints "
                              "a table), found --train, "
                              "--model or --json"));
  const base::RealFileSystem files;
  const auto cases =
      engine::EvalSequence(files, arguments.data, [](std::size_t done, std::size_t all) {
        fmt::print(stderr, "eval: fold {} of {}\r{}", done, all, done == all ? "\n" : "");
      });
  if (!cases) return Refuse(cases.error());
  fmt::print("{}", engine::RenderSequenceText(*cases));
  return kDone;
}

}  // namespace

int RunEval(const EvalArguments& arguments) {
  if (arguments.set == "sequence") return RunEvalSequence(arguments);
  if (arguments.set != "galera" && arguments.set != "oceanbase")
    return Refuse(base::InvalidArgument(
        fmt::format("eval: expected galera, oceanbase or sequence, found \"{}\"", arguments.set)));
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
  fmt::print("{}",
             arguments.json ? engine::RenderEvalJson(*report) : engine::RenderEvalText(*report));
  return kDone;
}

}  // namespace distdiag::app
