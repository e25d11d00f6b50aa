#include "lab/workload/load_shape.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr double kMiddlePace = 0.7, kSwing = 0.3;
constexpr int kMostTerminals = 1000;
constexpr int kLongestRamp = 86400;  // seconds

}  // namespace

base::Result<Ramp> ParseRamp(std::string_view text) {
  std::array<int, 3> numbers{};
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto [next, error] = std::from_chars(at, end, numbers[i]);
    const bool last = i + 1 == numbers.size();
    if (error != std::errc{} || (last ? next != end : next == end || *next != ':') ||
        numbers[i] < 0 || numbers[i] > (last ? kLongestRamp : kMostTerminals)) {
      return base::Fail(base::InvalidArgument(
          fmt::format("ramp: expected FROM:TO:SECONDS with at most {} terminals and {} seconds, "
                      "found \"{}\"",
                      kMostTerminals, kLongestRamp, text)));
    }
    at = last ? next : next + 1;
  }
  return Ramp{.from = numbers[0], .to = numbers[1], .length = std::chrono::seconds(numbers[2])};
}

int MostTerminals(const LoadShape& shape) {
  return shape.ramp ? std::max(shape.ramp->from, shape.ramp->to) : shape.terminals;
}

int ActiveTerminals(const LoadShape& shape, base::Duration since_start) {
  if (!shape.ramp) return shape.terminals;
  const Ramp& ramp = *shape.ramp;
  if (since_start >= ramp.length) return ramp.to;
  const double done = std::max(0.0, base::ToSeconds(since_start) / base::ToSeconds(ramp.length));
  return ramp.from + static_cast<int>(std::lround((ramp.to - ramp.from) * done));
}

double PaceFactor(const LoadShape& shape, base::Timestamp now) {
  if (shape.day <= base::Duration::zero()) return 1;
  const double part =
      base::ToSeconds(now.time_since_epoch() % shape.day) / base::ToSeconds(shape.day);
  return kMiddlePace + kSwing * std::sin(2 * std::numbers::pi * part);
}

}  // namespace distdiag::lab
