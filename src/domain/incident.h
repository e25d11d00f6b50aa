// One trouble, from its first sign to its end.
//
// Why so: one incident is one connected trouble (never one page a metric), and what was said when is kept as it was said.
// Thread: value.
#pragma once

#include "base/time.h"
#include "domain/alarm.h"
#include "domain/verdict.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::domain {

enum class IncidentState { kOpen, kResolved };

std::string_view IncidentStateName(IncidentState state);  // "open" "resolved"

// A line of the propagation timeline: when a series first left its band during this incident.
struct FirstMove {
  base::Timestamp time;
  NodeIndex node;
  MetricId metric;
  double severity = 0;  // largest seen so far
};

// What the incident said at a time; appended, never rewritten.
struct VerdictRecord {
  base::Timestamp time;
  Verdict verdict;
};

inline constexpr std::size_t kMostAdvice = 10;

struct Incident {
  std::int64_t id = 0;  // given by the store; 0 = not stored yet
  std::string cluster;
  IncidentState state = IncidentState::kOpen;
  base::Timestamp started;   // first abnormal tick of the trouble (the onset, as estimated)
  base::Timestamp detected;  // when it was opened
  base::Timestamp updated;
  std::optional<base::Timestamp> resolved;
  Verdict verdict;                     // the newest non-empty one
  std::vector<VerdictRecord> history;  // one record a change of the shown pairs
  std::vector<FirstMove> first_moves;  // by time
  // What advisory detectors saw of the trouble's nodes, each series as it was at its worst; the worst first, at most
  // kMostAdvice. No verdict rests on it.
  std::vector<Alarm> advice;
};

enum class IncidentChange { kOpened, kUpdated, kResolved };

std::string_view IncidentChangeName(IncidentChange change);  // "opened" "updated" "resolved"

struct IncidentEvent {
  IncidentChange change;
  Incident incident;
};

}  // namespace distdiag::domain
