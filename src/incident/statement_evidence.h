// Which statements explain that a node changed: the time since the trouble began against the calm time before it.
//
// Why so: pure functions over samples; the same answer goes to the page, the store and the notifications.
// Thread: const-safe (free functions).
#pragma once

#include "domain/incident.h"
#include "domain/statement.h"
#include "domain/topology.h"
#include "incident/statement_history.h"

#include <vector>

namespace distdiag::incident {

inline constexpr base::Duration kCalmTime = std::chrono::seconds(60);
inline constexpr std::size_t kMostChangesANode = 5;

// One node's samples of both times, oldest first.
struct ComparedNode {
  domain::NodeIndex node{};
  std::vector<domain::StatementSample> calm;
  std::vector<domain::StatementSample> trouble;
};

// Nodes that the verdict blames, as it ranks them: those of the shown pairs, or of the first pair where none is shown; all nodes once a
// cluster-wide problem is among them.
std::vector<domain::NodeIndex> BlamedNodes(const domain::Verdict& verdict,
                                           const domain::Topology& topology);

// A statement's rates are means over all samples of a time; in a sample that does not list it, it took nothing. Its share is its change in
// time a second over the sum of all changes without their signs (unlisted statements are one), so that what rises and what falls can't
// cancel each other: a stalled node's statements have shares below 0. Changes below 2 % are left out. What did not run before is new only
// where the calm samples list everything. A plan changed when another one than before takes most of the statement's time.
domain::StatementEvidence CompareStatements(const std::vector<ComparedNode>& nodes,
                                            const domain::Topology& topology);

// Both together: the blamed nodes' samples of the minute before `incident.started` and of the time since. A sample of both times belongs to
// the trouble when most of it does, for at first there may be no other; else to neither.
domain::StatementEvidence ExplainByStatements(const domain::Incident& incident,
                                              const domain::Topology& topology,
                                              const StatementHistory& history, base::Timestamp now);

}  // namespace distdiag::incident
