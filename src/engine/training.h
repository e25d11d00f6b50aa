// From recordings to a model: what `distdiag train` and every fold of an evaluation do.
//
// Thread: const-safe.
#pragma once

#include "base/status.h"
#include "collect/recorded/recording.h"
#include "detect/classify/training.h"
#include "detect/sequence/sequence_training.h"

#include <memory>
#include <span>
#include <vector>

namespace distdiag::engine {

// The part of a recording before its fault; all of it where there is none. Valid while `recording` is.
detect::CalmStretch CalmStretchOf(const collect::Recording& recording);

// A recording's training examples. A problem of cluster scope becomes a label on each node.
detect::CaseExamples ExamplesOf(const collect::Recording& recording);

// FailedPrecondition names a case of `learned` that `judged` has too, by content hash: nothing may be judged by what has learned it.
base::Status RefuseSharedCases(std::span<const collect::Recording> judged,
                               std::span<const collect::Recording> learned);

base::Result<std::shared_ptr<const detect::ModelArtefact>> TrainOn(
    std::span<const detect::CaseExamples* const> cases);

}  // namespace distdiag::engine
