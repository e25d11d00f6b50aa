// Charts and graphs as plain values, ready to be drawn, and their JSON (the API's ChartList, AnomalyGraph, Impact).
//
// Why so: the same JSON is kept with an incident (store::IncidentEvidence) and served later, so an old incident shows the
// same charts.
// Thread: value.
#pragma once

#include "base/time.h"
#include "domain/metric_catalogue.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::serve {

// REQUIRES: the three vectors have one entry a point of the chart; NaN = gap.
struct ChartSeries {
  std::string node;
  std::vector<double> mean;
  std::vector<double> min;
  std::vector<double> max;
};

struct ChartBand {
  double low = 0;
  double high = 0;
  double expected = 0;
};

enum class ChartMarkKind { kStarted, kDetected, kResolved };
std::string_view ChartMarkKindName(ChartMarkKind kind);  // "started" "detected" "resolved"

struct ChartMark {
  base::Timestamp time;
  ChartMarkKind kind = ChartMarkKind::kStarted;
};

struct Chart {
  domain::MetricId metric{};
  base::Timestamp from;
  base::Timestamp to;
  double step_s = 0;  // seconds a point stands for
  std::vector<base::Timestamp> times;
  std::vector<ChartSeries> series;
  std::optional<ChartBand> band = std::nullopt;  // expected for focus_node
  std::optional<std::string> focus_node = std::nullopt;
  std::vector<ChartMark> marks;
};

enum class VertexKind { kCluster, kNode, kAlarm };
std::string_view VertexKindName(VertexKind kind);  // "cluster" "node" "alarm"

struct GraphVertex {
  std::string id;  // "node:n2", "cluster:lab", "alarm:h_cpu_ext"
  VertexKind kind = VertexKind::kNode;
  std::string label;
  std::optional<domain::MetricId> metric = std::nullopt;  // for alarms
  double criticality = 0;
  double initial_rcr = 0;
  double propagated_rcr = 0;
  double rcr = 0;
};

enum class EdgeKind { kTopology, kAlarm };
std::string_view EdgeKindName(EdgeKind kind);  // "topology" "alarm"

struct GraphEdge {
  std::string from;
  std::string to;
  EdgeKind kind = EdgeKind::kTopology;
  double severity = 0;
  double score = 0;
};

struct AnomalyGraph {
  base::Timestamp time;
  std::vector<GraphVertex> vertices;
  std::vector<GraphEdge> edges;
};

// Cluster-wide sums; nullopt = not measured.
struct Impact {
  std::optional<double> tps_before = std::nullopt;
  std::optional<double> tps_during = std::nullopt;
  std::optional<double> p95_before_ms = std::nullopt;
  std::optional<double> p95_during_ms = std::nullopt;
};

std::string ChartsToJson(const std::vector<Chart>& charts);  // {"charts": […]}
std::string GraphToJson(const AnomalyGraph& graph);
std::string ImpactToJson(const Impact& impact);

}  // namespace distdiag::serve
