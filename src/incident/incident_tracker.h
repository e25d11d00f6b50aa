// The life of incidents as a pure state machine: opened, updated, resolved, with hysteresis.
//
//   calm ──(a convincing pair on 2 ticks, or a suffering node on 10)──► open ──(nothing on 10 ticks)──► resolved
//
// Why so: one incident is one connected trouble, never one page a metric. What was said when is kept as it was said;
// hindsight never rewrites it. A fainter
// verdict (fewer pairs, less probable: the trouble recedes) replaces a convincing one only when it lasts.
#pragma once

#include "base/time.h"
#include "domain/alarm.h"
#include "domain/incident.h"
#include "domain/topology.h"
#include "domain/verdict.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace distdiag::incident {

struct IncidentOptions {
  double open_from = 0.5;          // probability of a known pair that counts towards opening
  int open_ticks = 2;              // on so many ticks in a row
  double open_unknown_from = 0.4;  // the same for an unknown trouble
  int open_unknown_ticks =
      10;  // longer: normal time has dips, at most 7 ticks so deep in the recordings
  double stay_from = 0.25;  // below this the open incident's trouble counts as gone
  int resolve_ticks = 10;   // on so many ticks in a row
  // The onset and first moves may lie so long before the trouble was seen.
  base::Duration look_back = std::chrono::seconds(10);
  double least_move = 0.3;  // severity from which an alarm counts as a move
};

// What one tick brings. References must outlive the call only.
struct TickFindings {
  base::Timestamp time;
  const domain::Verdict& verdict;
  std::span<const domain::Alarm> alarms;
  // From graph::ConnectedTroubles. Pairs of cluster scope belong to every group. A group that shares a node with an open
  // incident is that incident's (the older one's, when troubles meet: the younger one then resolves); without groups all
  // belongs together.
  std::span<const std::vector<domain::NodeIndex>> groups;
  // Alarms of advisory detectors: kept with the incident, and nothing else comes of them.
  std::span<const domain::Alarm> advice = {};
};

// Thread: single (owner: detect loop).
class IncidentTracker {
 public:
  explicit IncidentTracker(domain::Topology topology, IncidentOptions options = {});

  // Events of this tick, each with the whole incident as it now stands: kOpened once; kUpdated when the shown pairs or
  // their order changed; kResolved once. An incident without id is not stored yet.
  std::vector<domain::IncidentEvent> Observe(const TickFindings& findings);

  bool has_open() const { return !open_.empty(); }
  // True while a trouble is being counted towards opening.
  bool has_pending() const { return !pending_.empty(); }
  std::vector<domain::Incident> OpenIncidents() const;

  // Gives an open incident the id under which it was stored. False when none of that start and detection is open.
  bool SetId(base::Timestamp detected, std::int64_t id);
  // After a restart: goes on with incidents that were open.
  void Resume(std::vector<domain::Incident> incidents);
  // The source jumped: open incidents are resolved at `time`, counts start anew.
  std::vector<domain::IncidentEvent> Reset(base::Timestamp time);

 private:
  struct Pending {  // a trouble counted towards opening
    std::vector<domain::NodeIndex> nodes;
    base::Timestamp first_seen;
    int known_ticks = 0;
    int unknown_ticks = 0;
  };
  struct Open {
    domain::Incident incident;
    std::vector<domain::NodeIndex> nodes;
    int calm_ticks = 0;
    double peak = 0;      // highest probability of a shown pair since the shown pairs changed
    int faint_ticks = 0;  // how long verdicts have been fainter than what is kept
  };
  struct Part;  // one group's share of the findings

  base::Timestamp Onset(const Part& part, const TickFindings& findings,
                        base::Timestamp first_seen) const;
  std::vector<Part> Split(const TickFindings& findings) const;
  bool Fades(const domain::Verdict& now, const Open& open) const;
  base::Timestamp UniqueDetection(base::Timestamp time) const;
  void UpdateOpen(Open& open, const Part* part, const TickFindings& findings,
                  std::vector<domain::IncidentEvent>& events) const;
  void Count(const Part& part, const TickFindings& findings,
             std::vector<domain::IncidentEvent>& events);

  domain::Topology topology_;
  IncidentOptions options_;
  std::vector<Open> open_;
  std::vector<Pending> pending_;
};

}  // namespace distdiag::incident
