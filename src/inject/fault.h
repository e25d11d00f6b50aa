// What can be broken on purpose, where and how strongly.
//
// Thread: value.
#pragma once

#include "base/time.h"
#include "domain/problem.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::inject {

enum class Strength { kLow, kMedium, kHigh };
std::string_view StrengthName(Strength strength);  // "low" "medium" "high"
std::optional<Strength> FindStrength(std::string_view name);

// One kind of fault that a driver offers: a row of the list on /drills. The problem it causes is what a diagnosis must name.
struct FaultKind {
  // "cpu", "io", "net", "netdelay", "netloss", "cache", "surge", "index", "lock", "slowsql", "stall", "crash", "partition",
  // "fclock", "compaction"
  std::string name{};
  // kUnknown: a control. What it does is work that a database is expected to do, and a diagnosis must stay silent.
  domain::ProblemId problem = domain::ProblemId::kUnknown;
  domain::ProblemScope scope = domain::ProblemScope::kNode;  // kCluster: no node is named
  // What the number means: "busy threads", "kbit/s left", "MB left"; empty = no number.
  std::string parameter{};
  double low = 0, medium = 0, high = 0;  // the number for each strength
  double least = 0, most = 0;            // bounds of a number given by hand
  // Why it can't be done on this system ("the kernel has no …"); empty = available.
  std::string unavailable{};
};

double NumberFor(const FaultKind& kind, Strength strength);

struct FaultSpec {
  std::string kind;
  std::string node;   // empty for a kind of cluster scope
  double number = 0;  // FaultKind::parameter; 0 = the kind's medium

  friend bool operator==(const FaultSpec&, const FaultSpec&) = default;
};

}  // namespace distdiag::inject
