#include "domain/feedback.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace distdiag::domain {
namespace {

constexpr double kNormal95 =
    1.959963984540054;  // two-sided 95 % quantile of the normal distribution

template <typename... Args>
base::Status Wrong(fmt::format_string<Args...> format, Args&&... args) {
  return base::InvalidArgument(fmt::format(format, std::forward<Args>(args)...));
}

bool JudgesAPair(Judgement judgement) {
  switch (judgement) {
    case Judgement::kConfirmed:
    case Judgement::kWrongNode:
    case Judgement::kWrongProblem: return true;
    case Judgement::kNotAnIncident:
    case Judgement::kWithdrawn: return false;
  }
  return false;
}

// Texts of outside are shown cut.
std::string_view Shown(std::string_view text) { return text.substr(0, 40); }

base::Status CheckRightNode(const Feedback& feedback, const Topology& topology) {
  const bool needed = feedback.judgement == Judgement::kWrongNode;
  if (!feedback.right_node)
    return needed ? Wrong("right_node: expected the node that it was, found nothing")
                  : base::OkStatus();
  const std::string& node = *feedback.right_node;
  if (!needed)
    return Wrong("right_node: expected nothing with judgement {}, found \"{}\"",
                 JudgementName(feedback.judgement), Shown(node));
  if (!topology.FindNode(node)) {
    std::string names;
    for (const Node& one : topology.nodes) names += (names.empty() ? "" : ", ") + one.name;
    return Wrong("right_node: expected one of {}, found \"{}\"", names, Shown(node));
  }
  if (feedback.said && feedback.said->node == node)
    return Wrong("right_node: expected another node than the incident named, found \"{}\"", node);
  return base::OkStatus();
}

base::Status CheckRightProblem(const Feedback& feedback) {
  const bool needed = feedback.judgement == Judgement::kWrongProblem;
  if (!feedback.right_problem)
    return needed ? Wrong("right_problem: expected the problem that it was, found nothing")
                  : base::OkStatus();
  const std::string_view name = GetProblem(*feedback.right_problem).name;
  if (!needed)
    return Wrong("right_problem: expected nothing with judgement {}, found \"{}\"",
                 JudgementName(feedback.judgement), name);
  if (feedback.said && feedback.said->problem == *feedback.right_problem)
    return Wrong("right_problem: expected another problem than the incident named, found \"{}\"",
                 name);
  return base::OkStatus();
}

}  // namespace

std::string_view JudgementName(Judgement judgement) {
  switch (judgement) {
    case Judgement::kConfirmed: return "confirmed";
    case Judgement::kWrongNode: return "wrong_node";
    case Judgement::kWrongProblem: return "wrong_problem";
    case Judgement::kNotAnIncident: return "not_an_incident";
    case Judgement::kWithdrawn: return "withdrawn";
  }
  return "withdrawn";
}

std::optional<Judgement> FindJudgement(std::string_view name) {
  using enum Judgement;
  for (const Judgement one : {kConfirmed, kWrongNode, kWrongProblem, kNotAnIncident, kWithdrawn}) {
    if (JudgementName(one) == name) return one;
  }
  return std::nullopt;
}

std::optional<SaidPair> FirstPair(const Verdict& verdict, const Topology& topology) {
  if (verdict.empty()) return std::nullopt;
  const auto shown = std::ranges::find_if(verdict.ranking, &RankedCause::shown);
  const RankedCause& first = shown == verdict.ranking.end() ? verdict.ranking.front() : *shown;
  SaidPair pair{.node = std::nullopt, .problem = first.problem};
  if (first.target.node) pair.node = topology.nodes[Index(*first.target.node)].name;
  return pair;
}

base::Status CheckFeedback(const Feedback& feedback, const Topology& topology) {
  if (feedback.author.find_first_not_of(" \t\r\n") == std::string::npos)
    return Wrong("author: expected at least one character that shows, found none");
  if (JudgesAPair(feedback.judgement) && !feedback.said) {
    return base::FailedPrecondition(
        fmt::format("judgement: expected not_an_incident, for incident {} names no cause that "
                    "could be right or wrong; found {}",
                    feedback.incident_id, JudgementName(feedback.judgement)));
  }
  RETURN_IF_ERROR(CheckRightNode(feedback, topology));
  return CheckRightProblem(feedback);
}

const Feedback* CurrentFeedback(std::span<const Feedback> history) {
  if (history.empty() || history.back().judgement == Judgement::kWithdrawn) return nullptr;
  return &history.back();
}

void FeedbackMeter::Add(Judgement standing, std::int64_t incidents) {
  switch (standing) {
    case Judgement::kConfirmed: confirmed += incidents; return;
    case Judgement::kWrongNode: wrong_node += incidents; return;
    case Judgement::kWrongProblem: wrong_problem += incidents; return;
    case Judgement::kNotAnIncident: not_an_incident += incidents; return;
    case Judgement::kWithdrawn: return;
  }
}

double FeedbackMeter::Precision() const {
  if (judged() == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(confirmed) / static_cast<double>(judged());
}

RatioInterval WilsonInterval(std::int64_t hits, std::int64_t total) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  if (total == 0) return {.low = nan, .high = nan};
  const auto n = static_cast<double>(total);
  const double ratio = static_cast<double>(hits) / n;
  const double z2 = kNormal95 * kNormal95;
  const double scale = 1 + z2 / n;
  const double middle = (ratio + z2 / (2 * n)) / scale;
  const double half = kNormal95 / scale * std::sqrt(ratio * (1 - ratio) / n + z2 / (4 * n * n));
  // The ends are exact where rounding would miss them: none or all.
  return {.low = hits == 0 ? 0 : std::max(0.0, middle - half),
          .high = hits == total ? 1 : std::min(1.0, middle + half)};
}

}  // namespace distdiag::domain
