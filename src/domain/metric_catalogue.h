// The catalogue of all metrics DistDiag knows: one row a metric, generated from config/metrics.yaml.
//
// Why so: C++, TypeScript and docs/metrics.md come from the one file, so a name, unit or direction can't differ.
// Thread: const-safe (constants). Cost: FindMetric is a binary search over the sorted table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace distdiag::domain {

// Index into AllMetrics(). Not stable over versions: artefacts and files name metrics by MetricInfo::name.
enum class MetricId : std::uint16_t {};

constexpr std::size_t Index(MetricId id) { return static_cast<std::size_t>(id); }

enum class MetricKind {
  kGauge,
  kCounter,  // delivered as a rate per second over the true elapsed time
};
enum class BadWhen { kNone, kHigh, kLow, kBoth };
enum class MetricScope { kNode, kCluster };

struct MetricInfo {
  std::string_view name;  // stable id, for example "h_cpu_ext"
  std::string_view unit;  // "ms", "1/s", "ratio", …
  MetricKind kind;
  std::string_view group;  // "cpu", "disk", "flow_control", …
  BadWhen bad_when;
  MetricScope scope;
  std::string_view label_en;
  std::string_view label_zh;
  std::string_view description_en;
  std::string_view description_zh;
};

// Sorted by name (byte order).
std::span<const MetricInfo> AllMetrics();
std::optional<MetricId> FindMetric(std::string_view name);
// REQUIRES: Index(id) < AllMetrics().size().
const MetricInfo& GetMetric(MetricId id);

std::string_view MetricKindName(MetricKind kind);     // "gauge" "counter"
std::string_view BadWhenName(BadWhen bad_when);       // "none" "high" "low" "both"
std::string_view MetricScopeName(MetricScope scope);  // "node" "cluster"

}  // namespace distdiag::domain
