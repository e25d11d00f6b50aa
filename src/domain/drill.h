// A drill: faults made on purpose, and how the diagnosis did.
//
// Why so: the same value is stored, shown on /drills, exported and printed by `distdiag drill`.
// Thread: value.
#pragma once

#include "base/time.h"
#include "domain/problem.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::domain {

enum class DrillPhase {
  kWaiting,     // for its turn, and until the cluster is calm
  kPreparing,   // the fault is prepared
  kActive,      // the fault is at work
  kRecovering,  // undone; until the incident is resolved
  kDone,        // judged
  kFailed,      // the fault could not be made or undone: message says why; not judged
  kCancelled,   // stopped by a person before its end
};
std::string_view DrillPhaseName(
    DrillPhase phase);  // "waiting" "preparing" "active" "recovering" "done" "failed" "cancelled"
std::optional<DrillPhase> FindDrillPhase(std::string_view name);
// True for done, failed and cancelled: the phase does not change any more.
bool IsOver(DrillPhase phase);

struct DrillFault {
  std::string kind;   // inject::FaultKind::name
  std::string node;   // empty = the whole cluster
  double number = 0;  // strength
  // What the diagnosis must name; kUnknown = nothing: expected work that must not alarm anybody.
  ProblemId problem = ProblemId::kUnknown;
};

struct DrillPair {
  std::string node;  // empty = the whole cluster
  ProblemId problem = ProblemId::kUnknown;
  double probability = 0;
};

struct Drill {
  std::int64_t id = 0;  // given by the store
  std::string suite;    // "quick"; empty = a single drill
  std::string run;      // all drills of one run of a suite share it: "quick-20261125T013000"
  std::string cluster;
  std::vector<DrillFault> faults;
  double duration_s = 0;  // of the fault
  DrillPhase phase = DrillPhase::kWaiting;
  base::Timestamp created;
  std::optional<base::Timestamp> injected;  // the fault was at work
  std::optional<base::Timestamp> undone;
  // From `injected` to the incident; nullopt = missed, or a control.
  std::optional<double> detected_s;
  std::optional<double>
      right_first_s;  // to the first time that a true pair stood first; nullopt = never
  // Rank of the best placed true pair in the incident's verdict when it was opened, and at the end of the judging time
  // (20 s after `injected`); 0 = not listed.
  int rank_at_opening = 0;
  int rank = 0;
  double recall = 0;  // share of the true pairs that were shown at the end of the judging time
  std::vector<DrillPair> diagnosed;  // shown pairs at the end of the judging time
  std::optional<double>
      resolved_s;  // from `undone` to the end of the incident; nullopt = still open when given up
  int other_incidents = 0;  // opened meanwhile besides the drill's own; of a control: all
  std::optional<std::int64_t> incident_id;
  bool passed = false;
  std::string message;  // why failed, or why not passed, in a sentence
};

// True when nothing that was injected is a fault: the drill passes when no incident opens.
bool IsControl(const Drill& drill);

}  // namespace distdiag::domain
