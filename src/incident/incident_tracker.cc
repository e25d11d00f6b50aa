#include "incident/incident_tracker.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace distdiag::incident {
namespace {

using domain::Incident;
using domain::IncidentChange;
using domain::IncidentEvent;
using domain::NodeIndex;
using domain::RankedCause;
using domain::Verdict;

bool Share(const std::vector<NodeIndex>& a, const std::vector<NodeIndex>& b) {
  return std::any_of(a.begin(), a.end(), [&](NodeIndex node) {
    return std::find(b.begin(), b.end(), node) != b.end();
  });
}

void Join(std::vector<NodeIndex>& into, const std::vector<NodeIndex>& nodes) {
  into.insert(into.end(), nodes.begin(), nodes.end());
  std::sort(into.begin(), into.end());
  into.erase(std::unique(into.begin(), into.end()), into.end());
}

std::vector<std::pair<std::optional<NodeIndex>, domain::ProblemId>> ShownPairs(
    const Verdict& verdict) {
  std::vector<std::pair<std::optional<NodeIndex>, domain::ProblemId>> pairs;
  for (const RankedCause& cause : verdict.ranking) {
    if (cause.shown) pairs.emplace_back(cause.target.node, cause.problem);
  }
  return pairs;
}

// How sure the shown pairs are: the known ones, and with the unknown ones.
struct Strength {
  double known = 0;
  double any = 0;
};

Strength StrengthOf(const Verdict& verdict) {
  Strength strength;
  for (const RankedCause& cause : verdict.ranking) {
    if (!cause.shown) continue;
    strength.any = std::max(strength.any, cause.probability);
    if (cause.problem != domain::ProblemId::kUnknown)
      strength.known = std::max(strength.known, cause.probability);
  }
  return strength;
}

bool HasKnownPair(const Verdict& verdict) {
  return std::any_of(verdict.ranking.begin(), verdict.ranking.end(), [](const RankedCause& cause) {
    return cause.shown && cause.problem != domain::ProblemId::kUnknown;
  });
}

double LargestProbability(const Verdict& verdict) {
  double largest = 0;
  for (const RankedCause& cause : verdict.ranking) largest = std::max(largest, cause.probability);
  return largest;
}

void RecordMoves(Incident& incident, std::span<const domain::Alarm> alarms,
                 const std::vector<NodeIndex>& nodes, base::Timestamp not_before, double least) {
  for (const domain::Alarm& alarm : alarms) {
    if (alarm.severity < least) continue;
    if (std::find(nodes.begin(), nodes.end(), alarm.node) == nodes.end()) continue;
    const auto known = std::find_if(
        incident.first_moves.begin(), incident.first_moves.end(),
        [&](const auto& move) { return move.node == alarm.node && move.metric == alarm.metric; });
    if (known != incident.first_moves.end()) {
      known->severity = std::max(known->severity, alarm.severity);
      continue;
    }
    incident.first_moves.push_back(
        {std::max(alarm.evidence.since, not_before), alarm.node, alarm.metric, alarm.severity});
  }
  std::stable_sort(incident.first_moves.begin(), incident.first_moves.end(),
                   [](const auto& a, const auto& b) {
                     return std::tie(a.time, a.node, a.metric) < std::tie(b.time, b.node, b.metric);
                   });
}

void KeepAdvice(Incident& incident, std::span<const domain::Alarm> advice,
                const std::vector<NodeIndex>& nodes) {
  for (const domain::Alarm& alarm : advice) {
    if (std::find(nodes.begin(), nodes.end(), alarm.node) == nodes.end()) continue;
    const auto known =
        std::find_if(incident.advice.begin(), incident.advice.end(), [&](const auto& kept) {
          return kept.node == alarm.node && kept.metric == alarm.metric &&
                 kept.detector == alarm.detector;
        });
    if (known == incident.advice.end()) {
      incident.advice.push_back(alarm);
    } else if (alarm.severity > known->severity) {
      *known = alarm;
    }
  }
  std::stable_sort(
      incident.advice.begin(), incident.advice.end(), [](const auto& a, const auto& b) {
        return std::tie(b.severity, a.node, a.metric) < std::tie(a.severity, b.node, b.metric);
      });
  if (incident.advice.size() > domain::kMostAdvice) incident.advice.resize(domain::kMostAdvice);
}

}  // namespace

struct IncidentTracker::Part {
  std::vector<NodeIndex> nodes;
  Verdict verdict;  // the pairs of these nodes and of the cluster
};

IncidentTracker::IncidentTracker(domain::Topology topology, IncidentOptions options)
    : topology_(std::move(topology)), options_(options) {}

std::vector<IncidentEvent> IncidentTracker::Observe(const TickFindings& findings) {
  std::vector<IncidentEvent> events;
  const std::vector<Part> parts = Split(findings);
  std::vector<bool> taken(parts.size(), false);
  for (Open& open : open_) {
    const Part* own = nullptr;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (taken[i] || !Share(parts[i].nodes, open.nodes)) continue;
      taken[i] = true;
      own = &parts[i];
      break;
    }
    UpdateOpen(open, own, findings, events);
  }
  std::erase_if(open_, [](const Open& open) {
    return open.incident.state == domain::IncidentState::kResolved;
  });
  std::erase_if(pending_, [&](const Pending& pending) {
    return std::none_of(parts.begin(), parts.end(),
                        [&](const Part& part) { return Share(part.nodes, pending.nodes); });
  });
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!taken[i]) Count(parts[i], findings, events);
  }
  return events;
}

// When the trouble began: the earliest departure among the series that speak for the first pair (a cluster-wide cause: on
// any node), as far as one may look back. Other alarms may be older than the trouble.
base::Timestamp IncidentTracker::Onset(const Part& part, const TickFindings& findings,
                                       base::Timestamp first_seen) const {
  base::Timestamp onset = first_seen;
  const RankedCause& cause = part.verdict.ranking.front();
  for (const domain::Alarm& alarm : findings.alarms) {
    if (cause.target.node && alarm.node != *cause.target.node) continue;
    const bool speaks =
        std::any_of(cause.evidence.begin(), cause.evidence.end(),
                    [&](const domain::Alarm& evidence) { return evidence.metric == alarm.metric; });
    if (speaks && alarm.evidence.since >= first_seen - options_.look_back)
      onset = std::min(onset, alarm.evidence.since);
  }
  return onset;
}

std::vector<IncidentTracker::Part> IncidentTracker::Split(const TickFindings& findings) const {
  std::vector<Part> parts;
  if (findings.verdict.empty()) return parts;
  for (const std::vector<NodeIndex>& group : findings.groups) {
    if (!group.empty()) parts.push_back({group, {}});
  }
  // Nodes that the verdict names beyond all groups (its detectors saw nothing there) form their own part; a cluster-wide
  // cause ties everything together.
  std::vector<NodeIndex> all;
  for (std::size_t i = 0; i < topology_.nodes.size(); ++i)
    all.push_back(NodeIndex(static_cast<std::uint32_t>(i)));
  const RankedCause& first = findings.verdict.ranking.front();
  if (parts.empty() || !first.target.node) return {Part{std::move(all), findings.verdict}};
  for (const RankedCause& cause : findings.verdict.ranking) {
    if (!cause.target.node || !cause.shown) continue;
    const bool known = std::any_of(parts.begin(), parts.end(), [&](const Part& part) {
      return std::find(part.nodes.begin(), part.nodes.end(), *cause.target.node) !=
             part.nodes.end();
    });
    if (!known) parts.push_back({{*cause.target.node}, {}});
  }
  for (Part& part : parts) {
    part.verdict.time = findings.verdict.time;
    part.verdict.ranker = findings.verdict.ranker;
    part.verdict.stability = findings.verdict.stability;
    for (const RankedCause& cause : findings.verdict.ranking) {
      const bool here = !cause.target.node || std::find(part.nodes.begin(), part.nodes.end(),
                                                        *cause.target.node) != part.nodes.end();
      if (here) part.verdict.ranking.push_back(cause);
    }
  }
  std::erase_if(parts, [](const Part& part) {
    return std::none_of(part.verdict.ranking.begin(), part.verdict.ranking.end(),
                        [](const RankedCause& cause) { return cause.shown; });
  });
  return parts;
}

// While a trouble recedes its verdicts fade: fewer pairs, less probable ones.
bool IncidentTracker::Fades(const Verdict& now, const Open& open) const {
  constexpr double kFading = 0.8;  // of the peak
  const Strength strength = StrengthOf(now);
  const auto pairs = ShownPairs(now);
  const auto kept = ShownPairs(open.incident.verdict);
  if (pairs == kept) return strength.any < kFading * open.peak;
  const bool only_fewer =
      pairs.size() < kept.size() && std::all_of(pairs.begin(), pairs.end(), [&](const auto& pair) {
        return std::find(kept.begin(), kept.end(), pair) != kept.end();
      });
  if (only_fewer) return true;
  if (strength.known < options_.open_from && HasKnownPair(open.incident.verdict)) return true;
  return strength.any < std::min(options_.open_from, options_.open_unknown_from);
}

void IncidentTracker::UpdateOpen(Open& open, const Part* part, const TickFindings& findings,
                                 std::vector<IncidentEvent>& events) const {
  Incident& incident = open.incident;
  const bool troubled = part != nullptr && LargestProbability(part->verdict) >= options_.stay_from;
  open.calm_ticks = troubled ? 0 : open.calm_ticks + 1;
  if (open.calm_ticks >= options_.resolve_ticks) {
    incident.state = domain::IncidentState::kResolved;
    incident.resolved = incident.updated = std::max(incident.updated, findings.time);
    events.push_back({IncidentChange::kResolved, incident});
    return;
  }
  if (!troubled) return;
  Join(open.nodes, part->nodes);
  RecordMoves(incident, findings.alarms, open.nodes, incident.detected - options_.look_back,
              options_.least_move);
  KeepAdvice(incident, findings.advice, open.nodes);
  // What was convincing stays as it was said, unless the fainter verdict lasts.
  open.faint_ticks = Fades(part->verdict, open) ? open.faint_ticks + 1 : 0;
  if (open.faint_ticks > 0 && open.faint_ticks < options_.resolve_ticks) return;
  const bool changed = ShownPairs(part->verdict) != ShownPairs(incident.verdict);
  const bool lower = changed || open.faint_ticks > 0;
  open.peak = std::max(lower ? 0 : open.peak, StrengthOf(part->verdict).any);
  open.faint_ticks = 0;
  incident.verdict = part->verdict;
  incident.updated = findings.time;
  if (!changed) return;
  incident.history.push_back({findings.time, incident.verdict});
  events.push_back({IncidentChange::kUpdated, incident});
}

// `detected` is an incident's key until it is stored: two that open at one tick are a microsecond apart.
base::Timestamp IncidentTracker::UniqueDetection(base::Timestamp time) const {
  while (std::any_of(open_.begin(), open_.end(),
                     [&](const Open& other) { return other.incident.detected == time; })) {
    time += base::Duration(1);
  }
  return time;
}

void IncidentTracker::Count(const Part& part, const TickFindings& findings,
                            std::vector<IncidentEvent>& events) {
  auto pending = std::find_if(pending_.begin(), pending_.end(),
                              [&](const Pending& other) { return Share(other.nodes, part.nodes); });
  if (pending == pending_.end()) {
    pending_.push_back({part.nodes, findings.time, 0, 0});
    pending = std::prev(pending_.end());
  }
  Join(pending->nodes, part.nodes);
  const auto [known, any] = StrengthOf(part.verdict);
  pending->known_ticks = known >= options_.open_from ? pending->known_ticks + 1 : 0;
  pending->unknown_ticks = any >= options_.open_unknown_from ? pending->unknown_ticks + 1 : 0;
  if (pending->known_ticks < options_.open_ticks &&
      pending->unknown_ticks < options_.open_unknown_ticks)
    return;
  Open& open = open_.emplace_back();
  open.nodes = pending->nodes;
  Incident& incident = open.incident;
  incident.cluster = topology_.cluster;
  incident.started = Onset(part, findings, pending->first_seen);
  incident.detected = incident.updated = UniqueDetection(findings.time);
  incident.verdict = part.verdict;
  open.peak = StrengthOf(part.verdict).any;
  incident.history.push_back({findings.time, part.verdict});
  RecordMoves(incident, findings.alarms, open.nodes, pending->first_seen - options_.look_back,
              options_.least_move);
  KeepAdvice(incident, findings.advice, open.nodes);
  pending_.erase(pending);
  events.push_back({IncidentChange::kOpened, incident});
}

std::vector<Incident> IncidentTracker::OpenIncidents() const {
  std::vector<Incident> incidents;
  for (const Open& open : open_) incidents.push_back(open.incident);
  return incidents;
}

bool IncidentTracker::SetId(base::Timestamp detected, std::int64_t id) {
  for (Open& open : open_) {
    if (open.incident.detected != detected || open.incident.id != 0) continue;
    open.incident.id = id;
    return true;
  }
  return false;
}

void IncidentTracker::Resume(std::vector<Incident> incidents) {
  for (Incident& incident : incidents) {
    Open open;
    for (const RankedCause& cause : incident.verdict.ranking) {
      if (cause.target.node) Join(open.nodes, {*cause.target.node});
    }
    for (const domain::FirstMove& move : incident.first_moves) Join(open.nodes, {move.node});
    for (std::size_t i = 0; open.nodes.empty() && i < topology_.nodes.size(); ++i) {
      open.nodes.push_back(NodeIndex(static_cast<std::uint32_t>(i)));
    }
    open.incident = std::move(incident);
    open.peak = StrengthOf(open.incident.verdict).any;
    open_.push_back(std::move(open));
  }
}

std::vector<IncidentEvent> IncidentTracker::Reset(base::Timestamp time) {
  std::vector<IncidentEvent> events;
  for (Open& open : open_) {
    open.incident.state = domain::IncidentState::kResolved;
    open.incident.resolved = open.incident.updated = std::max(open.incident.updated, time);
    events.push_back({IncidentChange::kResolved, std::move(open.incident)});
  }
  open_.clear();
  pending_.clear();
  return events;
}

}  // namespace distdiag::incident
