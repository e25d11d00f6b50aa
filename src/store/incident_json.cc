#include "store/incident_json.h"

#include "base/json_reader.h"
#include "base/json_writer.h"

#include <fmt/format.h>

#include <cstdint>
#include <limits>

namespace distdiag::store {
namespace {

using base::JsonWriter;
using base::Result;
using base::Status;

void WriteTime(JsonWriter& json, std::string_view key, base::Timestamp time) {
  json.Field(key, static_cast<std::int64_t>(time.time_since_epoch().count()));
}

void WriteNode(JsonWriter& json, std::optional<domain::NodeIndex> node,
               const domain::Topology& topology) {
  json.Key("node");
  if (node) {
    json.Value(topology.nodes[domain::Index(*node)].name);
  } else {
    json.Null();
  }
}

void WriteAlarm(JsonWriter& json, const domain::Alarm& alarm, const domain::Topology& topology) {
  json.BeginObject();
  WriteNode(json, alarm.node, topology);
  json.Field("metric", domain::GetMetric(alarm.metric).name);
  json.Field("detector", domain::DetectorKindName(alarm.detector));
  json.Field("severity", alarm.severity);
  WriteTime(json, "time_us", alarm.time);
  json.Field("observed", alarm.evidence.observed);
  json.Field("expected", alarm.evidence.expected);
  json.Field("band_low", alarm.evidence.band_low);
  json.Field("band_high", alarm.evidence.band_high);
  WriteTime(json, "since_us", alarm.evidence.since);
  json.EndObject();
}

void WriteCause(JsonWriter& json, const domain::RankedCause& cause,
                const domain::Topology& topology) {
  json.BeginObject();
  WriteNode(json, cause.target.node, topology);
  json.Field("problem", domain::GetProblem(cause.problem).name);
  json.Field("probability", cause.probability);
  json.Field("importance", cause.importance);
  json.Field("initial_rcr", cause.initial_rcr);
  json.Field("propagated_rcr", cause.propagated_rcr);
  json.Field("shown", cause.shown);
  json.Field("why_not", cause.why_not);
  json.Key("evidence").BeginArray();
  for (const domain::Alarm& alarm : cause.evidence) WriteAlarm(json, alarm, topology);
  json.EndArray().EndObject();
}

void WriteVerdict(JsonWriter& json, const domain::Verdict& verdict,
                  const domain::Topology& topology) {
  json.BeginObject();
  WriteTime(json, "time_us", verdict.time);
  json.Field("ranker", verdict.ranker);
  json.Field("stability", verdict.stability);
  json.Key("ranking").BeginArray();
  for (const domain::RankedCause& cause : verdict.ranking) WriteCause(json, cause, topology);
  json.EndArray().EndObject();
}

Result<domain::NodeIndex> ReadNodeName(const base::JsonObject& object,
                                       const domain::Topology& topology) {
  ASSIGN_OR_RETURN(const std::string name, object.Text("node"));
  const auto node = topology.FindNode(name);
  if (!node)
    return base::Fail(
        object.Unexpected("node", fmt::format("a node of cluster {}", topology.cluster), name));
  return *node;
}

Result<domain::MetricId> ReadMetric(const base::JsonObject& object) {
  ASSIGN_OR_RETURN(const std::string name, object.Text("metric"));
  const auto metric = domain::FindMetric(name);
  if (!metric) return base::Fail(object.Unexpected("metric", "a metric of the catalogue", name));
  return *metric;
}

Result<domain::DetectorKind> ReadDetector(const base::JsonObject& object) {
  ASSIGN_OR_RETURN(const std::string name, object.Text("detector"));
  if (const auto kind = domain::FindDetectorKind(name)) return *kind;
  return base::Fail(object.Unexpected("detector", "a detector", name));
}

Result<domain::Alarm> ReadAlarm(const base::JsonObject& object, const domain::Topology& topology) {
  domain::Alarm alarm{};
  ASSIGN_OR_RETURN(alarm.node, ReadNodeName(object, topology));
  ASSIGN_OR_RETURN(alarm.metric, ReadMetric(object));
  ASSIGN_OR_RETURN(alarm.detector, ReadDetector(object));
  ASSIGN_OR_RETURN(alarm.severity, object.Number("severity"));
  ASSIGN_OR_RETURN(alarm.time, object.Time("time_us"));
  ASSIGN_OR_RETURN(alarm.evidence.observed, object.Number("observed"));
  ASSIGN_OR_RETURN(alarm.evidence.expected, object.Number("expected"));
  ASSIGN_OR_RETURN(alarm.evidence.band_low, object.Number("band_low"));
  ASSIGN_OR_RETURN(alarm.evidence.band_high, object.Number("band_high"));
  ASSIGN_OR_RETURN(alarm.evidence.since, object.Time("since_us"));
  return alarm;
}

Result<domain::RankedCause> ReadCause(const base::JsonObject& object,
                                      const domain::Topology& topology) {
  domain::RankedCause cause;
  if (!object.IsNull("node")) {
    ASSIGN_OR_RETURN(cause.target.node, ReadNodeName(object, topology));
  }
  ASSIGN_OR_RETURN(const std::string problem_name, object.Text("problem"));
  const auto problem = domain::FindProblem(problem_name);
  if (!problem)
    return base::Fail(object.Unexpected("problem", "a known problem type", problem_name));
  cause.problem = *problem;
  ASSIGN_OR_RETURN(cause.probability, object.Number("probability"));
  ASSIGN_OR_RETURN(cause.importance, object.Number("importance"));
  ASSIGN_OR_RETURN(cause.initial_rcr, object.Number("initial_rcr"));
  ASSIGN_OR_RETURN(cause.propagated_rcr, object.Number("propagated_rcr"));
  ASSIGN_OR_RETURN(cause.shown, object.Flag("shown"));
  ASSIGN_OR_RETURN(cause.why_not, object.Text("why_not"));
  const Status listed = object.ForEach("evidence", [&](const base::JsonObject& item) -> Status {
    ASSIGN_OR_RETURN_STATUS(domain::Alarm alarm, ReadAlarm(item, topology));
    cause.evidence.push_back(alarm);
    return base::OkStatus();
  });
  if (!listed.ok()) return base::Fail(listed);
  return cause;
}

Result<domain::Verdict> ReadVerdict(const base::JsonObject& object,
                                    const domain::Topology& topology) {
  domain::Verdict verdict;
  ASSIGN_OR_RETURN(verdict.time, object.Time("time_us"));
  ASSIGN_OR_RETURN(verdict.ranker, object.Text("ranker"));
  ASSIGN_OR_RETURN(verdict.stability, object.Number("stability"));
  const Status listed = object.ForEach("ranking", [&](const base::JsonObject& item) -> Status {
    ASSIGN_OR_RETURN_STATUS(domain::RankedCause cause, ReadCause(item, topology));
    verdict.ranking.push_back(std::move(cause));
    return base::OkStatus();
  });
  if (!listed.ok()) return base::Fail(listed);
  return verdict;
}

Result<domain::Topology> ReadTopology(const base::JsonObject& root) {
  domain::Topology topology;
  ASSIGN_OR_RETURN(topology.cluster, root.Text("cluster"));
  const Status listed = root.ForEach("nodes", [&](const base::JsonObject& item) -> Status {
    domain::Node node;
    ASSIGN_OR_RETURN_STATUS(node.name, item.Text("name"));
    ASSIGN_OR_RETURN_STATUS(node.zone, item.Text("zone"));
    topology.nodes.push_back(std::move(node));
    return base::OkStatus();
  });
  if (!listed.ok()) return base::Fail(listed);
  return topology;
}

Result<domain::FirstMove> ReadFirstMove(const base::JsonObject& object,
                                        const domain::Topology& topology) {
  domain::FirstMove move{};
  ASSIGN_OR_RETURN(move.time, object.Time("time_us"));
  ASSIGN_OR_RETURN(move.node, ReadNodeName(object, topology));
  ASSIGN_OR_RETURN(move.metric, ReadMetric(object));
  ASSIGN_OR_RETURN(move.severity, object.Number("severity"));
  return move;
}

Status ReadTimesAndState(const base::JsonObject& root, domain::Incident& incident) {
  ASSIGN_OR_RETURN_STATUS(const std::string state, root.Text("state"));
  if (state == domain::IncidentStateName(domain::IncidentState::kResolved)) {
    incident.state = domain::IncidentState::kResolved;
  } else if (state != domain::IncidentStateName(domain::IncidentState::kOpen)) {
    return root.Unexpected("state", "\"open\" or \"resolved\"", state);
  }
  ASSIGN_OR_RETURN_STATUS(incident.started, root.Time("started_us"));
  ASSIGN_OR_RETURN_STATUS(incident.detected, root.Time("detected_us"));
  ASSIGN_OR_RETURN_STATUS(incident.updated, root.Time("updated_us"));
  if (!root.IsNull("resolved_us")) {
    ASSIGN_OR_RETURN_STATUS(incident.resolved, root.Time("resolved_us"));
  }
  return base::OkStatus();
}

}  // namespace

std::string VerdictToJson(const domain::Verdict& verdict, const domain::Topology& topology) {
  JsonWriter json;
  WriteVerdict(json, verdict, topology);
  return json.Take();
}

Result<domain::Verdict> VerdictFromJson(std::string_view text, const domain::Topology& topology) {
  ASSIGN_OR_RETURN(const base::JsonDocument document, base::JsonDocument::Parse(text, "verdict"));
  return ReadVerdict(document.root(), topology);
}

std::string IncidentToJson(const domain::Incident& incident, const domain::Topology& topology) {
  JsonWriter json;
  json.BeginObject().Field("format", 1).Field("cluster", incident.cluster);
  json.Key("nodes").BeginArray();
  for (const domain::Node& node : topology.nodes) {
    json.BeginObject().Field("name", node.name).Field("zone", node.zone).EndObject();
  }
  json.EndArray();
  json.Field("state", domain::IncidentStateName(incident.state));
  WriteTime(json, "started_us", incident.started);
  WriteTime(json, "detected_us", incident.detected);
  WriteTime(json, "updated_us", incident.updated);
  if (incident.resolved) {
    WriteTime(json, "resolved_us", *incident.resolved);
  } else {
    json.Key("resolved_us").Null();
  }
  json.Key("verdict");
  WriteVerdict(json, incident.verdict, topology);
  json.Key("first_moves").BeginArray();
  for (const domain::FirstMove& move : incident.first_moves) {
    json.BeginObject();
    WriteTime(json, "time_us", move.time);
    WriteNode(json, move.node, topology);
    json.Field("metric", domain::GetMetric(move.metric).name)
        .Field("severity", move.severity)
        .EndObject();
  }
  json.EndArray().Key("advice").BeginArray();
  for (const domain::Alarm& alarm : incident.advice) WriteAlarm(json, alarm, topology);
  json.EndArray().EndObject();
  return json.Take();
}

Result<StoredIncident> IncidentFromJson(std::string_view text) {
  ASSIGN_OR_RETURN(const base::JsonDocument document, base::JsonDocument::Parse(text, "incident"));
  const base::JsonObject root = document.root();
  StoredIncident stored;
  ASSIGN_OR_RETURN(stored.topology, ReadTopology(root));
  stored.incident.cluster = stored.topology.cluster;
  RETURN_FAIL_IF_ERROR(ReadTimesAndState(root, stored.incident));
  ASSIGN_OR_RETURN(const base::JsonObject verdict, root.Object("verdict"));
  ASSIGN_OR_RETURN(stored.incident.verdict, ReadVerdict(verdict, stored.topology));
  const Status listed = root.ForEach("first_moves", [&](const base::JsonObject& item) -> Status {
    ASSIGN_OR_RETURN_STATUS(const domain::FirstMove move, ReadFirstMove(item, stored.topology));
    stored.incident.first_moves.push_back(move);
    return base::OkStatus();
  });
  if (!listed.ok()) return base::Fail(listed);
  if (root.IsNull("advice")) return stored;  // written before there was any
  const Status advised = root.ForEach("advice", [&](const base::JsonObject& item) -> Status {
    ASSIGN_OR_RETURN_STATUS(const domain::Alarm alarm, ReadAlarm(item, stored.topology));
    stored.incident.advice.push_back(alarm);
    return base::OkStatus();
  });
  if (!advised.ok()) return base::Fail(advised);
  return stored;
}

}  // namespace distdiag::store
