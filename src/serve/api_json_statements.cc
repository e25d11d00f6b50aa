// Statements that explain an incident's change.
#include "serve/api_json.h"
#include "serve/api_json_write.h"

namespace distdiag::serve {
namespace {

using base::JsonWriter;

std::optional<base::Timestamp> IfCompared(base::Timestamp time) {
  return time == base::Timestamp{} ? std::nullopt : std::optional(time);
}

void WriteRates(JsonWriter& json, std::string_view key, const domain::StatementTime& rates) {
  json.Key(key)
      .BeginObject()
      .Field("time_per_second", rates.seconds_per_second)
      .Field("calls_per_second", rates.calls_per_second)
      .Field("ms_per_call", rates.ms_per_call)
      .Field("rows_per_call", rates.rows_per_call)
      .EndObject();
}

void WriteChange(JsonWriter& json, const domain::StatementChange& change,
                 const domain::Topology& topology) {
  json.BeginObject()
      .Field("node", topology.nodes[domain::Index(change.node)].name)
      .Field("digest", change.now.digest)
      .Field("schema", change.now.schema)
      .Field("text", change.now.text)
      .Field("share", change.share)
      .Field("is_new", change.is_new)
      .Field("plan_changed", change.plan_changed)
      .Field("main_wait", change.now.main_wait);
  WriteRates(json, "now", change.now);
  WriteRates(json, "before", change.before);
  json.EndObject();
}

}  // namespace

std::string StatementsToJson(const domain::StatementEvidence& evidence,
                             const domain::Topology& topology) {
  JsonWriter json;
  json.BeginObject();
  WriteOptionalTime(json, "calm_from", IfCompared(evidence.calm_from));
  WriteOptionalTime(json, "calm_to", IfCompared(evidence.calm_to));
  WriteOptionalTime(json, "trouble_from", IfCompared(evidence.trouble_from));
  WriteOptionalTime(json, "trouble_to", IfCompared(evidence.trouble_to));
  json.Key("changes").BeginArray();
  for (const domain::StatementChange& change : evidence.changes)
    WriteChange(json, change, topology);
  json.EndArray().Field("note_en", evidence.note_en).Field("note_zh", evidence.note_zh).EndObject();
  return json.Take();
}

}  // namespace distdiag::serve
