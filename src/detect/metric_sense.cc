#include "detect/metric_sense.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace distdiag::detect {
namespace {

// Chosen as about a tenth of what an idle small server shows; from no data.
constexpr std::array<std::pair<std::string_view, double>, 19> kLeastChange = {{
    {"1/s", 1.0},     {"B", 1e6},      {"B/s", 1e4},    {"KiB/s", 10.0}, {"MB", 1.0},
    {"bool", 0.3},    {"code", 0.5},   {"cores", 0.02}, {"count", 1.0},  {"kB/s", 10.0},
    {"ms", 5.0},      {"ms/s", 50.0},  {"ns/s", 5e7},   {"pages", 20.0}, {"pages/s", 5.0},
    {"percent", 2.0}, {"ratio", 0.02}, {"s", 1.0},      {"s/s", 0.05},
}};

}  // namespace

double LeastChange(domain::MetricId metric) {
  const std::string_view unit = domain::GetMetric(metric).unit;
  const auto found = std::find_if(kLeastChange.begin(), kLeastChange.end(),
                                  [&](const auto& row) { return row.first == unit; });
  return found == kLeastChange.end() ? 0 : found->second;
}

bool IsTrouble(domain::MetricId metric, Side side) {
  switch (domain::GetMetric(metric).bad_when) {
    case domain::BadWhen::kNone: return false;
    case domain::BadWhen::kHigh: return side == Side::kAbove;
    case domain::BadWhen::kLow: return side == Side::kBelow;
    case domain::BadWhen::kBoth: return true;
  }
  return false;
}

}  // namespace distdiag::detect
