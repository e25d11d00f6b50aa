// The strong simple baseline: extra trees on robust z, given the true window 15 to 30 s after the fault began.
//
// Why so: it knows when the fault began, which no detector is told; a method that does not beat it has not earned its keep.
// Thread: const-safe.
#pragma once

#include "collect/recorded/recording.h"
#include "engine/eval/extra_trees.h"
#include "engine/eval/scores.h"

#include <memory>
#include <span>
#include <vector>

namespace distdiag::engine {

// The rows of one case: one a node. Extracted once, used in every fold.
struct GivenWindowRows {
  std::vector<domain::MetricId> metrics;  // of the columns
  std::vector<float>
      x;  // [node, 2 * metrics]: z against the own minute before; z against the peers' median z
  std::vector<float> y;  // [node, problem]
  std::vector<float>
      normal;  // [node, 2 * metrics] of a window within normal time (all its labels are 0); empty if too short
};

GivenWindowRows ExtractGivenWindow(const collect::Recording& recording);

class GivenWindowBaseline {
 public:
  // Cases may have different metrics: where a case lacks one that another has, it did not change (z = 0). REQUIRES: at least one case.
  explicit GivenWindowBaseline(std::span<const GivenWindowRows* const> cases);
  // All pairs of the case by falling vote; a problem of cluster scope by its mean over the nodes. Metrics that no fitted case has are not used.
  std::vector<Pair> Rank(const GivenWindowRows& rows) const;

 private:
  std::vector<domain::MetricId> metrics_;  // of all fitted cases
  ExtraTrees trees_;
};

}  // namespace distdiag::engine
