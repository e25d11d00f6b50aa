// The parameters `from` and `to` with their defaults.
#pragma once

#include "base/status.h"
#include "base/time.h"
#include "serve/live_state.h"
#include "serve/request_target.h"

#include <string_view>

namespace distdiag::serve {

struct TimeRange {
  base::Timestamp from;
  base::Timestamp to;
};

// Newest tick of `cluster`, of all clusters when the name is empty; `now` when nothing has arrived.
base::Timestamp NewestTick(const LiveState& state, std::string_view cluster, base::Timestamp now);

// Default: the 10 minutes before `newest`. InvalidArgument when `from` is after `to`.
base::Result<TimeRange> ReadTimeRange(const QueryReader& query, base::Timestamp newest);

}  // namespace distdiag::serve
