// What people say of an incident afterwards: was its first pair right, and if not, what was?
//
// Why so: judgements are only ever added. A newer one supersedes, kWithdrawn takes back what stood; so what was said when, and about
// what, can always be read. Nodes go by name: a judgement outlives the topology.
// Thread: value.
#pragma once

#include "base/status.h"
#include "base/time.h"
#include "domain/problem.h"
#include "domain/topology.h"
#include "domain/verdict.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace distdiag::domain {

enum class Judgement {
  kConfirmed,      // the first pair is right
  kWrongNode,      // it is another node
  kWrongProblem,   // it is another problem
  kNotAnIncident,  // nothing was wrong
  kWithdrawn,      // the judgement before is taken back
};

// "confirmed" "wrong_node" "wrong_problem" "not_an_incident" "withdrawn"
std::string_view JudgementName(Judgement judgement);
std::optional<Judgement> FindJudgement(std::string_view name);

struct SaidPair {
  std::optional<std::string> node = std::nullopt;  // nullopt = the whole cluster
  ProblemId problem = ProblemId::kUnknown;

  friend bool operator==(const SaidPair&, const SaidPair&) = default;
};

// What a judgement of this verdict judges: its first shown pair; where none is shown, its first. nullopt: it has none.
std::optional<SaidPair> FirstPair(const Verdict& verdict, const Topology& topology);

struct Feedback {
  std::int64_t incident_id = 0;
  std::int64_t version = 0;  // 1, 2, … of its incident; given by the store
  base::Timestamp time;
  Judgement judgement = Judgement::kConfirmed;
  std::string author;
  std::string comment;  // may be empty
  std::optional<SaidPair>
      said;  // FirstPair() when it was judged; an open incident may say something else later
  std::optional<std::string> right_node;   // of kWrongNode
  std::optional<ProblemId> right_problem;  // of kWrongProblem

  friend bool operator==(const Feedback&, const Feedback&) = default;
};

// Whether it may be kept, given the nodes of its incident. InvalidArgument that names field, expectation and finding;
// FailedPrecondition when it judges a pair of an incident that has none.
base::Status CheckFeedback(const Feedback& feedback, const Topology& topology);

// The judgement that stands: the newest, nullptr when that takes back, or there is none. REQUIRES: ordered by version.
const Feedback* CurrentFeedback(std::span<const Feedback> history);

// Incidents by the judgement that stands.
struct FeedbackMeter {
  std::int64_t confirmed = 0;
  std::int64_t wrong_node = 0;
  std::int64_t wrong_problem = 0;
  std::int64_t not_an_incident = 0;

  // Counts one incident; kWithdrawn counts for nothing.
  void Add(Judgement standing, std::int64_t incidents = 1);
  std::int64_t judged() const { return confirmed + wrong_node + wrong_problem + not_an_incident; }
  // confirmed / judged, 0..1; NaN while nothing is judged.
  double Precision() const;

  friend bool operator==(const FeedbackMeter&, const FeedbackMeter&) = default;
};

struct RatioInterval {
  double low = 0;
  double high = 0;
};

// 95 % score interval of a ratio (Wilson, JASA 22, 1927; as method 3 of Newcombe, Statistics in Medicine 17, 1998).
// NaN for total = 0. REQUIRES: 0 <= hits <= total.
RatioInterval WilsonInterval(std::int64_t hits, std::int64_t total);

}  // namespace distdiag::domain
