// Which statements took a node's time, and which of them explain that it changed.
//
// Why so: MySQL's digests and OceanBase's SQL audit tell the same story, so one value serves both, and nothing below `collect`
// knows where it came from. Texts are normalised before they come here: no literal of a user's data is ever stored or sent.
// Thread: value.
#pragma once

#include "base/time.h"
#include "domain/topology.h"

#include <cstddef>
#include <string>
#include <vector>

namespace distdiag::domain {

// One kind of statement over the time between two looks.
struct StatementTime {
  std::string digest;  // names the kind within its database system; 32 hexadecimal digits
  std::string schema;  // empty = none was chosen
  std::string text;    // normalised: literals are '?'; at most 300 bytes
  double seconds_per_second = 0;  // time spent in it, all sessions together
  double calls_per_second = 0;
  double ms_per_call = 0;
  double rows_per_call = 0;  // looked at
  std::string plan;          // names the execution plan in use; empty = not known
  std::string main_wait;     // what it waited for most ("row lock wait"); empty = CPU, or not known
};

// So many that what is missing among them did not run, on all but the busiest mix; TPC-C has 35 kinds.
inline constexpr std::size_t kMostStatements = 40;

// One look: what ran since the look before.
struct StatementSample {
  base::Timestamp from;
  base::Timestamp to;
  std::vector<StatementTime> top;  // by time, falling; at most kMostStatements
  double seconds_per_second = 0;   // all statements together, those not in `top` too
  double calls_per_second = 0;
  double seen_share =
      1;  // share of the calls that the source still had when it was asked; below 1 some were lost
};

// A statement's part in the change of a node's time between calm and trouble.
struct StatementChange {
  NodeIndex node{};
  StatementTime now;     // means since the trouble began
  StatementTime before;  // means of the calm time before it; calls 0 = it did not run
  // Its change in time spent, over the sum of all statements' changes without their signs: -1..1; below 0 it ran less.
  double share = 0;
  bool is_new = false;  // did not run before
  bool plan_changed = false;
};

// All that is told of statements in one incident.
struct StatementEvidence {
  base::Timestamp calm_from, calm_to;
  base::Timestamp trouble_from, trouble_to;
  std::vector<StatementChange>
      changes;  // by node as in the verdict, then by share; at most 5 a node
  // Why there is nothing, or what is missing ("n2: 40 % of the calls were lost before they could be read"); empty = nothing to
  // say.
  std::string note_en, note_zh;
};

}  // namespace distdiag::domain
