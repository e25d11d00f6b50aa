// The features: what a classifier sees of one node at one time. The only place where they are computed, for training
// and for serving.
//
// Why so: every feature compares the last seconds with the node's own calm past, as a ratio or a difference, so that a
// model carries over to other hardware, other loads and other cluster sizes; none knows levels, names, times or
// cumulative state. Ratios like "disk reads that the database did not ask for" say by their construction what is wrong.
// Rejected: robust z (a quiet metric's tiny noise makes every z huge, and MAD of a counter that is mostly 0 is 0).
//
// Each quantity q has four aspects, all in the units of ln (kLog) or of a plain difference (kShare):
//   q             own: value now minus value in the calm past
//   q.vs_peers    own minus the lower quartile of the peers' own (the least affected ones: with two of three nodes
//                 faulty the median is a faulty one). Two peers: the better one.
//   q.every_node  own of the least affected node: large only where all nodes show it
//   q.any_node    own of the most affected node
#pragma once

#include "domain/window.h"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::detect {

// Tuning constants of the features; part of the schema hash. From the 26 development recordings (1 s ticks): windows of
// 5 or 6 ticks raise the highest probability in normal time from 0.03 to 0.6, 10 or 12 only add delay.
struct FeatureWindow {
  static constexpr std::size_t kTicks = 8;              // averaged as "now"
  static constexpr std::size_t kMinBaselineTicks = 10;  // calm rows before there are features
  static constexpr std::size_t kMaxBaselineTicks = 60;  // calm rows remembered
};

inline constexpr std::size_t kSignalCount = 40;    // raw metrics that are read
inline constexpr std::size_t kQuantityCount = 33;  // derived per node
inline constexpr std::size_t kExtraCount =
    4;  // silent_database, silent_clients, process_down, receive_unsteadiness
inline constexpr std::size_t kFeatureCount = 4 * kQuantityCount + kExtraCount;

// Names of the raw metrics, by signal. OceanBase has its own for what the database tells ("" = the same, or none); a layout that
// lacks the first name is looked through for the second.
std::span<const std::string_view> SignalMetrics();
std::span<const std::string_view> OceanBaseSignalMetrics();
// "cpu_other", "cpu_other.vs_peers", …, "silent_database"; index = position in a FeatureRow.
std::span<const std::string> FeatureNames();
std::optional<std::size_t> FindFeature(std::string_view name);
// The signal that stands for the feature in evidence, as position in a SignalRow.
std::size_t FeatureSignal(std::size_t feature);
// Hash of names, formulas' version, floors and window: a model serves only features of the schema it was trained on.
const std::string& FeatureSchemaHash();

using SignalRow =
    std::array<double, kSignalCount>;  // means over ticks; NaN = no value in any of them
using QuantityRow = std::array<double, kQuantityCount>;  // kLog: ln(value + floor); NaN = not known
using FeatureRow = std::array<
    float, kFeatureCount>;  // finite; not known = 0 (no deviation), silence has its own features

// Where the signals lie in a layout; a source may lack some (those stay unknown).
class SignalColumns {
 public:
  explicit SignalColumns(const domain::SeriesLayout& layout);
  // -1 = absent.
  int column(std::size_t signal) const { return columns_[signal]; }
  // The metric behind it; where the layout has none, the first of its names.
  domain::MetricId metric(std::size_t signal) const { return metrics_[signal]; }

 private:
  std::array<int, kSignalCount> columns_;
  std::array<domain::MetricId, kSignalCount> metrics_;
};

// Means of one node over all rows of `window`. NaN and infinite values are skipped, values limited to ±1e15.
SignalRow MeanSignals(const domain::WindowView& window, const SignalColumns& columns,
                      domain::NodeIndex node);
QuantityRow ToQuantities(const SignalRow& signals);

// What is compared: one node's own deviation and its extras.
struct NodeDeviation {
  QuantityRow own{};
  std::array<double, kExtraCount> extras{};
};
NodeDeviation Deviate(const domain::WindowView& now, const SignalColumns& columns,
                      domain::NodeIndex node, const QuantityRow& baseline);
// Adds the three aspects that need the other nodes. Independent of the order of the nodes. Cost: O(n log n) a quantity.
std::vector<FeatureRow> ToFeatures(std::span<const NodeDeviation> nodes);

// How badly the node's clients suffer, 0..1: half from the fall of throughput (1 at ln ratio -2), half from the rise of
// the 95th percentile latency (1 at ln ratio 3); 1 where the clients are silent or the process is gone.
double Distress(const FeatureRow& features);

}  // namespace distdiag::detect
