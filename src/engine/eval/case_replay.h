// Runs one recorded case through the engine's pipeline and reads off what was said.
//
// Thread: const-safe (free functions). Cost: about 25 ms a case of 90 ticks.
#pragma once

#include "base/status.h"
#include "collect/recorded/recording.h"
#include "detect/classify/model_artefact.h"
#include "engine/eval/scores.h"
#include "engine/pipeline.h"

#include <functional>
#include <memory>

namespace distdiag::engine {

std::vector<Pair> TruthOf(const collect::Recording& recording);
// Every true problem type of `recording` has a booster in `model`; true for a case without fault.
bool TypesAreTrained(const collect::Recording& recording, const detect::ModelArtefact& model);

// A new pipeline for each case: nothing is carried over. `read` gives the ranking to judge from a tick's outcome; the incident
// (delay, first notification, false ones) is always the pipeline's own.
struct CaseReader {
  std::string name;
  std::function<domain::Verdict(const Pipeline&, const TickOutcome&)> read;
};

// One outcome a reader, in order; the first reader is our method.
base::Result<std::vector<CaseOutcome>> ReplayCase(
    const collect::Recording& recording, std::shared_ptr<const detect::ModelArtefact> model,
    const PipelineOptions& options, const std::vector<CaseReader>& readers);

}  // namespace distdiag::engine
