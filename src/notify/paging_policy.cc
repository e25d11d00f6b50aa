#include "notify/paging_policy.h"

namespace distdiag::notify {

std::string_view PageReasonName(PageReason reason) {
  switch (reason) {
    case PageReason::kOpened: return "opened";
    case PageReason::kResolved: return "resolved";
    case PageReason::kFirstPairChanged: return "first_pair_changed";
    case PageReason::kSamePair: return "same_pair";
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

void PagingPolicy::Restore(const domain::Incident& open_incident) {
  last_told_[open_incident.id] = FirstShownPair(open_incident.verdict);
}

PageReason PagingPolicy::Decide(const domain::IncidentEvent& event) {
  const std::int64_t id = event.incident.id;
  const auto known = last_told_.find(id);
  const PageReason reason =
      DecidePage(event, known == last_told_.end() ? std::nullopt : known->second);
  if (event.change == domain::IncidentChange::kResolved) {
    last_told_.erase(id);
  } else if (IsSent(reason)) {
    last_told_[id] = FirstShownPair(event.incident.verdict);
  }
  return reason;
}

}  // namespace distdiag::notify
