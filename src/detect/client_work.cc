#include "detect/client_work.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

namespace distdiag::detect {
namespace {

constexpr double kLeastWork = 0.8;
constexpr double kSlowest = 1.5;
constexpr double kMoreErrors = 0.1;  // per second: one in ten seconds is chance
constexpr double kServes = 0.1;      // share of the work from which a node's latency counts

// NaN where the metric is not measured there.
double Mean(const domain::WindowView& rows, domain::NodeIndex node, std::string_view name) {
  const auto metric = domain::FindMetric(name);
  const auto column = metric ? rows.layout().column(*metric) : std::nullopt;
  double sum = 0;
  int count = 0;
  for (std::size_t tick = 0; column && tick < rows.tick_count(); ++tick) {
    const double value = rows.at(tick, node, *column);
    if (!std::isfinite(value)) continue;
    sum += value;
    ++count;
  }
  return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::optional<ClientWork> MeasureClientWork(const domain::WindowView& rows,
                                            std::span<const domain::NodeIndex> nodes) {
  if (rows.empty()) return std::nullopt;
  ClientWork work;
  std::vector<double> served;
  for (const domain::NodeIndex node : nodes) {
    served.push_back(Mean(rows, node, "c_tps"));
    if (std::isnan(served.back())) return std::nullopt;
    work.per_second += served.back();
    const double errors = Mean(rows, node, "c_err");
    if (!std::isnan(errors)) work.errors_per_second += errors;
  }
  if (work.per_second <= 0) return std::nullopt;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const double p95 = Mean(rows, nodes[i], "c_p95_ms");
    if (served[i] >= kServes * work.per_second && !std::isnan(p95))
      work.p95_ms = std::max(work.p95_ms, p95);
  }
  return work;
}

bool GoesOn(const ClientWork& before, const ClientWork& now) {
  return now.per_second >= kLeastWork * before.per_second &&
         now.p95_ms <= kSlowest * before.p95_ms &&
         now.errors_per_second <= before.errors_per_second + kMoreErrors;
}

}  // namespace distdiag::detect
