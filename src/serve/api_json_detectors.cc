// Detector definitions, their versions, and backtests.
#include "domain/metric_catalogue.h"
#include "serve/api_json.h"
#include "serve/api_json_write.h"

#include <cmath>
#include <limits>

namespace distdiag::serve {
namespace {

using base::JsonWriter;

constexpr domain::DetectorKind kSettable[] = {
    domain::DetectorKind::kRecent, domain::DetectorKind::kPeer, domain::DetectorKind::kRule};

void WriteParameter(JsonWriter& json, const domain::DetectorParameter& one) {
  json.BeginObject().Field("name", one.name).Field("unit", one.unit);
  json.Field("least", one.least).Field("most", one.most).Field("standard", one.standard);
  json.Field("is_whole", one.is_whole);
  json.Field("label_en", one.label_en).Field("label_zh", one.label_zh);
  json.Field("effect_en", one.effect_en).Field("effect_zh", one.effect_zh).EndObject();
}

void WriteTexts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.Key(key).BeginArray();
  for (const std::string& text : texts) json.Value(text);
  json.EndArray();
}

void WriteDefinition(JsonWriter& json, const domain::DetectorDefinitions& all,
                     const domain::DetectorDefinition& one, std::size_t series) {
  json.BeginObject().Field("name", one.name);
  json.Field("kind", domain::DetectorKindName(one.kind)).Field("inherits", one.inherits);
  json.Field("enabled", one.enabled);
  WriteTexts(json, "groups", one.groups);
  WriteTexts(json, "metrics", one.metrics);
  WriteTexts(json, "nodes", one.nodes);
  json.Key("parameters").BeginObject();
  for (const auto& [name, value] : one.parameters) json.Field(name, value);
  json.EndObject().Key("effective").BeginObject();
  const auto parameters = domain::ParametersOf(one.kind);
  const std::vector<double> values = domain::EffectiveParameters(all, one);
  for (std::size_t i = 0; i < values.size(); ++i) json.Field(parameters[i].name, values[i]);
  json.EndObject().Field("series", series).EndObject();
}

void WriteRun(JsonWriter& json, const domain::BacktestRun& run) {
  json.BeginObject().Key("detectors").BeginArray();
  for (const auto& [kind, tally] : run.detectors) {
    json.BeginObject().Field("detector", domain::DetectorKindName(kind));
    json.Field("alarms", tally.alarms).Field("series", tally.series).EndObject();
  }
  json.EndArray().Key("alarms_a_slice").BeginArray();
  for (const std::uint32_t count : run.alarms_a_slice) json.Value(count);
  json.EndArray().Field("incidents", run.incidents.size()).EndObject();
}

void WriteSide(JsonWriter& json, std::string_view key, const domain::BacktestRun& run,
               const std::optional<std::size_t>& position, const domain::Topology& topology) {
  json.Key(key);
  if (position) {
    WriteIncidentSummary(json, run.incidents[*position], topology);
  } else {
    json.Null();
  }
}

}  // namespace

void WriteDetectorVersion(JsonWriter& json, const store::DetectorVersion& version) {
  json.BeginObject().Field("id", version.id);
  WriteTime(json, "time", version.time);
  json.Field("author", version.author).Field("reason", version.reason).Key("definitions");
  json.Raw(domain::DetectorsToJson(version.definitions)).EndObject();
}

std::string DetectorsToApiJson(const DetectorState& state) {
  JsonWriter json;
  json.BeginObject().Field("version", state.version.id);
  WriteOptionalTime(json, "changed",
                    state.version.id == 0 ? std::nullopt : std::optional(state.version.time));
  json.Field("author", state.version.author).Field("reason", state.version.reason);
  json.Key("kinds").BeginArray();
  for (const domain::DetectorKind kind : kSettable) {
    json.BeginObject().Field("kind", domain::DetectorKindName(kind)).Key("parameters").BeginArray();
    for (const domain::DetectorParameter& one : domain::ParametersOf(kind))
      WriteParameter(json, one);
    json.EndArray().EndObject();
  }
  json.EndArray().Key("detectors").BeginArray();
  const domain::DetectorDefinitions& all = state.version.definitions;
  for (std::size_t i = 0; i < all.size(); ++i) WriteDefinition(json, all, all[i], state.series[i]);
  json.EndArray().EndObject();
  return json.Take();
}

std::string BacktestToJson(const domain::Backtest& backtest, const domain::Topology& topology) {
  JsonWriter json;
  json.BeginObject();
  WriteTime(json, "from", backtest.from);
  WriteTime(json, "to", backtest.to);
  json.Field("ticks", backtest.ticks).Field("slice_s", backtest.slice_s).Key("before");
  WriteRun(json, backtest.before);
  json.Key("after");
  WriteRun(json, backtest.after);
  json.Key("incidents").BeginArray();
  for (const domain::BacktestPair& pair : backtest.pairs) {
    json.BeginObject().Field("verdict",
                             domain::BacktestVerdictName(domain::Compare(backtest, pair)));
    WriteSide(json, "before", backtest.before, pair.before, topology);
    WriteSide(json, "after", backtest.after, pair.after, topology);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return json.Take();
}

}  // namespace distdiag::serve
