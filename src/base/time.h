// Points in time and durations as every room uses them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace distdiag::base {

using Duration = std::chrono::microseconds;
// Microseconds since 1970-01-01 UTC, as the source's clock said.
using Timestamp = std::chrono::sys_time<Duration>;

inline constexpr Timestamp kNoTime{};

inline double ToSeconds(Duration d) { return static_cast<double>(d.count()) * 1e-6; }
// Rounds to the nearest microsecond. REQUIRES: finite, |seconds| < 9e12.
Duration FromSeconds(double seconds);
inline Timestamp TimestampFromSeconds(double unix_seconds) {
  return Timestamp(FromSeconds(unix_seconds));
}
inline double ToUnixSeconds(Timestamp t) { return ToSeconds(t.time_since_epoch()); }
inline std::int64_t ToUnixMillis(Timestamp t) {
  return std::chrono::floor<std::chrono::milliseconds>(t.time_since_epoch()).count();
}
// RFC 3339 in UTC with milliseconds: 2026-11-24T03:12:05.000Z
std::string ToRfc3339(Timestamp t);

}  // namespace distdiag::base
