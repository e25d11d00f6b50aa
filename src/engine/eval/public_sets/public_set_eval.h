// `distdiag eval dbcatcher | dbpa | dbsherlock`: our detection methods on public data sets that are not part of this project.
//
// Why so: the recordings of our own lab can be learned by heart; data made by others can't be. No model that was
// fitted on them is shipped: each run fits anew and prints figures. The protocols, and what was chosen with these data in view:
// docs/evaluation.md.
// Thread: const-safe (free functions). Cost: one to three minutes a set on 2 cores.
#pragma once

#include "base/file_system.h"
#include "base/status.h"
#include "engine/eval/public_sets/set_report.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace distdiag::engine {

struct PublicSetRequest {
  std::string data_directory;
  // Everything is fitted on this folder and data_directory is judged; absent = folds inside data_directory, by case.
  std::optional<std::string> train_directory;
};

using Progress = std::function<void(std::string_view step)>;

base::Result<SetReport> EvalDbcatcher(const base::FileSystem& files,
                                      const PublicSetRequest& request, const Progress& progress);
base::Result<SetReport> EvalDbsherlock(const base::FileSystem& files,
                                       const PublicSetRequest& request, const Progress& progress);
base::Result<SetReport> EvalDbpa(const base::FileSystem& files, const PublicSetRequest& request,
                                 const Progress& progress);

}  // namespace distdiag::engine
