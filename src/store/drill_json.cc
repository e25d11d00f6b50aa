#include "store/drill_json.h"

#include "base/json_reader.h"
#include "base/json_writer.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

namespace distdiag::store {
namespace {

void WriteNumber(base::JsonWriter& json, std::string_view key, const std::optional<double>& value) {
  json.Key(key);
  if (value) {
    json.Value(*value);
  } else {
    json.Null();
  }
}

void WriteTime(base::JsonWriter& json, std::string_view key,
               const std::optional<base::Timestamp>& time) {
  json.Key(key);
  if (time) {
    json.Value(time->time_since_epoch().count());
  } else {
    json.Null();
  }
}

base::Result<std::optional<double>> ReadNumber(const base::JsonObject& object,
                                               std::string_view key) {
  if (object.IsNull(key)) return std::nullopt;
  ASSIGN_OR_RETURN(const double number, object.Number(key));
  return number;
}

base::Result<std::optional<base::Timestamp>> ReadTime(const base::JsonObject& object,
                                                      std::string_view key) {
  if (object.IsNull(key)) return std::nullopt;
  ASSIGN_OR_RETURN(const base::Timestamp time, object.Time(key));
  return time;
}

base::Result<int> ReadCount(const base::JsonObject& object, std::string_view key) {
  ASSIGN_OR_RETURN(const double number, object.Number(key));
  if (number >= 0 && number <= 1e6 && number == std::floor(number)) return static_cast<int>(number);
  return base::Fail(object.Unexpected(key, "a count", "another number"));
}

base::Result<domain::ProblemId> ReadProblem(const base::JsonObject& object) {
  ASSIGN_OR_RETURN(const std::string name, object.Text("problem"));
  const auto problem = domain::FindProblem(name);
  if (!problem)
    return base::Fail(object.Unexpected("problem", "a known problem", '"' + name + '"'));
  return *problem;
}

base::Status ReadFault(const base::JsonObject& object, domain::Drill& drill) {
  domain::DrillFault fault;
  ASSIGN_OR_RETURN_STATUS(fault.kind, object.Text("kind"));
  ASSIGN_OR_RETURN_STATUS(fault.node, object.Text("node"));
  ASSIGN_OR_RETURN_STATUS(fault.number, object.Number("number"));
  ASSIGN_OR_RETURN_STATUS(fault.problem, ReadProblem(object));
  drill.faults.push_back(std::move(fault));
  return base::OkStatus();
}

base::Status ReadPair(const base::JsonObject& object, domain::Drill& drill) {
  domain::DrillPair pair;
  ASSIGN_OR_RETURN_STATUS(pair.node, object.Text("node"));
  ASSIGN_OR_RETURN_STATUS(pair.problem, ReadProblem(object));
  ASSIGN_OR_RETURN_STATUS(pair.probability, object.Number("probability"));
  drill.diagnosed.push_back(std::move(pair));
  return base::OkStatus();
}

base::Status ReadOutcome(const base::JsonObject& object, domain::Drill& drill) {
  ASSIGN_OR_RETURN_STATUS(drill.detected_s, ReadNumber(object, "detected_s"));
  ASSIGN_OR_RETURN_STATUS(drill.right_first_s, ReadNumber(object, "right_first_s"));
  ASSIGN_OR_RETURN_STATUS(drill.rank_at_opening, ReadCount(object, "rank_at_opening"));
  ASSIGN_OR_RETURN_STATUS(drill.rank, ReadCount(object, "rank"));
  ASSIGN_OR_RETURN_STATUS(drill.recall, object.Number("recall"));
  ASSIGN_OR_RETURN_STATUS(drill.resolved_s, ReadNumber(object, "resolved_s"));
  ASSIGN_OR_RETURN_STATUS(drill.other_incidents, ReadCount(object, "other_incidents"));
  ASSIGN_OR_RETURN_STATUS(const auto incident, ReadNumber(object, "incident_id"));
  if (incident) {
    // Whole numbers beyond 2^53 have no exact double; no incident comes near.
    if (!(*incident >= 1 && *incident < 9e15))
      return object.Unexpected("incident_id", "an id", "another number");
    drill.incident_id = static_cast<std::int64_t>(*incident);
  }
  ASSIGN_OR_RETURN_STATUS(drill.passed, object.Flag("passed"));
  ASSIGN_OR_RETURN_STATUS(drill.message, object.Text("message"));
  return base::OkStatus();
}

}  // namespace

std::string DrillToJson(const domain::Drill& drill) {
  base::JsonWriter json;
  json.BeginObject().Key("faults").BeginArray();
  for (const domain::DrillFault& fault : drill.faults) {
    json.BeginObject().Field("kind", fault.kind).Field("node", fault.node);
    json.Field("number", fault.number)
        .Field("problem", domain::GetProblem(fault.problem).name)
        .EndObject();
  }
  json.EndArray().Field("duration_s", drill.duration_s);
  WriteTime(json, "injected", drill.injected);
  WriteTime(json, "undone", drill.undone);
  WriteNumber(json, "detected_s", drill.detected_s);
  WriteNumber(json, "right_first_s", drill.right_first_s);
  json.Field("rank_at_opening", drill.rank_at_opening).Field("rank", drill.rank);
  json.Field("recall", drill.recall).Key("diagnosed").BeginArray();
  for (const domain::DrillPair& pair : drill.diagnosed) {
    json.BeginObject().Field("node", pair.node);
    json.Field("problem", domain::GetProblem(pair.problem).name)
        .Field("probability", pair.probability)
        .EndObject();
  }
  json.EndArray();
  WriteNumber(json, "resolved_s", drill.resolved_s);
  json.Field("other_incidents", drill.other_incidents).Key("incident_id");
  if (drill.incident_id) {
    json.Value(*drill.incident_id);
  } else {
    json.Null();
  }
  json.Field("passed", drill.passed).Field("message", drill.message).EndObject();
  return json.Take();
}

base::Status ReadDrillJson(std::string_view text, domain::Drill& drill) {
  ASSIGN_OR_RETURN_STATUS(const base::JsonDocument document,
                          base::JsonDocument::Parse(text, "drill"));
  const base::JsonObject root = document.root();
  RETURN_IF_ERROR(root.ForEach(
      "faults", [&](const base::JsonObject& object) { return ReadFault(object, drill); }));
  RETURN_IF_ERROR(root.ForEach(
      "diagnosed", [&](const base::JsonObject& object) { return ReadPair(object, drill); }));
  ASSIGN_OR_RETURN_STATUS(drill.duration_s, root.Number("duration_s"));
  ASSIGN_OR_RETURN_STATUS(drill.injected, ReadTime(root, "injected"));
  ASSIGN_OR_RETURN_STATUS(drill.undone, ReadTime(root, "undone"));
  return ReadOutcome(root, drill);
}

}  // namespace distdiag::store
