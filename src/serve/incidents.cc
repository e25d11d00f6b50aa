// /api/v1/incidents, one of them, its charts, its graph and its statements.
#include "serve/api_json.h"
#include "serve/chart_sparks.h"
#include "serve/page_limit.h"
#include "serve/router.h"

#include <limits>
#include <map>
#include <vector>

namespace distdiag::serve {
namespace {

base::Result<store::IncidentFilter> ReadFilter(const Call& call) {
  const QueryReader query(call.target);
  RETURN_FAIL_IF_ERROR(query.OnlyKnows({"cluster", "state", "before_id", "limit"}));
  store::IncidentFilter filter;
  ASSIGN_OR_RETURN(filter.cluster, query.Text("cluster"));
  ASSIGN_OR_RETURN(filter.before_id,
                   query.Integer("before_id", 1, std::numeric_limits<std::int64_t>::max()));
  ASSIGN_OR_RETURN(filter.limit, ReadLimit(query));
  ASSIGN_OR_RETURN(const auto state, query.Text("state"));
  if (!state) return filter;
  using enum domain::IncidentState;
  for (const domain::IncidentState one : {kOpen, kResolved}) {
    if (*state == domain::IncidentStateName(one)) filter.state = one;
  }
  if (!filter.state) {
    return base::Fail(base::InvalidArgument("state: expected open or resolved, found \"" +
                                            state->substr(0, 40) + "\""));
  }
  return filter;
}

base::Result<std::map<std::int64_t, domain::Judgement>> JudgementsOf(
    const HandlerContext& context, const std::vector<store::StoredIncident>& incidents) {
  std::vector<std::int64_t> ids;
  ids.reserve(incidents.size());
  for (const store::StoredIncident& stored : incidents) ids.push_back(stored.incident.id);
  return context.deps.feedback.Current(ids);
}

Response ListIncidents(const HandlerContext& context, const Call& call) {
  auto filter = ReadFilter(call);
  if (!filter) return ProblemResponse(filter.error());
  const auto wanted = static_cast<std::size_t>(filter->limit);
  ++filter->limit;  // one more tells whether there is a next page
  auto incidents = context.deps.incidents.List(*filter);
  if (!incidents) return ProblemResponse(incidents.error());
  const bool more = incidents->size() > wanted;
  if (more) incidents->resize(wanted);
  const auto judgements = JudgementsOf(context, *incidents);
  if (!judgements) return ProblemResponse(judgements.error());
  base::JsonWriter json;
  json.BeginObject().Key("incidents").BeginArray();
  for (const store::StoredIncident& stored : *incidents) {
    const auto found = judgements->find(stored.incident.id);
    WriteJudgedSummary(json, stored.incident, stored.topology,
                       found == judgements->end() ? std::nullopt : std::optional(found->second));
  }
  json.EndArray().Key("next_before_id");
  if (more) {
    json.Value(incidents->back().incident.id);
  } else {
    json.Null();
  }
  json.EndObject();
  return JsonResponse(json.Take());
}

Response GetIncident(const HandlerContext& context, const Call& call) {
  const auto id = ReadIncidentId(call.parameters[0]);
  if (!id) return ProblemResponse(id.error());
  const auto stored = context.deps.incidents.Get(*id);
  if (!stored) return ProblemResponse(stored.error());
  const auto evidence = context.deps.incidents.LoadEvidence(*id);
  if (!evidence) return ProblemResponse(evidence.error());
  const auto feedback = context.deps.feedback.List(*id);
  if (!feedback) return ProblemResponse(feedback.error());
  const SparkTable sparks = SparksFromCharts(evidence->charts_json, stored->incident.verdict.time);
  return JsonResponse(IncidentToApiJson(
      *stored, {.sparks = sparks, .impact_json = evidence->impact_json, .feedback = *feedback}));
}

Response GetCharts(const HandlerContext& context, const Call& call) {
  const auto id = ReadIncidentId(call.parameters[0]);
  if (!id) return ProblemResponse(id.error());
  auto evidence = context.deps.incidents.LoadEvidence(*id);
  if (!evidence) return ProblemResponse(evidence.error());
  return JsonResponse(evidence->charts_json.empty() ? ChartsToJson({})
                                                    : std::move(evidence->charts_json));
}

Response GetGraph(const HandlerContext& context, const Call& call) {
  const auto id = ReadIncidentId(call.parameters[0]);
  if (!id) return ProblemResponse(id.error());
  auto evidence = context.deps.incidents.LoadEvidence(*id);
  if (!evidence) return ProblemResponse(evidence.error());
  return JsonResponse(evidence->graph_json.empty() ? GraphToJson({})
                                                   : std::move(evidence->graph_json));
}

Response GetStatements(const HandlerContext& context, const Call& call) {
  const auto id = ReadIncidentId(call.parameters[0]);
  if (!id) return ProblemResponse(id.error());
  auto evidence = context.deps.incidents.LoadEvidence(*id);
  if (!evidence) return ProblemResponse(evidence.error());
  if (!evidence->statements_json.empty()) return JsonResponse(std::move(evidence->statements_json));
  domain::StatementEvidence nothing;
  nothing.note_en = "No statements were kept with this incident.";
  nothing.note_zh = "该事件没有保存任何语句。";
  return JsonResponse(StatementsToJson(nothing, {}));
}

}  // namespace

void AddIncidentRoutes(Router& router) {
  router.Add(Method::kGet, "/api/v1/incidents", &ListIncidents);
  router.Add(Method::kGet, "/api/v1/incidents/{id}", &GetIncident);
  router.Add(Method::kGet, "/api/v1/incidents/{id}/charts", &GetCharts);
  router.Add(Method::kGet, "/api/v1/incidents/{id}/graph", &GetGraph);
  router.Add(Method::kGet, "/api/v1/incidents/{id}/statements", &GetStatements);
}

}  // namespace distdiag::serve
