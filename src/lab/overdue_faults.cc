#include "lab/overdue_faults.h"

#include "base/logging.h"

#include <algorithm>

namespace distdiag::lab {
namespace {

// For the one who made the fault: it ends it at the limit, which takes a while.
constexpr base::Duration kGrace = std::chrono::seconds(10);
constexpr base::Duration kFirstPause = std::chrono::seconds(1);
constexpr base::Duration kLongestPause = std::chrono::minutes(5);

}  // namespace

void OverdueFaults::Look(const base::StopSignal& stop) {
  const auto standing = injector_.Standing();
  if (!standing) return;  // said when the lab was opened; the next look tries again
  std::erase_if(failed_, [&](const auto& failed) {
    return std::none_of(standing->begin(), standing->end(), [&](const inject::JournalEntry& entry) {
      return entry.id == failed.first;
    });
  });
  for (const inject::JournalEntry& entry : *standing) {
    if (stop.requested()) return;
    if (entry.limit + kGrace > clock_.Now()) continue;
    const auto failed = failed_.find(entry.id);
    if (failed == failed_.end() || failed->second.next <= clock_.Now()) End(entry.id);
  }
}

void OverdueFaults::End(const std::string& id) {
  const auto ended = injector_.End(id);
  if (ended) {
    failed_.erase(id);
    base::Log(base::LogLevel::kWarning, "overdue_fault_undone", {{"fault", id}});
    return;
  }
  Retry& retry = failed_[id];
  retry.pause =
      retry.pause == base::Duration(0) ? kFirstPause : std::min(retry.pause * 2, kLongestPause);
  retry.next = clock_.Now() + retry.pause;
  base::Log(base::LogLevel::kError, "overdue_fault_not_undone",
            {{"fault", id},
             {"error", ended.error().message()},
             {"again_in_s", base::ToSeconds(retry.pause)}});
}

}  // namespace distdiag::lab
