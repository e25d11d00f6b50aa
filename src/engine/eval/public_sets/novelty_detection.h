// Whether a window is abnormal, from normal runs alone.
// Thread: const-safe (free function).
#pragma once

#include "base/status.h"
#include "engine/eval/public_sets/run_windows.h"
#include "engine/eval/public_sets/set_report.h"

namespace distdiag::engine {

// Adds detect_f1, those of the baselines, and the recall of each class to the report. `train` = null: folds inside `judged`, by block.
base::Status ScoreDetection(const RunWindows* train, const RunWindows& judged, SetReport& report);

}  // namespace distdiag::engine
