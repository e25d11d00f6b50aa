// What the diagnosis says at one time: an ordered list of <target, problem> pairs, or nothing.
//
// Why so: the same value goes to incidents, notifications, API and evaluation, so none can say more than the others.
// Thread: value.
#pragma once

#include "base/time.h"
#include "domain/alarm.h"
#include "domain/problem.h"
#include "domain/topology.h"

#include <optional>
#include <string>
#include <vector>

namespace distdiag::domain {

// A node, or the cluster as a whole (for problems of cluster scope).
struct Target {
  std::optional<NodeIndex> node;  // nullopt = the cluster

  friend bool operator==(const Target&, const Target&) = default;
};

// "n2", or the cluster's name.
std::string TargetName(const Target& target, const Topology& topology);

struct RankedCause {
  Target target;
  ProblemId problem = ProblemId::kUnknown;
  double probability = 0;     // calibrated, 0..1
  double importance = 0;      // the ranker's score; the list is sorted by it, falling
  double initial_rcr = 0;     // GRANO's component score of the target's node (cluster: the largest)
  double propagated_rcr = 0;  // what was propagated to it
  bool shown = false;         // stands above the display threshold; the rest are runners-up
  std::vector<Alarm> evidence;  // strongest first, at most 5
  std::string
      why_not;  // for the first pair not shown: the one observation against it, as a sentence
};

struct Verdict {
  base::Timestamp time;
  std::string ranker;                // name of the ranker that made it
  std::vector<RankedCause> ranking;  // empty = no fault
  // Share of re-rankings under small changes of the window that keep the first pair, 0..1; NaN = not computed.
  double stability = 0;

  bool empty() const { return ranking.empty(); }
};

}  // namespace distdiag::domain
