#include "domain/metric_catalogue.h"

#include "base/check.h"

#include <algorithm>
#include <array>

namespace distdiag::domain {
namespace {

constexpr auto kMetrics = std::to_array<MetricInfo>({
#include "domain/metric_catalogue_table.inc"
});

static_assert(std::ranges::is_sorted(kMetrics, {}, &MetricInfo::name),
              "FindMetric searches the table by halves");
static_assert(kMetrics.size() <= 0xffff, "MetricId has 16 bits");

}  // namespace

std::span<const MetricInfo> AllMetrics() { return kMetrics; }

std::optional<MetricId> FindMetric(std::string_view name) {
  const auto found = std::ranges::lower_bound(kMetrics, name, {}, &MetricInfo::name);
  if (found == kMetrics.end() || found->name != name) return std::nullopt;
  return static_cast<MetricId>(found - kMetrics.begin());
}

const MetricInfo& GetMetric(MetricId id) {
  CHECK(Index(id) < kMetrics.size());
  return kMetrics[Index(id)];
}

std::string_view MetricKindName(MetricKind kind) {
  switch (kind) {
    case MetricKind::kGauge: return "gauge";
    case MetricKind::kCounter: return "counter";
  }
  return "gauge";
}

std::string_view BadWhenName(BadWhen bad_when) {
  switch (bad_when) {
    case BadWhen::kNone: return "none";
    case BadWhen::kHigh: return "high";
    case BadWhen::kLow: return "low";
    case BadWhen::kBoth: return "both";
  }
  return "none";
}

std::string_view MetricScopeName(MetricScope scope) {
  switch (scope) {
    case MetricScope::kNode: return "node";
    case MetricScope::kCluster: return "cluster";
  }
  return "node";
}

}  // namespace distdiag::domain
