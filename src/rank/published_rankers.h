// The two published methods (docs/methods.md) and two baselines as rankers.
#pragma once

#include "rank/ranker.h"

#include <string_view>

namespace distdiag::rank {

class GranoRanker final : public Ranker {
 public:
  explicit GranoRanker(RankOptions options) : options_(options) {}
  std::string_view name() const override { return "grano_rcr"; }
  domain::Verdict Rank(const RankInput& input) const override;

 private:
  RankOptions options_;
};

class DistDiagnosisRanker final : public Ranker {
 public:
  explicit DistDiagnosisRanker(RankOptions options) : options_(options) {}
  std::string_view name() const override { return "dist_diagnosis"; }
  domain::Verdict Rank(const RankInput& input) const override;

 private:
  RankOptions options_;
};

class ClassifierRanker final : public Ranker {
 public:
  explicit ClassifierRanker(RankOptions options) : options_(options) {}
  std::string_view name() const override { return "classifier"; }
  domain::Verdict Rank(const RankInput& input) const override;

 private:
  RankOptions options_;
};

class LargestDeviationRanker final : public Ranker {
 public:
  explicit LargestDeviationRanker(RankOptions options) : options_(options) {}
  std::string_view name() const override { return "largest_deviation"; }
  domain::Verdict Rank(const RankInput& input) const override;

 private:
  RankOptions options_;
};

}  // namespace distdiag::rank
