// What the rankers have in common: when there is nothing to rank, which pairs there are, and how a list becomes a verdict.
#pragma once

#include "rank/ranker.h"
#include "rank/rcr.h"

#include <string_view>
#include <vector>

namespace distdiag::rank {

// True while no pair is probable and no node suffers: the ranking is empty.
bool NoFault(const domain::ProblemScores& scores, const RankOptions& options);

// The pairs of the classifier as causes, importance = probability, with the RCR of their node (cluster: the largest).
std::vector<domain::RankedCause> KnownCauses(const RankInput& input,
                                             const std::vector<ComponentScore>& rcr);

// Sorts by importance (ties: probability, target's name, problem), drops what is too much, marks what is shown (its
// probability decides, and at least the first pair is) and says of the first pair not shown why it lost.
domain::Verdict ToVerdict(const RankInput& input, std::string_view ranker,
                          const RankOptions& options, std::vector<domain::RankedCause> causes);

}  // namespace distdiag::rank
