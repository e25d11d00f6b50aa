// /api/v1/faults and /api/v1/drills: faults made on purpose, and how the diagnosis did.
#include "serve/api_json.h"
#include "serve/drill_body.h"
#include "serve/drill_control.h"
#include "serve/page_limit.h"
#include "serve/router.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace distdiag::serve {
namespace {

constexpr int kExportedDrills = 500;

Response NotPossible(const HandlerContext& context) {
  return ProblemResponse(409, "drills_not_possible", context.deps.drills_reason);
}

base::Result<std::int64_t> ReadDrillId(const std::string& text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id < 1)
    return base::Fail(base::NotFound(fmt::format("there is no drill \"{}\"", text.substr(0, 40))));
  return id;
}

// What is stored may be a phase behind: the queued and running ones are told by who works on them.
void PutCurrent(const HandlerContext& context, std::vector<domain::Drill>& drills) {
  if (context.deps.drills == nullptr) return;
  for (domain::Drill& current : context.deps.drills->Current()) {
    const auto stored = std::ranges::find(drills, current.id, &domain::Drill::id);
    if (stored != drills.end()) *stored = std::move(current);
  }
}

base::Result<domain::Drill> FindDrill(const HandlerContext& context, std::int64_t id) {
  ASSIGN_OR_RETURN(domain::Drill drill, context.deps.drill_history.Get(id));
  std::vector<domain::Drill> one = {std::move(drill)};
  PutCurrent(context, one);
  return std::move(one.front());
}

std::string DrillsToJson(const std::vector<domain::Drill>& drills) {
  base::JsonWriter json;
  json.BeginObject().Key("drills").BeginArray();
  for (const domain::Drill& drill : drills) WriteDrill(json, drill);
  json.EndArray().EndObject();
  return json.Take();
}

Response ListFaults(const HandlerContext& context, const Call&) {
  const DrillControl* control = context.deps.drills;
  base::JsonWriter json;
  json.BeginObject().Field("enabled", control != nullptr);
  json.Field("reason", control == nullptr ? context.deps.drills_reason : std::string());
  json.Key("kinds").BeginArray();
  if (control != nullptr) {
    for (const inject::FaultKind& kind : control->Kinds()) WriteFaultKind(json, kind);
  }
  json.EndArray().Key("targets").BeginArray();
  if (control != nullptr) {
    for (const std::string& target : control->Targets()) json.Value(target);
  }
  json.EndArray().Key("suites").BeginArray();
  if (control != nullptr) {
    for (const DrillSuite& suite : control->Suites()) {
      json.BeginObject().Field("name", suite.name).Field("description", suite.description);
      json.Field("drills", suite.drills).EndObject();
    }
  }
  json.EndArray().EndObject();
  return JsonResponse(json.Take());
}

base::Result<DrillRequest> ReadRequest(const HandlerContext& context, const Call& call) {
  ASSIGN_OR_RETURN(const NewDrill wanted, ParseNewDrill(call.request.body));
  return FitToControl(wanted, *context.deps.drills);
}

Response PlanDrills(const HandlerContext& context, const Call& call) {
  if (context.deps.drills == nullptr) return NotPossible(context);
  const auto request = ReadRequest(context, call);
  if (!request) return ProblemResponse(request.error());
  const auto plan = context.deps.drills->Plan(*request);
  if (!plan) return ProblemResponse(plan.error());
  base::JsonWriter json;
  json.BeginObject().Key("faults").BeginArray();
  for (const PlannedFault& fault : *plan) WritePlannedFault(json, fault);
  json.EndArray().EndObject();
  return JsonResponse(json.Take());
}

Response StartDrills(const HandlerContext& context, const Call& call) {
  if (context.deps.drills == nullptr) return NotPossible(context);
  const auto request = ReadRequest(context, call);
  if (!request) return ProblemResponse(request.error());
  const auto drills = context.deps.drills->Start(*request);
  if (!drills) return ProblemResponse(drills.error());
  return JsonResponse(DrillsToJson(*drills), 202);
}

base::Result<store::DrillFilter> ReadFilter(const Call& call) {
  const QueryReader query(call.target);
  RETURN_FAIL_IF_ERROR(query.OnlyKnows({"suite", "run", "before_id", "limit"}));
  store::DrillFilter filter;
  ASSIGN_OR_RETURN(filter.suite, query.Text("suite"));
  ASSIGN_OR_RETURN(filter.run, query.Text("run"));
  ASSIGN_OR_RETURN(filter.before_id,
                   query.Integer("before_id", 1, std::numeric_limits<std::int64_t>::max()));
  ASSIGN_OR_RETURN(filter.limit, ReadLimit(query));
  return filter;
}

Response ListDrills(const HandlerContext& context, const Call& call) {
  auto filter = ReadFilter(call);
  if (!filter) return ProblemResponse(filter.error());
  const auto wanted = static_cast<std::size_t>(filter->limit);
  ++filter->limit;  // one more tells whether there is a next page
  auto drills = context.deps.drill_history.List(*filter);
  if (!drills) return ProblemResponse(drills.error());
  const bool more = drills->size() > wanted;
  if (more) drills->resize(wanted);
  PutCurrent(context, *drills);
  base::JsonWriter json;
  json.BeginObject().Key("drills").BeginArray();
  for (const domain::Drill& drill : *drills) WriteDrill(json, drill);
  json.EndArray().Key("next_before_id");
  if (more) {
    json.Value(drills->back().id);
  } else {
    json.Null();
  }
  json.EndObject();
  return JsonResponse(json.Take());
}

Response GetDrill(const HandlerContext& context, const Call& call) {
  const auto id = ReadDrillId(call.parameters[0]);
  if (!id) return ProblemResponse(id.error());
  const auto drill = FindDrill(context, *id);
  if (!drill) return ProblemResponse(drill.error());
  return JsonResponse(DrillToApiJson(*drill));
}

Response CancelDrill(const HandlerContext& context, const Call& call) {
  if (context.deps.drills == nullptr) return NotPossible(context);
  const auto id = ReadDrillId(call.parameters[0]);
  if (!id) return ProblemResponse(id.error());
  const auto before = FindDrill(context, *id);
  if (!before) return ProblemResponse(before.error());
  const auto over = [&](domain::DrillPhase phase) {
    return ProblemResponse(base::FailedPrecondition(fmt::format(
        "drill {} is over ({}): there is nothing to undo", *id, domain::DrillPhaseName(phase))));
  };
  if (domain::IsOver(before->phase)) return over(before->phase);
  const base::Status cancelled = context.deps.drills->Cancel(*id);
  const auto after = FindDrill(context, *id);
  if (!after) return ProblemResponse(after.error());
  // It may have ended by itself between the two looks.
  if (cancelled.code() == base::StatusCode::kNotFound) return over(after->phase);
  if (!cancelled.ok()) return ProblemResponse(cancelled);
  return JsonResponse(DrillToApiJson(*after), 202);
}

struct ExportRequest {
  std::string format;
  std::optional<std::string> run;
};

base::Result<ExportRequest> ReadExport(const Call& call) {
  const QueryReader query(call.target);
  RETURN_FAIL_IF_ERROR(query.OnlyKnows({"format", "run"}));
  ASSIGN_OR_RETURN(const auto format, query.Text("format"));
  ASSIGN_OR_RETURN(const auto run, query.Text("run"));
  if (format && *format != "json" && *format != "md") {
    return base::Fail(base::InvalidArgument(
        fmt::format("format: expected json or md, found \"{}\"", format->substr(0, 40))));
  }
  return ExportRequest{.format = format.value_or("json"), .run = run};
}

Response ExportDrills(const HandlerContext& context, const Call& call) {
  const auto request = ReadExport(call);
  if (!request) return ProblemResponse(request.error());
  auto drills = context.deps.drill_history.List(
      {.suite = {}, .run = request->run, .before_id = {}, .limit = kExportedDrills});
  if (!drills) return ProblemResponse(drills.error());
  if (request->run && drills->empty()) {
    return ProblemResponse(
        base::NotFound(fmt::format("there is no run \"{}\"", request->run->substr(0, 100))));
  }
  PutCurrent(context, *drills);
  const domain::DrillScorecard card = domain::MakeScorecard(std::move(*drills));
  if (request->format == "json") return JsonResponse(ScorecardToJson(card));
  Response response = TextResponse(domain::ScorecardToMarkdown(card));
  response.content_type = "text/markdown; charset=utf-8";
  return response;
}

}  // namespace

void AddDrillRoutes(Router& router) {
  router.Add(Method::kGet, "/api/v1/faults", &ListFaults);
  router.Add(Method::kGet, "/api/v1/drills", &ListDrills);
  router.Add(Method::kPost, "/api/v1/drills", &StartDrills);
  router.Add(Method::kPost, "/api/v1/drills/plan", &PlanDrills);
  router.Add(Method::kGet, "/api/v1/drills/{id}", &GetDrill);
  // After {id}: of the routes that fit a path the last one stands.
  router.Add(Method::kGet, "/api/v1/drills/export", &ExportDrills);
  router.Add(Method::kPost, "/api/v1/drills/{id}/cancel", &CancelDrill);
}

}  // namespace distdiag::serve
