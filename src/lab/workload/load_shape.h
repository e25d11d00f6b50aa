// How much load a node gets, as pure functions of time.
// Thread: value.
#pragma once

#include "base/status.h"
#include "base/time.h"

#include <optional>
#include <string_view>

namespace distdiag::lab {

// From so many terminals to so many within `length`; from then on `to`.
struct Ramp {
  int from = 0;
  int to = 0;
  base::Duration length{0};
};

struct LoadShape {
  int terminals = 8;
  std::optional<Ramp> ramp;  // instead of `terminals`
  // A day, compressed: the pace swings between 0.4 and 1.0 of the full one once in this time. 0 = always the full pace.
  base::Duration day{0};
};

// "FROM:TO:SECONDS", for example "2:16:300". InvalidArgument otherwise.
base::Result<Ramp> ParseRamp(std::string_view text);

// The most terminals at any time.
int MostTerminals(const LoadShape& shape);
// Terminals at work so long after the start; terminal i (from 0) works when i is below this.
int ActiveTerminals(const LoadShape& shape, base::Duration since_start);
// Factor of the pace in [0.4, 1.0]: 0.7 + 0.3 sin(2 pi t / day). It goes by the clock, not by the start, so that the terminals
// of all nodes live the same day, and those that were started anew too.
double PaceFactor(const LoadShape& shape, base::Timestamp now);

}  // namespace distdiag::lab
