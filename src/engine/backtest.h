// What other detectors would have done on history: the whole diagnosis, run twice over the same ticks.
//
// Why so: it is the pipeline itself that runs, so alarms, ranking and incidents of the preview are what they would be; nothing of the live one is
// touched. Both sides begin without a past: what a detector had learnt before the first tick counts for neither.
// Thread: value (free functions; runs on the caller's thread). Cost: two pipelines, about 0.4 ms a tick of 3 nodes with 190 metrics.
#pragma once

#include "base/file_system.h"
#include "collect/recorded/recording.h"
#include "domain/backtest.h"
#include "domain/detector_definition.h"
#include "engine/pipeline.h"
#include "store/window_store.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace distdiag::engine {

struct BacktestSubject {
  domain::Topology topology;
  domain::SeriesLayout layout;
  std::shared_ptr<const detect::ModelArtefact> model;
  PipelineOptions options;  // detectors and window capacity are not used
};

// Ticks as a source would have delivered them, made one by one: all at once they would be four times what the window takes.
struct History {
  std::size_t tick_count = 0;
  std::function<domain::TickSamples(std::size_t tick)> tick;
};
// Of a copied window; roles and planned changes are not in it.
History HistoryOf(store::WindowCopy copy, const domain::SeriesLayout& layout);

// InvalidArgument when there is no tick.
base::Result<domain::Backtest> RunBacktest(const BacktestSubject& subject, const History& history,
                                           const domain::DetectorDefinitions& before,
                                           const domain::DetectorDefinitions& after);

// One recorded case, judged by what was really wrong in it.
struct CaseBacktest {
  std::string id;
  domain::Topology topology;
  domain::Backtest backtest;
  // Whether an incident's first shown pair is one of the labels; a case without fault: whether there is no incident.
  bool right_before = false, right_after = false;
};

// Every case of the folder, each for itself, with the detectors as shipped and with `after`. `progress` is told after each case (done, all).
// Known to the model or not: it is the same one on both sides.
base::Result<std::vector<CaseBacktest>> BacktestCases(
    const base::FileSystem& files, const std::string& directory,
    const std::shared_ptr<const detect::ModelArtefact>& model,
    const domain::DetectorDefinitions& after,
    const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace distdiag::engine
