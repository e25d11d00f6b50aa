#include "serve/chart.h"

#include "base/json_writer.h"

namespace distdiag::serve {
namespace {

void WriteNumbers(base::JsonWriter& json, std::string_view key,
                  const std::vector<double>& numbers) {
  json.Key(key).BeginArray();
  // The window holds floats: more digits than theirs would say nothing and double the answer.
  for (const double number : numbers) json.Value(static_cast<float>(number));
  json.EndArray();
}

void WriteChart(base::JsonWriter& json, const Chart& chart) {
  const domain::MetricInfo& metric = domain::GetMetric(chart.metric);
  json.BeginObject().Field("metric", metric.name).Field("unit", metric.unit);
  json.Field("from", base::ToRfc3339(chart.from)).Field("to", base::ToRfc3339(chart.to));
  json.Field("step_s", chart.step_s);
  json.Key("times").BeginArray();
  for (const base::Timestamp time : chart.times) json.Value(base::ToUnixSeconds(time));
  json.EndArray().Key("series").BeginArray();
  for (const ChartSeries& series : chart.series) {
    json.BeginObject().Field("node", series.node);
    WriteNumbers(json, "mean", series.mean);
    WriteNumbers(json, "min", series.min);
    WriteNumbers(json, "max", series.max);
    json.EndObject();
  }
  json.EndArray().Key("band");
  if (chart.band) {
    json.BeginObject().Field("low", chart.band->low).Field("high", chart.band->high);
    json.Field("expected", chart.band->expected).EndObject();
  } else {
    json.Null();
  }
  json.Key("focus_node");
  if (chart.focus_node) {
    json.Value(*chart.focus_node);
  } else {
    json.Null();
  }
  json.Key("marks").BeginArray();
  for (const ChartMark& mark : chart.marks) {
    json.BeginObject()
        .Field("time", base::ToRfc3339(mark.time))
        .Field("kind", ChartMarkKindName(mark.kind))
        .EndObject();
  }
  json.EndArray().EndObject();
}

void WriteOptional(base::JsonWriter& json, std::string_view key,
                   const std::optional<double>& number) {
  json.Key(key);
  if (number) {
    json.Value(*number);
  } else {
    json.Null();
  }
}

}  // namespace

std::string_view ChartMarkKindName(ChartMarkKind kind) {
  switch (kind) {
    case ChartMarkKind::kStarted: return "started";
    case ChartMarkKind::kDetected: return "detected";
    case ChartMarkKind::kResolved: return "resolved";
  }
  return "started";
}

std::string_view VertexKindName(VertexKind kind) {
  switch (kind) {
    case VertexKind::kCluster: return "cluster";
    case VertexKind::kNode: return "node";
    case VertexKind::kAlarm: return "alarm";
  }
  return "node";
}

std::string_view EdgeKindName(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::kTopology: return "topology";
    case EdgeKind::kAlarm: return "alarm";
  }
  return "topology";
}

std::string ChartsToJson(const std::vector<Chart>& charts) {
  base::JsonWriter json;
  json.BeginObject().Key("charts").BeginArray();
  for (const Chart& chart : charts) WriteChart(json, chart);
  json.EndArray().EndObject();
  return json.Take();
}

std::string GraphToJson(const AnomalyGraph& graph) {
  base::JsonWriter json;
  json.BeginObject().Field("time", base::ToRfc3339(graph.time)).Key("vertices").BeginArray();
  for (const GraphVertex& vertex : graph.vertices) {
    json.BeginObject()
        .Field("id", vertex.id)
        .Field("kind", VertexKindName(vertex.kind))
        .Field("label", vertex.label);
    json.Key("metric");
    if (vertex.metric) {
      json.Value(domain::GetMetric(*vertex.metric).name);
    } else {
      json.Null();
    }
    json.Field("criticality", vertex.criticality).Field("initial_rcr", vertex.initial_rcr);
    json.Field("propagated_rcr", vertex.propagated_rcr).Field("rcr", vertex.rcr).EndObject();
  }
  json.EndArray().Key("edges").BeginArray();
  for (const GraphEdge& edge : graph.edges) {
    json.BeginObject()
        .Field("from", edge.from)
        .Field("to", edge.to)
        .Field("kind", EdgeKindName(edge.kind));
    json.Field("severity", edge.severity).Field("score", edge.score).EndObject();
  }
  json.EndArray().EndObject();
  return json.Take();
}

std::string ImpactToJson(const Impact& impact) {
  base::JsonWriter json;
  json.BeginObject();
  WriteOptional(json, "tps_before", impact.tps_before);
  WriteOptional(json, "tps_during", impact.tps_during);
  WriteOptional(json, "p95_before_ms", impact.p95_before_ms);
  WriteOptional(json, "p95_during_ms", impact.p95_during_ms);
  json.EndObject();
  return json.Take();
}

}  // namespace distdiag::serve
