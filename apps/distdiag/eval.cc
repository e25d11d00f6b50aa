#include "base/file_system.h"
#include "engine/eval/case_eval.h"
#include "report.h"
#include "subcommands.h"

#include <cstdio>

#include <fmt/format.h>

namespace distdiag::app {

int RunEval(const EvalArguments& arguments) {
  if (arguments.set != "galera" && arguments.set != "oceanbase")
    return Refuse(base::InvalidArgument(
        fmt::format("eval: expected galera or oceanbase, found \"{}\"", arguments.set)));
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
