#include "notify/paging_policy.h"

#include <algorithm>

namespace distdiag::notify {

std::string_view PageReasonName(PageReason reason) {
  switch (reason) {
    case PageReason::kOpened: return "opened";
    case PageReason::kResolved: return "resolved";
    case PageReason::kFirstPairChanged: return "first_pair_changed";
    case PageReason::kSurer: return "surer";
    case PageReason::kSamePair: return "same_pair";
    case PageReason::kOverBudget: return "over_budget";
  }
  return "same_pair";
}

std::optional<ShownPair> FirstShownPair(const domain::Verdict& verdict) {
  for (const domain::RankedCause& cause : verdict.ranking) {
    if (cause.shown) return ShownPair{.target = cause.target, .problem = cause.problem};
  }
  return std::nullopt;
}

PageReason DecidePage(const domain::IncidentEvent& event,
                      const std::optional<ShownPair>& last_told) {
  switch (event.change) {
    case domain::IncidentChange::kOpened: return PageReason::kOpened;
    case domain::IncidentChange::kResolved: return PageReason::kResolved;
    case domain::IncidentChange::kUpdated: break;
  }
  const std::optional<ShownPair> now = FirstShownPair(event.incident.verdict);
  // A diagnosis that has become unsure for a moment is no news for somebody who was woken up by it.
  if (!now || now == last_told) return PageReason::kSamePair;
  return PageReason::kFirstPairChanged;
}

double PageScore(const domain::Verdict& verdict) {
  double best = 0;
  for (const domain::RankedCause& cause : verdict.ranking) {
    if (cause.shown) best = std::max(best, cause.probability);
  }
  return best;
}

void PagingPolicy::Restore(const domain::Incident& incident) {
  const double score = PageScore(incident.verdict);
  const bool told = budget_.Admit(incident.detected, score);
  if (incident.resolved) return;
  if (told) {
    last_told_[incident.id] = FirstShownPair(incident.verdict);
  } else {
    held_back_[incident.id] = score;
  }
}

PageReason PagingPolicy::DecideHeldBack(const domain::IncidentEvent& event, double& best_so_far) {
  const double score = PageScore(event.incident.verdict);
  if (event.change == domain::IncidentChange::kResolved || score <= best_so_far)
    return PageReason::kOverBudget;
  best_so_far = score;
  return budget_.AdmitSurer(event.incident.updated, score) ? PageReason::kSurer
                                                           : PageReason::kOverBudget;
}

PageReason PagingPolicy::Decide(const domain::IncidentEvent& event) {
  const std::int64_t id = event.incident.id;
  const double score = PageScore(event.incident.verdict);
  PageReason reason = PageReason::kOpened;
  if (const auto held = held_back_.find(id); held != held_back_.end()) {
    reason = DecideHeldBack(event, held->second);
  } else if (event.change == domain::IncidentChange::kOpened &&
             !budget_.Admit(event.incident.detected, score)) {
    held_back_[id] = score;
    reason = PageReason::kOverBudget;
  } else {
    const auto known = last_told_.find(id);
    reason = DecidePage(event, known == last_told_.end() ? std::nullopt : known->second);
  }
  if (event.change == domain::IncidentChange::kResolved) {
    last_told_.erase(id);
    held_back_.erase(id);
  } else if (IsSent(reason)) {
    last_told_[id] = FirstShownPair(event.incident.verdict);
    held_back_.erase(id);
  }
  return reason;
}

}  // namespace distdiag::notify
