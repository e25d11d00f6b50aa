// The two published methods and the baselines, behind the Ranker interface.
#include "rank/published_rankers.h"

#include "rank/candidates.h"
#include "rank/dist_diagnosis.h"
#include "rank/rcr.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace distdiag::rank {
namespace {

domain::ProblemId SuggestedBy(domain::MetricId metric) {
  using domain::ProblemId;
  static constexpr std::array<std::pair<std::string_view, ProblemId>, 8> kSuggestions = {{
      {"cpu", ProblemId::kCpu},
      {"disk", ProblemId::kIo},
      {"innodb_io", ProblemId::kIo},
      {"network", ProblemId::kNetwork},
      {"tcp", ProblemId::kNetwork},
      {"buffer_pool", ProblemId::kCache},
      {"locks", ProblemId::kLock},
      {"availability", ProblemId::kCrash},
  }};
  const std::string_view group = domain::GetMetric(metric).group;
  const auto found = std::find_if(kSuggestions.begin(), kSuggestions.end(),
                                  [&](const auto& row) { return row.first == group; });
  return found == kSuggestions.end() ? ProblemId::kUnknown : found->second;
}

}  // namespace

// GRANO ranks components; among a component's pairs the more probable one comes first.
domain::Verdict GranoRanker::Rank(const RankInput& input) const {
  if (NoFault(input.scores, options_)) return ToVerdict(input, name(), options_, {});
  const std::vector<ComponentScore> rcr = RootCauseRelevance(input.graph);
  std::vector<domain::RankedCause> causes = KnownCauses(input, rcr);
  for (domain::RankedCause& cause : causes) {
    cause.importance = (cause.initial_rcr + cause.propagated_rcr) * (1 + cause.probability);
  }
  return ToVerdict(input, name(), options_, std::move(causes));
}

// Importance of <i, l> = PR(v_i) · score_il; cluster-wide types with the mean PR.
domain::Verdict DistDiagnosisRanker::Rank(const RankInput& input) const {
  if (NoFault(input.scores, options_) || input.window.empty())
    return ToVerdict(input, name(), options_, {});
  const std::size_t nodes = input.topology.nodes.size();
  const std::vector<double> influence = WeightedPageRank(CorrelationWeights(input.window), nodes);
  double mean = 0;
  for (const double value : influence) mean += value / static_cast<double>(nodes);
  std::vector<domain::RankedCause> causes = KnownCauses(input, RootCauseRelevance(input.graph));
  for (domain::RankedCause& cause : causes) {
    cause.importance = cause.probability *
                       (cause.target.node ? influence[domain::Index(*cause.target.node)] : mean);
  }
  return ToVerdict(input, name(), options_, std::move(causes));
}

domain::Verdict ClassifierRanker::Rank(const RankInput& input) const {
  if (NoFault(input.scores, options_)) return ToVerdict(input, name(), options_, {});
  return ToVerdict(input, name(), options_, KnownCauses(input, RootCauseRelevance(input.graph)));
}

// A node is as suspect as its strongest alarm, and has the problem that the alarm's group of metrics suggests.
domain::Verdict LargestDeviationRanker::Rank(const RankInput& input) const {
  const std::vector<ComponentScore> rcr = RootCauseRelevance(input.graph);
  std::vector<domain::RankedCause> causes;
  for (std::size_t node = 0; node < input.topology.nodes.size(); ++node) {
    const auto index = static_cast<graph::ComponentIndex>(static_cast<std::uint32_t>(node));
    domain::RankedCause cause;
    cause.target = {domain::NodeIndex(static_cast<std::uint32_t>(node))};
    for (const graph::AlarmEdge& edge : input.graph.AlarmsOf(index)) {
      if (edge.severity <= cause.probability) continue;
      cause.problem = SuggestedBy(edge.metric);
      cause.probability = cause.importance = edge.severity;
      cause.evidence = {edge.latest};
    }
    if (cause.probability < options_.fault_from) continue;
    cause.initial_rcr = rcr[node].initial;
    cause.propagated_rcr = rcr[node].propagated;
    causes.push_back(std::move(cause));
  }
  return ToVerdict(input, name(), options_, std::move(causes));
}

}  // namespace distdiag::rank
