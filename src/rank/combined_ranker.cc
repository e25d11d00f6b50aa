#include "rank/combined_ranker.h"

#include "rank/candidates.h"
#include "rank/dist_diagnosis.h"
#include "rank/rcr.h"

#include <algorithm>
#include <string>

namespace distdiag::rank {
namespace {

constexpr double kPlaceShare = 0.1;      // of the importance
constexpr double kInfluenceShare = 0.3;  // of the place's weight; the rest is RCR
constexpr double kDistressShare = 0.5;   // of a node's suspicion; the rest is RCR
constexpr double kWorthNaming = 0.1;     // least suspicion of "unknown"
constexpr std::size_t kMostEvidence = 5;

// Each value as a share of the largest; all 0 when nothing is positive.
std::vector<double> Shares(const std::vector<double>& values) {
  const double largest = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  std::vector<double> shares(values.size(), 0.0);
  if (largest <= 0) return shares;
  for (std::size_t i = 0; i < values.size(); ++i) shares[i] = values[i] / largest;
  return shares;
}

std::vector<domain::Alarm> StrongestAlarms(const graph::AnomalyGraph& graph, std::size_t node) {
  std::vector<domain::Alarm> alarms;
  for (const graph::AlarmEdge& edge :
       graph.AlarmsOf(static_cast<graph::ComponentIndex>(static_cast<std::uint32_t>(node)))) {
    alarms.push_back(edge.latest);
  }
  std::stable_sort(alarms.begin(), alarms.end(),
                   [](const domain::Alarm& a, const domain::Alarm& b) {
                     return a.severity * Criticality(a.metric) > b.severity * Criticality(b.metric);
                   });
  std::vector<domain::Alarm> strongest;
  for (const domain::Alarm& alarm : alarms) {
    const auto same = [&](const domain::Alarm& other) { return other.metric == alarm.metric; };
    if (std::none_of(strongest.begin(), strongest.end(), same)) strongest.push_back(alarm);
    if (strongest.size() == kMostEvidence) break;
  }
  return strongest;
}

struct Suspect {
  std::size_t node = 0;
  double suspicion = 0;
};

// The node that suffers most and whose alarms are least shared by its peers. Ties by name.
Suspect MostSuspect(const RankInput& input, const std::vector<double>& rcr_shares) {
  Suspect best;
  for (std::size_t node = 0; node < input.scores.distress.size(); ++node) {
    const double suspicion =
        input.scores.distress[node] * (kDistressShare + (1 - kDistressShare) * rcr_shares[node]);
    const bool first = node == 0 || suspicion > best.suspicion ||
                       (suspicion == best.suspicion &&
                        input.topology.nodes[node].name < input.topology.nodes[best.node].name);
    if (first) best = {node, suspicion};
  }
  return best;
}

}  // namespace

domain::Verdict CombinedRanker::Rank(const RankInput& input) const {
  if (NoFault(input.scores, options_)) return ToVerdict(input, name(), options_, {});
  const std::size_t nodes = input.topology.nodes.size();
  const std::vector<ComponentScore> rcr = RootCauseRelevance(input.graph);
  std::vector<double> node_rcr;
  for (std::size_t node = 0; node < nodes; ++node) node_rcr.push_back(rcr[node].initial);
  const std::vector<double> rcr_shares = Shares(node_rcr);
  std::vector<double> influence(nodes, 0.0);
  if (!input.window.empty())
    influence = Shares(WeightedPageRank(CorrelationWeights(input.window), nodes));

  std::vector<domain::RankedCause> causes = KnownCauses(input, rcr);
  double highest = 0;
  for (domain::RankedCause& cause : causes) {
    highest = std::max(highest, cause.probability);
    // A cluster-wide cause sits everywhere: the full weight.
    const double place =
        cause.target.node ? (1 - kInfluenceShare) * rcr_shares[domain::Index(*cause.target.node)] +
                                kInfluenceShare * influence[domain::Index(*cause.target.node)]
                          : 1.0;
    cause.importance = cause.probability * (1 - kPlaceShare + kPlaceShare * place);
  }
  const Suspect suspect = MostSuspect(input, rcr_shares);
  if (highest < options_.convincing_from && suspect.suspicion >= kWorthNaming) {
    domain::RankedCause& unknown = causes.emplace_back();
    unknown.target = {domain::NodeIndex(static_cast<std::uint32_t>(suspect.node))};
    unknown.problem = domain::ProblemId::kUnknown;
    unknown.probability = input.scores.distress[suspect.node] * (1 - highest);
    unknown.importance = 1;  // before everything that does not convince
    unknown.initial_rcr = rcr[suspect.node].initial;
    unknown.propagated_rcr = rcr[suspect.node].propagated;
    unknown.evidence = StrongestAlarms(input.graph, suspect.node);
  }
  return ToVerdict(input, name(), options_, std::move(causes));
}

}  // namespace distdiag::rank
