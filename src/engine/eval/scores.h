// The figures of `distdiag eval`: from what was said in each case to AC@k, recall, delays and false incidents.
//
// Why so: pure and separate from the engine, so that our method and the baselines are judged by the same code.
// Thread: value / const-safe.
#pragma once

#include "base/time.h"
#include "domain/verdict.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace distdiag::engine {

struct Pair {
  domain::Target target;
  domain::ProblemId problem = domain::ProblemId::kUnknown;

  friend bool operator==(const Pair&, const Pair&) = default;
};

// A pair as it was listed: the probability told beside it, and whether it was so.
struct Said {
  double probability = 0;
  bool is_true = false;
};

// What was said in one case, read at fixed times. An empty list = no verdict.
struct CaseOutcome {
  std::string id;
  std::string scenario;     // "A1"; its first letter is the group
  std::vector<Pair> truth;  // empty = no fault
  bool type_was_trained =
      true;  // every true problem type stands in some training case of the judging model
  std::vector<Pair> at_30s;  // ranking 30 s after the fault began
  std::vector<Pair> at_10s;
  std::vector<Pair> at_first;     // ranking at the first notification of this trouble
  std::vector<Pair> shown;        // of at_30s, those above the display threshold
  std::vector<Said> said;         // every pair of at_30s
  std::optional<double> delay_s;  // fault began -> incident opened; nullopt = missed
  int false_incidents = 0;        // opened in normal time
  int extra_incidents = 0;        // opened again during the same trouble
  double normal_s = 0;            // normal time watched, seconds
  double armed_s = 0;  // of it, after the first seconds in which the method learns and is silent
};

// NaN = not defined for these cases (for example delays of a baseline that is given the true window).
using Scores = std::map<std::string, double>;

// |first k ∩ truth| / min(k, |truth|): Precision@k of DistDiagnosis (docs/methods.md#ac). REQUIRES: k > 0, truth not empty.
double PrecisionAtK(std::span<const Pair> ranking, std::span<const Pair> truth, std::size_t k);

// Exact upper 95 % bound of a Poisson rate after `count` events in `hours`; infinity when hours is 0.
// Solves P(X <= count | bound · hours) = 0.05 (Garwood 1936, one-sided).
double PoissonUpper95PerHour(int count, double hours);

// One line of a reliability table: of the pairs told with a probability from `from` to `to`, how many were so.
struct Reliability {
  double from = 0, to = 0;
  std::size_t pairs = 0;
  double mean_probability = 0;  // NaN without pairs
  double share_true = 0;        // NaN without pairs
};
std::vector<Reliability> ReliabilityTable(std::span<const CaseOutcome> outcomes);

// Keys without prefix: all cases whose type was trained (false incidents and normal time: every case); "all.": every case; "unseen.": cases of a type that no training
// case has; "A." … : a group; "A1." … : a scenario (both: cases whose type was trained, or unseen ones if there is no other).
Scores ComputeScores(std::span<const CaseOutcome> outcomes);

}  // namespace distdiag::engine
