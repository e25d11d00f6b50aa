// The default ranker: what the classifier says, weighed by what the anomaly graph and the nodes' mutual influence say.
//
// Why so: the classifier alone is right about the type; graph and influence are right about the place when several nodes
// look alike. So probability leads, and the place's weight (RCR and influence, each as a share of the largest) moves a
// pair by at most kPlaceShare: it decides among near-equals and never against clear evidence.
// Abstaining: while nothing known is convincing but a node suffers, "unknown" at the most suspect node comes first.
#pragma once

#include "rank/ranker.h"

namespace distdiag::rank {

class CombinedRanker final : public Ranker {
 public:
  explicit CombinedRanker(RankOptions options) : options_(options) {}
  std::string_view name() const override { return "combined"; }
  domain::Verdict Rank(const RankInput& input) const override;

 private:
  RankOptions options_;
};

}  // namespace distdiag::rank
