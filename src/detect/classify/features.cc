#include "detect/classify/features.h"

#include "base/sha256.h"
#include "detect/classify/features_table.h"
#include "detect/metric_sense.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace distdiag::detect {
namespace {

// To be raised whenever a formula below changes without changing a name or a constant.
constexpr int kFormulaVersion = 1;
constexpr double kLargestFeature =
    20;  // |feature|: a factor of 5e8 is as far as is ever told apart
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<std::string_view, 4> kAspects = {"", ".vs_peers", ".every_node", ".any_node"};

constexpr std::size_t FeatureIndex(std::size_t quantity, std::size_t aspect) {
  return quantity * kAspects.size() + aspect;
}
constexpr std::size_t kFirstExtra = kQuantityCount * kAspects.size();

std::vector<std::string> MakeNames() {
  std::vector<std::string> names;
  names.reserve(kFeatureCount);
  for (const QuantityInfo& quantity : Quantities()) {
    for (std::string_view aspect : kAspects)
      names.push_back(std::string(quantity.name) + std::string(aspect));
  }
  for (std::string_view extra : ExtraNames()) names.emplace_back(extra);
  return names;
}

std::string SchemaText() {
  std::string text = fmt::format(
      "formulas {} window {} baseline {}..{} limit {}\n", kFormulaVersion, FeatureWindow::kTicks,
      FeatureWindow::kMinBaselineTicks, FeatureWindow::kMaxBaselineTicks, kLargestFeature);
  for (std::string_view metric : SignalMetrics()) text += fmt::format("signal {}\n", metric);
  for (const QuantityInfo& quantity : Quantities()) {
    text +=
        fmt::format("quantity {} {} {} {}\n", quantity.name, static_cast<int>(quantity.transform),
                    quantity.floor, static_cast<int>(quantity.worse));
  }
  for (const std::string& name : FeatureNames()) text += fmt::format("feature {}\n", name);
  return text;
}

// Shares of the window in which the database or the clients delivered nothing, and how unsteady the received traffic is:
// a link at its limit delivers an almost constant stream.
std::array<double, kExtraCount> Extras(const domain::WindowView& now, const SignalColumns& columns,
                                       domain::NodeIndex node) {
  const auto column = [&](Signal signal) {
    return columns.column(static_cast<std::size_t>(signal));
  };
  const auto silent_share = [&](Signal signal) {
    const int at = column(signal);
    if (at < 0 || now.empty()) return 0.0;
    std::size_t gaps = 0;
    for (std::size_t tick = 0; tick < now.tick_count(); ++tick) {
      gaps += std::isfinite(now.at(tick, node, static_cast<std::size_t>(at))) ? 0U : 1U;
    }
    return static_cast<double>(gaps) / static_cast<double>(now.tick_count());
  };
  double up = 0, received = 0, received_squared = 0, up_count = 0, received_count = 0;
  for (std::size_t tick = 0; tick < now.tick_count(); ++tick) {
    if (const int at = column(Signal::kUp); at >= 0) {
      const double value = now.at(tick, node, static_cast<std::size_t>(at));
      if (std::isfinite(value)) up += std::clamp(value, 0.0, 1.0), up_count += 1;
    }
    if (const int at = column(Signal::kNetRxKb); at >= 0) {
      const double value = std::clamp<double>(now.at(tick, node, static_cast<std::size_t>(at)),
                                              -kLargestValue, kLargestValue);
      if (std::isfinite(value))
        received += value, received_squared += value * value, received_count += 1;
    }
  }
  const double down = up_count > 0 ? 1 - up / up_count : 0;
  double unsteadiness = 0;
  if (received_count > 0) {
    const double mean = received / received_count;
    const double variance = std::max(0.0, received_squared / received_count - mean * mean);
    unsteadiness = std::sqrt(variance) / (std::abs(mean) + 20);
  }
  return {silent_share(Signal::kCommits), silent_share(Signal::kTps), down, unsteadiness};
}

// The aspects of one quantity over all nodes. Values are turned so that larger is worse.
struct Peers {
  std::vector<double> sorted;  // known values, rising

  // Lower quartile of all but one known value `self`.
  double LowerQuartileWithout(double self) const {
    if (sorted.size() < 2) return kUnknown;
    const std::size_t position = (sorted.size() - 2) / 4;
    const std::size_t rank_of_self = static_cast<std::size_t>(
        std::lower_bound(sorted.begin(), sorted.end(), self) - sorted.begin());
    return sorted[rank_of_self <= position ? position + 1 : position];
  }
};

float Limited(double value) {
  if (std::isnan(value)) return 0.0F;
  return static_cast<float>(std::clamp(value, -kLargestFeature, kLargestFeature));
}

}  // namespace

std::span<const std::string> FeatureNames() {
  static const std::vector<std::string> names = MakeNames();
  return names;
}

std::optional<std::size_t> FindFeature(std::string_view name) {
  const auto names = FeatureNames();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

std::size_t FeatureSignal(std::size_t feature) {
  if (feature < kFirstExtra)
    return static_cast<std::size_t>(Quantities()[feature / kAspects.size()].stands_for);
  constexpr std::array<Signal, kExtraCount> kStandsFor = {Signal::kCommits, Signal::kTps,
                                                          Signal::kUp, Signal::kNetRxKb};
  return static_cast<std::size_t>(kStandsFor[feature - kFirstExtra]);
}

const std::string& FeatureSchemaHash() {
  static const std::string hash = base::Sha256Hex(SchemaText());
  return hash;
}

SignalColumns::SignalColumns(const domain::SeriesLayout& layout) {
  for (std::size_t signal = 0; signal < kSignalCount; ++signal) {
    columns_[signal] = -1;
    metrics_[signal] = domain::FindMetric(SignalMetrics()[signal]).value();
    for (const std::string_view name :
         {SignalMetrics()[signal], OceanBaseSignalMetrics()[signal]}) {
      const auto metric = domain::FindMetric(name);
      const auto column = metric ? layout.column(*metric) : std::nullopt;
      if (!column) continue;
      columns_[signal] = static_cast<int>(*column);
      metrics_[signal] = *metric;
      break;
    }
  }
}

SignalRow MeanSignals(const domain::WindowView& window, const SignalColumns& columns,
                      domain::NodeIndex node) {
  SignalRow sums{};
  std::array<int, kSignalCount> counts{};
  for (std::size_t tick = 0; tick < window.tick_count(); ++tick) {
    for (std::size_t signal = 0; signal < kSignalCount; ++signal) {
      if (columns.column(signal) < 0) continue;
      const double value = window.at(tick, node, static_cast<std::size_t>(columns.column(signal)));
      if (!std::isfinite(value)) continue;
      sums[signal] += std::clamp(value, -kLargestValue, kLargestValue);
      counts[signal] += 1;
    }
  }
  for (std::size_t signal = 0; signal < kSignalCount; ++signal) {
    sums[signal] = counts[signal] > 0 ? sums[signal] / counts[signal] : kUnknown;
  }
  return sums;
}

QuantityRow ToQuantities(const SignalRow& signals) {
  QuantityRow row;
  for (std::size_t i = 0; i < kQuantityCount; ++i) {
    const QuantityInfo& quantity = Quantities()[i];
    const double value = quantity.formula(signals);
    switch (quantity.transform) {
      case Transform::kShare: row[i] = value; break;
      // A rate below 0 is a reset that slipped through: as 0.
      case Transform::kLog:
        row[i] = std::isnan(value) ? kUnknown : std::log(std::max(value, 0.0) + quantity.floor);
        break;
    }
  }
  return row;
}

NodeDeviation Deviate(const domain::WindowView& now, const SignalColumns& columns,
                      domain::NodeIndex node, const QuantityRow& baseline) {
  NodeDeviation deviation;
  deviation.own = ToQuantities(MeanSignals(now, columns, node));
  for (std::size_t i = 0; i < kQuantityCount; ++i) deviation.own[i] -= baseline[i];
  deviation.extras = Extras(now, columns, node);
  return deviation;
}

std::vector<FeatureRow> ToFeatures(std::span<const NodeDeviation> nodes) {
  std::vector<FeatureRow> rows(nodes.size());
  for (std::size_t i = 0; i < kQuantityCount; ++i) {
    const double sign = Quantities()[i].worse == Worse::kHigh ? 1.0 : -1.0;
    Peers peers;
    for (const NodeDeviation& node : nodes) {
      if (!std::isnan(node.own[i])) peers.sorted.push_back(sign * node.own[i]);
    }
    std::sort(peers.sorted.begin(), peers.sorted.end());
    const double least = peers.sorted.empty() ? kUnknown : sign * peers.sorted.front();
    const double most = peers.sorted.empty() ? kUnknown : sign * peers.sorted.back();
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      const double own = nodes[n].own[i];
      rows[n][FeatureIndex(i, 0)] = Limited(own);
      rows[n][FeatureIndex(i, 1)] =
          std::isnan(own) ? 0.0F : Limited(own - sign * peers.LowerQuartileWithout(sign * own));
      rows[n][FeatureIndex(i, 2)] = Limited(least);
      rows[n][FeatureIndex(i, 3)] = Limited(most);
    }
  }
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    for (std::size_t i = 0; i < kExtraCount; ++i)
      rows[n][kFirstExtra + i] = Limited(nodes[n].extras[i]);
  }
  return rows;
}

double Distress(const FeatureRow& features) {
  static const std::size_t throughput = *FindFeature("throughput");
  static const std::size_t latency = *FindFeature("latency_p95");
  static const std::size_t silent = *FindFeature("silent_clients");
  static const std::size_t down = *FindFeature("process_down");
  const double fall = std::clamp(-static_cast<double>(features[throughput]) / 2, 0.0, 1.0);
  const double rise = std::clamp(static_cast<double>(features[latency]) / 3, 0.0, 1.0);
  const double suffering = 0.5 * fall + 0.5 * rise;
  const double gone = std::max<double>(features[silent], features[down]);
  return std::clamp(std::max(suffering, gone), 0.0, 1.0);
}

}  // namespace distdiag::detect
