#include "serve/time_range.h"

#include <algorithm>

#include <fmt/format.h>

namespace distdiag::serve {
namespace {

constexpr base::Duration kDefaultSpan = std::chrono::minutes(10);

}  // namespace

base::Timestamp NewestTick(const LiveState& state, std::string_view cluster, base::Timestamp now) {
  std::optional<base::Timestamp> newest;
  for (const auto& live : state.clusters) {
    if (!cluster.empty() && live->topology.cluster != cluster) continue;
    if (live->time) newest = std::max(newest.value_or(*live->time), *live->time);
  }
  return newest.value_or(now);
}

base::Result<TimeRange> ReadTimeRange(const QueryReader& query, base::Timestamp newest) {
  ASSIGN_OR_RETURN(const auto from, query.Time("from"));
  ASSIGN_OR_RETURN(const auto to, query.Time("to"));
  TimeRange range;
  range.to = to.value_or(from ? std::max(newest, *from) : newest);
  range.from = from.value_or(range.to - kDefaultSpan);
  if (range.from > range.to) {
    return base::Fail(
        base::InvalidArgument(fmt::format("from: expected a time not after to ({}), found {}",
                                          base::ToRfc3339(range.to), base::ToRfc3339(range.from))));
  }
  return range;
}

}  // namespace distdiag::serve
