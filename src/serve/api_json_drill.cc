// Drills, scorecards, and what can be broken.
#include "domain/problem.h"
#include "serve/api_json.h"
#include "serve/api_json_write.h"

namespace distdiag::serve {
namespace {

using base::JsonWriter;

std::optional<std::string> NodeOrCluster(const std::string& node) {
  return node.empty() ? std::nullopt : std::optional<std::string>(node);
}

void WriteTotals(JsonWriter& json, const domain::DrillTotals& totals) {
  json.Key("totals").BeginObject();
  json.Field("judged", totals.judged).Field("passed", totals.passed).Field("missed", totals.missed);
  json.Field("never_right", totals.never_right).Field("not_judged", totals.not_judged);
  json.Field("unfinished", totals.unfinished).Field("other_incidents", totals.other_incidents);
  WriteOptional(json, "detected_median_s", totals.detected_median_s);
  WriteOptional(json, "detected_worst_s", totals.detected_worst_s);
  WriteOptional(json, "right_first_median_s", totals.right_first_median_s);
  WriteOptional(json, "right_first_worst_s", totals.right_first_worst_s);
  json.EndObject();
}

void WriteSteps(JsonWriter& json, std::string_view key, const std::vector<std::string>& steps) {
  json.Key(key).BeginArray();
  for (const std::string& step : steps) json.Value(step);
  json.EndArray();
}

}  // namespace

void WriteDrill(JsonWriter& json, const domain::Drill& drill) {
  json.BeginObject().Field("id", drill.id).Field("suite", drill.suite).Field("run", drill.run);
  json.Field("cluster", drill.cluster).Key("faults").BeginArray();
  for (const domain::DrillFault& fault : drill.faults) {
    json.BeginObject().Field("kind", fault.kind);
    WriteTarget(json, NodeOrCluster(fault.node));
    json.Field("number", fault.number)
        .Field("problem", domain::GetProblem(fault.problem).name)
        .EndObject();
  }
  json.EndArray().Field("duration_s", drill.duration_s);
  json.Field("phase", domain::DrillPhaseName(drill.phase));
  WriteTime(json, "created", drill.created);
  WriteOptionalTime(json, "injected", drill.injected);
  WriteOptionalTime(json, "undone", drill.undone);
  WriteOptional(json, "detected_s", drill.detected_s);
  WriteOptional(json, "right_first_s", drill.right_first_s);
  json.Field("rank_at_opening", drill.rank_at_opening).Field("rank", drill.rank);
  json.Field("recall", drill.recall).Key("diagnosed").BeginArray();
  for (const domain::DrillPair& pair : drill.diagnosed) {
    json.BeginObject();
    WriteTarget(json, NodeOrCluster(pair.node));
    json.Field("problem", domain::GetProblem(pair.problem).name)
        .Field("probability", pair.probability)
        .EndObject();
  }
  json.EndArray();
  WriteOptional(json, "resolved_s", drill.resolved_s);
  json.Field("other_incidents", drill.other_incidents);
  WriteOptional(json, "incident_id", drill.incident_id);
  json.Field("passed", drill.passed).Field("message", drill.message).EndObject();
}

std::string DrillToApiJson(const domain::Drill& drill) {
  JsonWriter json;
  WriteDrill(json, drill);
  return json.Take();
}

std::string ScorecardToJson(const domain::DrillScorecard& card) {
  JsonWriter json;
  json.BeginObject();
  WriteTotals(json, card.totals);
  json.Key("runs").BeginArray();
  for (const domain::DrillRun& run : card.runs) {
    json.BeginObject().Field("run", run.run).Field("suite", run.suite);
    WriteTime(json, "started", run.started);
    WriteTotals(json, run.totals);
    json.EndObject();
  }
  json.EndArray().Key("drills").BeginArray();
  for (const domain::Drill& drill : card.drills) WriteDrill(json, drill);
  json.EndArray().EndObject();
  return json.Take();
}

void WriteFaultKind(JsonWriter& json, const inject::FaultKind& kind) {
  json.BeginObject().Field("name", kind.name);
  json.Field("problem", domain::GetProblem(kind.problem).name)
      .Field("scope", domain::ProblemScopeName(kind.scope))
      .Field("parameter", kind.parameter);
  json.Field("low", kind.low).Field("medium", kind.medium).Field("high", kind.high);
  json.Field("least", kind.least).Field("most", kind.most);
  json.Field("unavailable", kind.unavailable).EndObject();
}

void WritePlannedFault(JsonWriter& json, const PlannedFault& planned) {
  json.BeginObject().Field("kind", planned.spec.kind);
  WriteTarget(json, NodeOrCluster(planned.spec.node));
  json.Field("number", planned.spec.number);
  WriteSteps(json, "prepare", planned.prepare);
  WriteSteps(json, "start", planned.start);
  WriteSteps(json, "stop", planned.stop);
  WriteSteps(json, "restore", planned.restore);
  json.EndObject();
}

}  // namespace distdiag::serve
