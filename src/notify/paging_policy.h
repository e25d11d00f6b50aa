// Which incident events reach a person: one page an incident, one when it ends, and one when the first pair changes.
//
// Thread: PagingPolicy single (owner: incident loop); DecidePage const-safe.
#pragma once

#include "domain/incident.h"
#include "notify/alarm_budget.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace distdiag::notify {

// The same word in log, metric label and delivery log.
enum class PageReason {
  kOpened,            // sent
  kResolved,          // sent
  kFirstPairChanged,  // sent
  kSurer,             // sent: held back so far, now sure enough
  kSamePair,          // not sent
  kOverBudget,        // not sent: held back by the alarm budget (notify/alarm_budget.h)
};

std::string_view PageReasonName(
    PageReason
        reason);  // "opened" "resolved" "first_pair_changed" "surer" "same_pair" "over_budget"
constexpr bool IsSent(PageReason reason) {
  return reason != PageReason::kSamePair && reason != PageReason::kOverBudget;
}

struct ShownPair {
  domain::Target target;
  domain::ProblemId problem = domain::ProblemId::kUnknown;

  friend bool operator==(const ShownPair&, const ShownPair&) = default;
};

// nullopt when nothing is shown.
std::optional<ShownPair> FirstShownPair(const domain::Verdict& verdict);

PageReason DecidePage(const domain::IncidentEvent& event,
                      const std::optional<ShownPair>& last_told);

// The highest probability of a shown pair; 0 when nothing is shown. Range 0..1.
double PageScore(const domain::Verdict& verdict);

// Remembers what was told last, for each open incident, and how many pages the week had.
class PagingPolicy {
 public:
  explicit PagingPolicy(AlarmBudgetOptions budget = {}) : budget_(budget) {}

  // After a restart, for every incident of the last weeks, the oldest first: the budget decides again as it did, by what the incident
  // says now. What is stored of an open one that it let pass has been told.
  void Restore(const domain::Incident& incident);
  PageReason Decide(const domain::IncidentEvent& event);
  AlarmBudgetMeter Meter(base::Timestamp now) { return budget_.Meter(now); }

 private:
  PageReason DecideHeldBack(const domain::IncidentEvent& event, double& best_so_far);

  AlarmBudget budget_;
  std::map<std::int64_t, std::optional<ShownPair>> last_told_;  // by incident id, open ones only
  std::map<std::int64_t, double> held_back_;  // by incident id, open ones only: best score so far
};

}  // namespace distdiag::notify
