#include "engine/eval/given_window_baseline.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace distdiag::engine {
namespace {

constexpr double kLargestZ = 50;
constexpr double kMadToSigma = 1.4826;    // of a normal distribution
constexpr double kSmallestSpread = 0.02;  // as a share of the level
constexpr auto kBefore = std::chrono::seconds(60);
constexpr auto kFrom = std::chrono::seconds(15);
constexpr auto kTo = std::chrono::seconds(30);

double Median(std::vector<double>& values) {
  if (values.empty()) return std::nan("");
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

std::vector<double> Values(const collect::Recording& recording, std::size_t series,
                           base::Timestamp from, base::Timestamp to) {
  std::vector<double> values;
  for (std::size_t tick = 0; tick < recording.tick_count(); ++tick) {
    if (recording.times[tick] < from || recording.times[tick] >= to) continue;
    const double value = static_cast<double>(recording.view().row(tick)[series]);
    if (!std::isnan(value)) values.push_back(value);
  }
  return values;
}

struct Range {
  base::Timestamp from;
  base::Timestamp to;
};

// Robust z of the window's median against the median before; 0 where either is missing.
double RobustZ(const collect::Recording& recording, std::size_t series, const Range& before,
               const Range& window) {
  std::vector<double> past = Values(recording, series, before.from, before.to);
  std::vector<double> now = Values(recording, series, window.from, window.to);
  if (past.size() < 5 || now.size() < 3) return 0;
  const double level = Median(past);
  std::vector<double> deviations;
  for (const double value : past) deviations.push_back(std::abs(value - level));
  const double spread =
      std::max({kMadToSigma * Median(deviations), kSmallestSpread * std::abs(level), 1e-3});
  return std::clamp((Median(now) - level) / spread, -kLargestZ, kLargestZ);
}

std::vector<float> RowsOf(const collect::Recording& recording, const Range& before,
                          const Range& window) {
  const domain::SeriesLayout& layout = recording.layout;
  const std::size_t nodes = layout.node_count();
  std::vector<float> rows(nodes * 2 * layout.column_count());
  std::vector<double> z(nodes);
  for (std::size_t column = 0; column < layout.column_count(); ++column) {
    if (domain::GetMetric(layout.metric(column)).scope == domain::MetricScope::kCluster)
      continue;  // the test box's own
    for (std::size_t n = 0; n < nodes; ++n)
      z[n] = RobustZ(recording,
                     layout.series(domain::NodeIndex(static_cast<std::uint32_t>(n)), column),
                     before, window);
    for (std::size_t n = 0; n < nodes; ++n) {
      std::vector<double> peers;
      for (std::size_t m = 0; m < nodes; ++m) {
        if (m != n) peers.push_back(z[m]);
      }
      float* row = rows.data() + n * 2 * layout.column_count();
      row[2 * column] = static_cast<float>(z[n]);
      row[2 * column + 1] = peers.empty() ? 0.0F : static_cast<float>(z[n] - Median(peers));
    }
  }
  return rows;
}

// The rows [node, 2 * from] as [node, 2 * to]; 0 where `from` has not the metric.
std::vector<float> Align(const std::vector<float>& rows, const std::vector<domain::MetricId>& from,
                         const std::vector<domain::MetricId>& to) {
  const std::size_t nodes = rows.size() / (2 * from.size());
  std::vector<float> aligned(nodes * 2 * to.size());
  for (std::size_t column = 0; column < from.size(); ++column) {
    const auto found = std::ranges::find(to, from[column]);
    if (found == to.end()) continue;
    const auto place = static_cast<std::size_t>(found - to.begin());
    for (std::size_t n = 0; n < nodes; ++n) {
      for (const std::size_t part : {0, 1}) {
        aligned[2 * (n * to.size() + place) + part] = rows[2 * (n * from.size() + column) + part];
      }
    }
  }
  return aligned;
}

}  // namespace

GivenWindowRows ExtractGivenWindow(const collect::Recording& recording) {
  GivenWindowRows rows;
  rows.metrics.assign(recording.layout.columns().begin(), recording.layout.columns().end());
  const std::size_t nodes = recording.layout.node_count();
  rows.y.assign(nodes * domain::kProblemCount, 0.0F);
  for (std::size_t n = 0; n < nodes; ++n) {
    for (const collect::RecordedLabel& label : recording.labels) {
      if (!label.node || domain::Index(*label.node) == n)
        rows.y[n * domain::kProblemCount + static_cast<std::size_t>(label.problem)] = 1.0F;
    }
  }
  const base::Timestamp fault = recording.anomaly_start.value_or(recording.normal_end);
  const Range before{recording.normal_end - kBefore, recording.normal_end};
  rows.x = RowsOf(recording, before, {fault + kFrom, fault + kTo});
  const base::Timestamp split = recording.normal_end - std::chrono::seconds(8);
  rows.normal = RowsOf(recording, {before.from, split}, {split, recording.normal_end});
  return rows;
}

GivenWindowBaseline::GivenWindowBaseline(std::span<const GivenWindowRows* const> cases) {
  std::vector<float> x;
  std::vector<float> y;
  std::size_t rows = 0;
  for (const GivenWindowRows* one : cases) {
    for (const domain::MetricId metric : one->metrics) {
      if (std::ranges::find(metrics_, metric) == metrics_.end()) metrics_.push_back(metric);
    }
  }
  for (const GivenWindowRows* one : cases) {
    for (const std::vector<float>* part : {&one->x, &one->normal}) {
      const std::vector<float> aligned = Align(*part, one->metrics, metrics_);
      x.insert(x.end(), aligned.begin(), aligned.end());
      rows += aligned.size() / (2 * metrics_.size());
    }
    y.insert(y.end(), one->y.begin(), one->y.end());
    y.insert(y.end(), one->y.size(), 0.0F);
  }
  trees_ = ExtraTrees::Fit(x, y, rows, {.trees = 300, .seed = 1});
}

std::vector<Pair> GivenWindowBaseline::Rank(const GivenWindowRows& rows) const {
  const std::size_t columns = 2 * metrics_.size();
  const std::vector<float> aligned = Align(rows.x, rows.metrics, metrics_);
  const std::size_t nodes = aligned.size() / columns;
  std::vector<std::pair<double, Pair>> scored;
  std::array<double, domain::kProblemCount> cluster{};
  for (std::size_t n = 0; n < nodes; ++n) {
    const std::vector<double> votes =
        trees_.Predict(std::span(aligned).subspan(n * columns, columns));
    for (const domain::ProblemInfo& problem : domain::AllProblems()) {
      const double vote = votes[static_cast<std::size_t>(problem.id)];
      cluster[static_cast<std::size_t>(problem.id)] += vote / static_cast<double>(nodes);
      if (problem.scope == domain::ProblemScope::kNode)
        scored.push_back({vote, {{domain::NodeIndex(static_cast<std::uint32_t>(n))}, problem.id}});
    }
  }
  for (const domain::ProblemInfo& problem : domain::AllProblems()) {
    if (problem.scope == domain::ProblemScope::kCluster)
      scored.push_back(
          {cluster[static_cast<std::size_t>(problem.id)], {{std::nullopt}, problem.id}});
  }
  std::stable_sort(scored.begin(), scored.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Pair> ranking;
  for (const auto& [vote, pair] : scored) ranking.push_back(pair);
  return ranking;
}

}  // namespace distdiag::engine
