// From what was seen to an ordered list of <target, problem> pairs: the one interface of all rankers.
//
// Why so: the published methods, the baselines and our own are told apart by name only, in configuration, evaluation and
// API. Rankers are pure: the same input gives the same verdict, whatever the order of the nodes.
#pragma once

#include "base/status.h"
#include "domain/scored_cause.h"
#include "domain/topology.h"
#include "domain/verdict.h"
#include "domain/window.h"
#include "graph/anomaly_graph.h"

#include <memory>
#include <string_view>
#include <vector>

namespace distdiag::rank {

// All that is known at one tick. References must outlive the call only.
struct RankInput {
  const domain::Topology& topology;
  const domain::WindowView& window;  // the newest rows, about 30 s; used by correlation
  const graph::AnomalyGraph& graph;  // its time is the verdict's time
  const domain::ProblemScores& scores;
};

struct RankOptions {
  // A pair is shown from this probability on.
  double shown_from = 0.4;
  // Nothing is ranked while no pair reaches `fault_from` and no node suffers `distress_from`: no fault, empty ranking.
  double fault_from = 0.25;
  double distress_from = 0.35;
  // "unknown" is put before the known pairs while none of these is at least so probable.
  double convincing_from = 0.25;
  std::size_t at_most = 10;  // pairs in a verdict
};

// Thread: const-safe.
class Ranker {
 public:
  virtual ~Ranker() = default;
  virtual std::string_view name() const = 0;
  virtual domain::Verdict Rank(const RankInput& input) const = 0;
};

// "combined" (the default), "grano_rcr", "dist_diagnosis", "classifier" (probability alone, without the graph),
// "largest_deviation" (each node's metric furthest outside and the problem that its group suggests; no learning).
std::vector<std::string_view> RankerNames();
// kNotFound with the known names for another name.
base::Result<std::unique_ptr<const Ranker>> MakeRanker(std::string_view name,
                                                       const RankOptions& options = {});

}  // namespace distdiag::rank
