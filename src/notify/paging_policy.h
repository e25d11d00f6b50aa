// Which incident events reach a person: one page an incident, one when it ends, and one when the first pair changes.
//
// Thread: PagingPolicy single (owner: incident loop); DecidePage const-safe.
#pragma once

#include "domain/incident.h"

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
  kSamePair,          // not sent
};

std::string_view PageReasonName(
    PageReason reason);  // "opened" "resolved" "first_pair_changed" "same_pair"
constexpr bool IsSent(PageReason reason) { return reason != PageReason::kSamePair; }

struct ShownPair {
  domain::Target target;
  domain::ProblemId problem = domain::ProblemId::kUnknown;

  friend bool operator==(const ShownPair&, const ShownPair&) = default;
};

// nullopt when nothing is shown.
std::optional<ShownPair> FirstShownPair(const domain::Verdict& verdict);

PageReason DecidePage(const domain::IncidentEvent& event,
                      const std::optional<ShownPair>& last_told);

// Remembers what was told last, for each open incident.
class PagingPolicy {
 public:
  // After a restart: what is stored of an open incident has been told.
  void Restore(const domain::Incident& open_incident);
  PageReason Decide(const domain::IncidentEvent& event);

 private:
  std::map<std::int64_t, std::optional<ShownPair>> last_told_;  // by incident id, open ones only
};

}  // namespace distdiag::notify
