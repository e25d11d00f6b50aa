#include "engine/cluster_charts.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

constexpr auto kBefore = std::chrono::seconds(60);
constexpr std::size_t kEvidencePoints = 400;

domain::NodeIndex Node(std::size_t n) { return domain::NodeIndex(static_cast<std::uint32_t>(n)); }

serve::Chart ReadChart(domain::MetricId metric, const domain::Topology& topology,
                       const store::WindowStore& window, base::Timestamp from, base::Timestamp to,
                       std::size_t points) {
  serve::Chart chart;
  chart.metric = metric;
  chart.from = from;
  chart.to = to;
  const auto column = window.layout().column(metric);
  if (!column) return chart;
  std::vector<std::size_t> series;
  for (std::size_t n = 0; n < topology.nodes.size(); ++n)
    series.push_back(window.layout().series(Node(n), *column));
  store::WindowSlices slices = window.ReadSlices(series, from, to, points);
  chart.step_s = slices.step_s;
  chart.times = std::move(slices.times);
  for (std::size_t n = 0; n < series.size(); ++n) {
    store::SeriesSlices& values = slices.series[n];
    chart.series.push_back({.node = topology.nodes[n].name,
                            .mean = std::move(values.mean),
                            .min = std::move(values.min),
                            .max = std::move(values.max)});
  }
  return chart;
}

std::vector<serve::ChartMark> MarksOf(const domain::Incident& incident) {
  std::vector<serve::ChartMark> marks = {{incident.started, serve::ChartMarkKind::kStarted},
                                         {incident.detected, serve::ChartMarkKind::kDetected}};
  if (incident.resolved) marks.push_back({*incident.resolved, serve::ChartMarkKind::kResolved});
  return marks;
}

// The evidence of the shown pairs (of the first pair when none is shown), taken in turns so that each pair gets its charts;
// each metric once.
std::vector<const domain::Alarm*> ChartedEvidence(const domain::Verdict& verdict) {
  std::vector<const domain::RankedCause*> causes;
  for (const domain::RankedCause& cause : verdict.ranking) {
    if (cause.shown) causes.push_back(&cause);
  }
  if (causes.empty() && !verdict.ranking.empty()) causes.push_back(&verdict.ranking.front());
  std::vector<const domain::Alarm*> charted;
  std::size_t longest = 0;
  for (const auto* cause : causes) longest = std::max(longest, cause->evidence.size());
  for (std::size_t i = 0; i < longest; ++i) {
    for (const auto* cause : causes) {
      if (i >= cause->evidence.size() || charted.size() == kMostEvidenceCharts) continue;
      const domain::Alarm& alarm = cause->evidence[i];
      const bool is_new =
          std::none_of(charted.begin(), charted.end(),
                       [&](const domain::Alarm* one) { return one->metric == alarm.metric; });
      if (is_new) charted.push_back(&alarm);
    }
  }
  return charted;
}

// Mean of a node's values within [from, to]; NaN when there is none.
double MeanOf(const store::WindowStore& window, std::size_t series, base::Timestamp from,
              base::Timestamp to) {
  const std::size_t one[] = {series};
  const store::WindowSlices slices = window.ReadSlices(one, from, to, 1);
  return slices.times.empty() ? std::nan("") : slices.series[0].mean[0];
}

enum class Combine { kSum, kWorst };

std::optional<double> OverNodes(const store::WindowStore& window, std::string_view metric_name,
                                base::Timestamp from, base::Timestamp to, Combine combine) {
  const auto metric = domain::FindMetric(metric_name);
  const auto column = metric ? window.layout().column(*metric) : std::nullopt;
  if (!column) return std::nullopt;
  std::optional<double> total;
  for (std::size_t n = 0; n < window.layout().node_count(); ++n) {
    const double mean = MeanOf(window, window.layout().series(Node(n), *column), from, to);
    if (std::isnan(mean)) continue;
    total =
        combine == Combine::kSum ? total.value_or(0) + mean : std::max(total.value_or(mean), mean);
  }
  return total;
}

}  // namespace

base::Result<std::vector<serve::Chart>> WindowSeriesReader::ReadSeries(
    const serve::SeriesQuery& query) {
  if (query.cluster != topology_.cluster) {
    return base::Fail(base::NotFound(fmt::format("expected the cluster \"{}\", found \"{}\"",
                                                 topology_.cluster, query.cluster)));
  }
  std::vector<serve::Chart> charts;
  for (const domain::MetricId metric : query.metrics) {
    charts.push_back(ReadChart(metric, topology_, window_, query.from, query.to,
                               static_cast<std::size_t>(query.points)));
  }
  return charts;
}

std::vector<serve::Chart> EvidenceCharts(const domain::Incident& incident,
                                         const domain::Topology& topology,
                                         const store::WindowStore& window, base::Timestamp now) {
  std::vector<serve::Chart> charts;
  for (const domain::Alarm* alarm : ChartedEvidence(incident.verdict)) {
    serve::Chart chart = ReadChart(alarm->metric, topology, window, incident.started - kBefore, now,
                                   kEvidencePoints);
    const domain::Evidence& seen = alarm->evidence;
    if (std::isfinite(seen.band_low) && std::isfinite(seen.band_high))
      chart.band =
          serve::ChartBand{.low = seen.band_low, .high = seen.band_high, .expected = seen.expected};
    chart.focus_node = topology.nodes[domain::Index(alarm->node)].name;
    chart.marks = MarksOf(incident);
    charts.push_back(std::move(chart));
  }
  return charts;
}

serve::Impact MeasureImpact(const domain::Incident& incident, const store::WindowStore& window,
                            base::Timestamp now) {
  const base::Timestamp end = std::min(now, incident.resolved.value_or(now));
  const base::Timestamp last_calm = incident.started - base::Duration(1);
  // What lies before a jump of the source is not the time before this trouble.
  base::Timestamp first_calm = incident.started - kBefore;
  if (const auto stretch = window.View(); !stretch.empty())
    first_calm = std::max(first_calm, stretch.time(0));
  return {.tps_before = OverNodes(window, "c_tps", first_calm, last_calm, Combine::kSum),
          .tps_during = OverNodes(window, "c_tps", incident.started, end, Combine::kSum),
          .p95_before_ms = OverNodes(window, "c_p95_ms", first_calm, last_calm, Combine::kWorst),
          .p95_during_ms = OverNodes(window, "c_p95_ms", incident.started, end, Combine::kWorst)};
}

}  // namespace distdiag::engine
