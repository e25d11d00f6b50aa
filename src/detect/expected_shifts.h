// What a planned change explains: a leader that was moved, units that move, a memstore that is written out, a compaction.
//
//   change ──► a shift stands for some nodes and problems, for a bounded time ──► over, or ended early (the work is done, a node fails)
//
// Why so: such a change moves load, CPU and disk traffic as a fault would, and nobody wants to be woken for it. It errs on the side of
// alarming: only problems that the change itself makes are explained, only where every observation that speaks for them is of the kind
// that the change moves, only while the node's clients are well, and never twice as long.
// Thread: single (owner: the detect loop). Cost: nodes · changes a tick; nothing without changes.
#pragma once

#include "base/time.h"
#include "detect/client_work.h"
#include "detect/detector.h"
#include "domain/expected_shift.h"
#include "domain/sample.h"
#include "domain/topology.h"
#include "domain/verdict.h"

#include <deque>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace distdiag::detect {

struct ExpectedOptions {
  base::Duration move_bound = std::chrono::seconds(90);         // leader move, rebalance
  base::Duration freeze_bound = std::chrono::seconds(60);       // its end is not told
  base::Duration compaction_bound = std::chrono::seconds(120);  // a longer one is worth a look
  base::Duration settle = std::chrono::seconds(10);             // after the end was told
  // The old and the new leader tell the same move within this time. A move that only the new one tells is not planned.
  base::Duration pair_within = std::chrono::seconds(10);
  // A node that was silent, restarted or left the cluster so short before explains nothing.
  base::Duration failure_memory = std::chrono::seconds(60);
  base::Duration silent_after = std::chrono::seconds(3);
  // A node is explained for at most `most` of the newest `span`: changes that never end are trouble.
  base::Duration most = std::chrono::seconds(300);
  base::Duration span = std::chrono::seconds(600);
  double clients_suffer_from = 0.35;  // distress from which nothing is explained
};

class ExpectedShifts {
 public:
  explicit ExpectedShifts(const domain::Topology& topology, ExpectedOptions options = {});

  // What the detectors must do about this tick's changes.
  struct Step {
    std::vector<SeriesChoice> forget;  // levels that move now: recent and peer detector learn anew
    std::vector<SeriesChoice>
        relearn;  // have moved for good: the classifier's calm past is the newest rows
  };
  // `in_incident`: nodes that an open incident names; what they do now is not learned as the normal. Changes of unknown nodes are ignored.
  // `window` ends with this tick.
  Step Observe(const domain::TickSamples& samples, const domain::WindowView& window,
               std::span<const domain::ChangeEvent> changes,
               const std::set<domain::NodeIndex>& in_incident);

  // Pairs that a standing shift explains are no longer shown, and say why. Left as they are: pairs of the whole cluster, of nodes in
  // `in_incident`, silent ones, those whose clients suffer (`distress`, by node), unless they only followed the leaders: then the
  // distress itself ("unknown trouble") is explained. Returns the pairs that were explained for the first time
  // by their shift.
  std::vector<std::pair<domain::NodeIndex, domain::ProblemId>> Explain(
      domain::Verdict& verdict, const domain::WindowView& window, std::span<const double> distress,
      const std::set<domain::NodeIndex>& in_incident);

  std::vector<domain::ExpectedShift> Standing() const;  // oldest first
  // Nodes whose calm past must stay as it is.
  std::set<domain::NodeIndex> Held() const;
  void Reset();

 private:
  struct Node {
    std::optional<base::Timestamp> silent_since;
    std::optional<base::Timestamp> failed;   // silent, restarted or gone: the newest time
    std::optional<base::Timestamp> gave_up;  // leaders, told by itself
    std::optional<base::Timestamp> took_over;
    std::deque<std::pair<base::Timestamp, base::Timestamp>> explained;  // of shifts that are over
  };
  struct Shift {
    domain::ExpectedShift value;
    domain::ChangeKind kind{};
    std::set<std::pair<domain::NodeIndex, domain::ProblemId>> explained;
    std::optional<ClientWork> work_before;  // of a leader move's nodes
  };

  void NoteNodes(const domain::TickSamples& samples);
  void NoteChange(const domain::ChangeEvent& change, const domain::WindowView& window, Step& step);
  void PairLeaderMoves(const domain::WindowView& window, Step& step);
  void Open(domain::ChangeKind kind, std::vector<domain::NodeIndex> nodes,
            const domain::WindowView& window, Step& step);
  void Close(const domain::WindowView& window, const std::set<domain::NodeIndex>& in_incident,
             Step& step);
  bool HasFailed(domain::NodeIndex node, base::Timestamp now) const;
  base::Duration Spent(domain::NodeIndex node, base::Timestamp now) const;
  base::Duration BoundOf(domain::ChangeKind kind) const;
  void Describe(domain::ExpectedShift& shift, domain::ChangeKind kind) const;

  const domain::Topology topology_;
  const ExpectedOptions options_;
  std::vector<Node> nodes_;
  std::vector<Shift> standing_;
};

}  // namespace distdiag::detect
