// `distdiag eval sequence`: what the sequence detector flags in recorded cases, beside the recent detector.
//
// Why so: it only advises, so it has no diagnosis to judge; what can be judged is whether it flags the faulty node, how soon, and
// how often it flags in normal time. Both detectors see the same ticks in the same pipeline, each at its own threshold; the
// recent one is read on the metrics that the sequence model knows, and on all of its own.
// Thread: const-safe (free functions). Cost: five trainings of both models and two replays of each case, about 10 s for the
// shipped recordings.
#pragma once

#include "base/file_system.h"
#include "base/status.h"
#include "collect/recorded/recording.h"
#include "detect/classify/model_artefact.h"
#include "detect/sequence/sequence_model.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::engine {

// What one detector flagged in one case.
struct FlagOutcome {
  // From the fault's beginning to the first flag on a faulty node, until it was recovered from; of a departure that began
  // after normal time. nullopt = none, or a case without fault.
  std::optional<double> delay_s;
  std::size_t false_flags = 0;    // series flagged in normal time, once a stay outside the band
  std::size_t flagged_ticks = 0;  // node-ticks of normal time with a flag
};

struct SequenceCaseOutcome {
  std::string id;
  bool has_fault = false;
  std::size_t normal_ticks = 0;  // node-ticks of normal time in which both detectors may flag
  FlagOutcome sequence, recent;  // of the same metrics
  FlagOutcome recent_all;
  FlagOutcome
      blank;  // the sequence detector with networks that learnt nothing: what the learning is worth
};

base::Result<SequenceCaseOutcome> ReplayForFlags(
    const collect::Recording& recording, std::shared_ptr<const detect::ModelArtefact> model,
    std::shared_ptr<const detect::SequenceModel> sequence);

// Cross-validation by case in five folds: no case is judged by a model that has seen any of it, its calm part included.
// `progress` is told after each fold (done, all).
base::Result<std::vector<SequenceCaseOutcome>> EvalSequence(
    const base::FileSystem& files, const std::string& directory,
    const std::function<void(std::size_t, std::size_t)>& progress);

std::string RenderSequenceText(const std::vector<SequenceCaseOutcome>& cases);

}  // namespace distdiag::engine
