#include "rank/candidates.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace distdiag::rank {
namespace {

ComponentScore ScoreOf(const domain::Target& target, const RankInput& input,
                       const std::vector<ComponentScore>& rcr) {
  if (target.node)
    return domain::Index(*target.node) < rcr.size() ? rcr[domain::Index(*target.node)]
                                                    : ComponentScore{};
  ComponentScore largest;
  for (std::size_t node = 0; node < std::min(rcr.size(), input.topology.nodes.size()); ++node) {
    if (rcr[node].rcr() > largest.rcr()) largest = rcr[node];
  }
  return largest;
}

const std::string& AgainstOf(const domain::RankedCause& cause,
                             const domain::ProblemScores& scores) {
  static const std::string nothing;
  for (const domain::ScoredCause& scored : scores.causes) {
    if (scored.target == cause.target && scored.problem == cause.problem) return scored.against;
  }
  return nothing;
}

}  // namespace

bool NoFault(const domain::ProblemScores& scores, const RankOptions& options) {
  if (!scores.ready) return true;
  const bool probable = std::any_of(
      scores.causes.begin(), scores.causes.end(),
      [&](const domain::ScoredCause& cause) { return cause.probability >= options.fault_from; });
  const bool suffers =
      std::any_of(scores.distress.begin(), scores.distress.end(),
                  [&](double distress) { return distress >= options.distress_from; });
  return !probable && !suffers;
}

std::vector<domain::RankedCause> KnownCauses(const RankInput& input,
                                             const std::vector<ComponentScore>& rcr) {
  std::vector<domain::RankedCause> causes;
  for (const domain::ScoredCause& scored : input.scores.causes) {
    const ComponentScore score = ScoreOf(scored.target, input, rcr);
    domain::RankedCause& cause = causes.emplace_back();
    cause.target = scored.target;
    cause.problem = scored.problem;
    cause.probability = cause.importance = scored.probability;
    cause.initial_rcr = score.initial;
    cause.propagated_rcr = score.propagated;
    cause.evidence = scored.evidence;
  }
  return causes;
}

domain::Verdict ToVerdict(const RankInput& input, std::string_view ranker,
                          const RankOptions& options, std::vector<domain::RankedCause> causes) {
  const auto key = [&](const domain::RankedCause& cause) {
    return std::tuple(-cause.importance, -cause.probability,
                      TargetName(cause.target, input.topology), cause.problem);
  };
  std::sort(causes.begin(), causes.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  if (causes.size() > options.at_most) causes.resize(options.at_most);
  bool lost_explained = false;
  for (std::size_t i = 0; i < causes.size(); ++i) {
    causes[i].shown = i == 0 || causes[i].probability >= options.shown_from;
    if (causes[i].shown || lost_explained) continue;
    causes[i].why_not = AgainstOf(causes[i], input.scores);
    lost_explained = true;
  }
  domain::Verdict verdict;
  verdict.time = input.scores.time;
  verdict.ranker = std::string(ranker);
  verdict.stability = std::numeric_limits<double>::quiet_NaN();
  verdict.ranking = std::move(causes);
  return verdict;
}

}  // namespace distdiag::rank
