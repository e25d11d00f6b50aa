#include "engine/drill/drill_judge.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace distdiag::engine {

DrillJudge::DrillJudge(domain::Drill drill, domain::Topology topology, PassMark mark)
    : drill_(std::move(drill)), topology_(std::move(topology)), mark_(mark) {}

void DrillJudge::Preparing(base::Timestamp now) {
  preparing_ = now;
  drill_.phase = domain::DrillPhase::kPreparing;
  ++version_;
}

void DrillJudge::Injected(base::Timestamp now) {
  drill_.injected = now;
  drill_.phase = domain::DrillPhase::kActive;
  ++version_;
}

void DrillJudge::Undone(base::Timestamp now) {
  drill_.undone = now;
  drill_.phase = domain::DrillPhase::kRecovering;
  ++version_;
}

void DrillJudge::Close() {
  drill_.message = Shortcoming();
  drill_.passed = drill_.message.empty();
  drill_.phase = domain::DrillPhase::kDone;
  ++version_;
}

void DrillJudge::Fail(domain::DrillPhase phase, std::string message) {
  drill_.phase = phase;
  drill_.message = std::move(message);
  drill_.passed = false;
  ++version_;
}

std::string DrillJudge::Shortcoming() const {
  if (domain::IsControl(drill_)) {
    return drill_.other_incidents == 0
               ? std::string()
               : fmt::format("expected no incident, {} opened", drill_.other_incidents);
  }
  const double limit_s = base::ToSeconds(mark_.detected_within);
  if (!drill_.detected_s) return "no incident was opened";
  if (*drill_.detected_s > limit_s)
    return fmt::format("detected after {:.1f} s, expected {:.0f} s at most", *drill_.detected_s,
                       limit_s);
  if (drill_.rank == 0) return "what was injected is not in the verdict";
  if (drill_.rank > 1) return fmt::format("what was injected stands at rank {}", drill_.rank);
  if (drill_.recall < 1)
    return fmt::format("{:.0f} of {} faults were named",
                       drill_.recall * static_cast<double>(drill_.faults.size()),
                       drill_.faults.size());
  if (drill_.other_incidents > mark_.most_other_incidents)
    return fmt::format("{} other incidents were opened meanwhile", drill_.other_incidents);
  if (!drill_.resolved_s) return "the incident was not resolved after the fault was undone";
  return {};
}

bool DrillJudge::IsTrue(const domain::RankedCause& cause) const {
  return std::any_of(
      drill_.faults.begin(), drill_.faults.end(), [&](const domain::DrillFault& fault) {
        const std::string node =
            cause.target.node ? topology_.nodes[domain::Index(*cause.target.node)].name : "";
        return fault.problem != domain::ProblemId::kUnknown && fault.problem == cause.problem &&
               fault.node == node;
      });
}

int DrillJudge::RankOf(const domain::Verdict& verdict) const {
  const auto at = std::find_if(verdict.ranking.begin(), verdict.ranking.end(),
                               [&](const domain::RankedCause& cause) { return IsTrue(cause); });
  return at == verdict.ranking.end() ? 0 : static_cast<int>(at - verdict.ranking.begin()) + 1;
}

void DrillJudge::NoteOpened(const domain::Incident& incident) {
  const int rank = RankOf(incident.verdict);
  seen_[incident.detected] = {.rank_at_opening = rank, .id = incident.id};
}

// The incident that names the injected fault best; without any, the first.
const domain::Incident* DrillJudge::Own(std::span<const domain::Incident> open) const {
  const domain::Incident* own = nullptr;
  int own_rank = 0;
  for (const domain::Incident& incident : open) {
    if (!seen_.contains(incident.detected)) continue;
    const int rank = RankOf(incident.verdict);
    const bool better = rank > 0 && (own_rank == 0 || rank < own_rank);
    if (own == nullptr || better) {
      own = &incident;
      own_rank = rank;
    }
  }
  return own;
}

void DrillJudge::Capture(const domain::Verdict& verdict) {
  drill_.rank = RankOf(verdict);
  drill_.diagnosed.clear();
  std::set<std::pair<std::string, domain::ProblemId>> found;
  for (const domain::RankedCause& cause : verdict.ranking) {
    if (!cause.shown) continue;
    std::string node =
        cause.target.node ? topology_.nodes[domain::Index(*cause.target.node)].name : "";
    if (IsTrue(cause)) found.insert({node, cause.problem});
    drill_.diagnosed.push_back(
        {.node = std::move(node), .problem = cause.problem, .probability = cause.probability});
  }
  const auto faults = std::ranges::count_if(drill_.faults, [](const domain::DrillFault& fault) {
    return fault.problem != domain::ProblemId::kUnknown;
  });
  drill_.recall = faults == 0 ? 0 : static_cast<double>(found.size()) / static_cast<double>(faults);
}

void DrillJudge::NoteOwn(base::Timestamp time, const domain::Incident& own) {
  const base::Timestamp injected = *drill_.injected;
  const domain::Verdict& verdict = own.verdict;
  const int rank = RankOf(verdict);
  if (rank == 1 && !drill_.right_first_s)
    drill_.right_first_s = std::max(0.0, base::ToSeconds(time - injected));
  if (captured_ && drill_.detected_s) return;  // what was found in time is not rewritten
  const Seen& seen = seen_.at(own.detected);
  if (seen.id != 0) drill_.incident_id = seen.id;
  // The preparation may open an incident by itself: the fault is found when that one names it.
  const bool early = own.detected < injected;
  if (early ? rank > 0 && !drill_.detected_s : own_ != own.detected)
    drill_.detected_s = base::ToSeconds((early ? time : own.detected) - injected);
  own_ = own.detected;
  drill_.rank_at_opening = seen.rank_at_opening;
  if (captured_) return;
  Capture(verdict);
  captured_ = time >= injected + mark_.detected_within;
}

void DrillJudge::NoteTick(base::Timestamp time, std::span<const domain::IncidentEvent> events,
                          std::span<const domain::Incident> open) {
  if (!preparing_ || drill_.phase == domain::DrillPhase::kDone) return;
  for (const domain::IncidentEvent& event : events) {
    if (event.change == domain::IncidentChange::kOpened) NoteOpened(event.incident);
  }
  for (const domain::Incident& incident : open) {
    const auto seen = seen_.find(incident.detected);
    if (seen != seen_.end() && incident.id != 0) seen->second.id = incident.id;
  }
  const int own_incidents = domain::IsControl(drill_) ? 0 : 1;
  drill_.other_incidents = std::max(0, static_cast<int>(seen_.size()) - own_incidents);
  if (own_incidents == 0 && !seen_.empty() && seen_.begin()->second.id != 0)
    drill_.incident_id = seen_.begin()->second.id;
  if (own_incidents > 0 && drill_.injected && !drill_.undone) {
    const domain::Incident* own = Own(open);
    if (own != nullptr) NoteOwn(time, *own);
    captured_ = captured_ || time >= *drill_.injected + mark_.detected_within;
  }
  if (drill_.undone && !drill_.resolved_s && time > *drill_.undone) {
    const bool over = std::none_of(open.begin(), open.end(), [&](const domain::Incident& incident) {
      return seen_.contains(incident.detected);
    });
    if (over) drill_.resolved_s = base::ToSeconds(time - *drill_.undone);
  }
  ++version_;
}

}  // namespace distdiag::engine
