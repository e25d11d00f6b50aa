// What changed detectors would have done on history, beside what those at work did on the same history.
//
// Why so: both sides are run anew over the same ticks, so that they differ by nothing but the definitions. What was flagged in its time stays
// recorded as it was.
// Thread: value.
#pragma once

#include "base/time.h"
#include "domain/alarm.h"
#include "domain/incident.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace distdiag::domain {

struct DetectorTally {
  std::size_t alarms = 0;  // stays outside a band that began
  std::size_t series = 0;  // of how many
};

struct BacktestRun {
  std::map<DetectorKind, DetectorTally> detectors;  // those at work, silent ones too
  std::vector<std::uint32_t> alarms_a_slice;        // begun in each of Backtest's slices
  std::vector<Incident> incidents;                  // as they stood at the end, by `detected`
};

// The same trouble on both sides; absent = that side has none. Positions in incidents.
struct BacktestPair {
  std::optional<std::size_t> before, after;
};

struct Backtest {
  base::Timestamp from, to;
  std::size_t ticks = 0;
  double slice_s = 0;
  BacktestRun before, after;
  std::vector<BacktestPair> pairs;  // by time
};

// What became of a trouble, in one word.
enum class BacktestVerdict { kSame, kLost, kNew, kOtherCause };
std::string_view BacktestVerdictName(BacktestVerdict verdict);  // "same" "lost" "new" "other_cause"
// kOtherCause: the first shown pair is another one.
BacktestVerdict Compare(const Backtest& backtest, const BacktestPair& pair);

}  // namespace distdiag::domain
