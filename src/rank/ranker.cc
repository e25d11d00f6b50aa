#include "rank/ranker.h"

#include "rank/combined_ranker.h"
#include "rank/published_rankers.h"

#include <string>

namespace distdiag::rank {

std::vector<std::string_view> RankerNames() {
  return {"combined", "grano_rcr", "dist_diagnosis", "classifier", "largest_deviation"};
}

base::Result<std::unique_ptr<const Ranker>> MakeRanker(std::string_view name,
                                                       const RankOptions& options) {
  std::unique_ptr<const Ranker> ranker;
  if (name == "combined") ranker = std::make_unique<CombinedRanker>(options);
  if (name == "grano_rcr") ranker = std::make_unique<GranoRanker>(options);
  if (name == "dist_diagnosis") ranker = std::make_unique<DistDiagnosisRanker>(options);
  if (name == "classifier") ranker = std::make_unique<ClassifierRanker>(options);
  if (name == "largest_deviation") ranker = std::make_unique<LargestDeviationRanker>(options);
  if (ranker != nullptr) return ranker;
  std::string known;
  for (const std::string_view other : RankerNames())
    known += (known.empty() ? "" : ", ") + std::string(other);
  return base::Fail(
      base::NotFound("ranker: one of " + known + " expected, \"" + std::string(name) + "\" found"));
}

}  // namespace distdiag::rank
