#include "base/time.h"

#include <cmath>
#include <ctime>

#include <fmt/format.h>

namespace distdiag::base {

Duration FromSeconds(double seconds) {
  return Duration(static_cast<std::int64_t>(std::llround(seconds * 1e6)));
}

std::string ToRfc3339(Timestamp t) {
  const std::int64_t millis = ToUnixMillis(t);
  std::int64_t whole = millis / 1000;
  std::int64_t rest = millis % 1000;
  if (rest < 0) {
    rest += 1000;
    --whole;
  }
  const std::time_t seconds = static_cast<std::time_t>(whole);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, rest);
}

}  // namespace distdiag::base
