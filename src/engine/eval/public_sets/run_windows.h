// DBPA's runs as rows of features: windows as they are, windows against the run's own rows before the injection, and the control windows
// from before the injection, in which nothing can be seen that was not there anyway.
// Thread: value / const-safe (free functions).
#pragma once

#include "base/file_system.h"
#include "base/status.h"
#include "engine/eval/public_sets/case_file.h"
#include "engine/eval/public_sets/set_models.h"

#include <string>
#include <vector>

namespace distdiag::engine {

// A window's summary: so many compressed numbers a metric, among them the median.
inline constexpr std::size_t kSummarySize = 5, kSummaryMedian = 2;

// The metrics that are used, in the order in which all rows of features hold them; the slow state is not among them.
std::vector<std::string> UsedRunMetrics();

struct RunWindows {
  std::vector<std::string> classes;
  std::size_t normal_class = 0;
  // groups of all rows: index into `runs`
  struct Run {
    std::string id, hardware, block;
  };
  std::vector<Run> runs;
  LabelledRows windows;           // the labels' windows
  LabelledRows control;           // rows before the injection, labelled with what comes later
  LabelledRows relative;          // windows against rows before the injection
  LabelledRows relative_control;  // the later half of the rows before against the earlier half
};

// Fails with file, case and key. A set without class "normal" is refused.
base::Result<RunWindows> ReadRunWindows(const base::FileSystem& files,
                                        const std::string& directory);

// Only the rows of runs whose block falls into this half (0 or 1); `runs` stays whole, so groups mean the same.
RunWindows HalfOf(const RunWindows& whole, std::size_t half);

}  // namespace distdiag::engine
