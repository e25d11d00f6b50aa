// Compares, while recordings are replayed, what was injected with what is being diagnosed.
//
// Why so: the demo's page and its summary at the end show the same judgement: the first pair 30 s after the fault began.
// Thread: single (owner: the engine loop); Status() gives a copy to publish.
#pragma once

#include "collect/recorded/recorded_source.h"
#include "engine/pipeline.h"
#include "serve/live_state.h"

#include <optional>
#include <string>
#include <vector>

namespace distdiag::engine {

class DemoProgress {
 public:
  // `recordings` outlive the object.
  DemoProgress(const std::vector<collect::Recording>& recordings, double speed,
               std::string model_note);

  // The fault's begin or end at this tick, for the change feed.
  // REQUIRES: tick.replay.
  std::optional<domain::ChangeEvent> Note(const collect::SourceTick& tick,
                                          const TickOutcome& outcome,
                                          const incident::IncidentTracker& tracker);
  void End() { status_.running = false; }
  const serve::DemoStatus& status() const { return status_; }
  // A table for the terminal: one line a finished fault of all rounds, and the totals.
  std::string Summary() const;

 private:
  void NoteFaultTick(const collect::Recording& recording, base::Timestamp time,
                     serve::DemoCase& shown, const domain::Verdict& verdict,
                     const incident::IncidentTracker& tracker);
  void Judge(serve::DemoCase& shown);

  const std::vector<collect::Recording>& recordings_;
  serve::DemoStatus status_;
  std::vector<std::string> summary_lines_;
};

}  // namespace distdiag::engine
