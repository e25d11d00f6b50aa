// What the classifier says about one tick: how likely each <target, problem> pair is, and how badly the clients suffer.
//
// Why so: detect and rank never include each other; this is the value they meet in.
// Thread: value.
#pragma once

#include "base/time.h"
#include "domain/alarm.h"
#include "domain/problem.h"
#include "domain/verdict.h"

#include <string>
#include <vector>

namespace distdiag::domain {

struct ScoredCause {
  Target target;
  ProblemId problem = ProblemId::kUnknown;
  double probability = 0;  // calibrated, 0..1, smoothed over a few ticks
  std::vector<Alarm>
      evidence;  // detector kClassifier, strongest first, at most 5; empty below a small probability
  std::string
      against;  // the one observation that speaks most against the pair, as a sentence; may be empty
};

struct ProblemScores {
  base::Timestamp time;
  // False until enough calm rows were seen to know what is normal; then `causes` is empty.
  bool ready = false;
  // True where something stirs, though perhaps too little to be told: detectors should not learn from this tick.
  bool suspicious = false;
  // Every pair whose probability is worth a look, falling; ties by node, then problem.
  std::vector<ScoredCause> causes;
  // By NodeIndex, 0..1: how much the node's clients suffer against the node's own calm past (throughput, latency,
  // silence), whatever the cause. 1 also where the node is down.
  std::vector<double> distress;
};

}  // namespace distdiag::domain
