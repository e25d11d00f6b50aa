// /api/v1/metrics and /api/v1/problems: what DistDiag knows by heart.
#include "base/json_writer.h"
#include "domain/metric_catalogue.h"
#include "domain/problem.h"
#include "serve/router.h"

namespace distdiag::serve {
namespace {

Response ListMetrics(const HandlerContext&, const Call&) {
  base::JsonWriter json;
  json.BeginObject().Key("metrics").BeginArray();
  for (const domain::MetricInfo& metric : domain::AllMetrics()) {
    json.BeginObject().Field("name", metric.name).Field("unit", metric.unit);
    json.Field("kind", domain::MetricKindName(metric.kind)).Field("group", metric.group);
    json.Field("bad_when", domain::BadWhenName(metric.bad_when));
    json.Field("scope", domain::MetricScopeName(metric.scope));
    json.Field("label_en", metric.label_en).Field("label_zh", metric.label_zh);
    json.Field("description_en", metric.description_en)
        .Field("description_zh", metric.description_zh)
        .EndObject();
  }
  json.EndArray().EndObject();
  return JsonResponse(json.Take());
}

Response ListProblems(const HandlerContext&, const Call&) {
  base::JsonWriter json;
  json.BeginObject().Key("problems").BeginArray();
  for (const domain::ProblemInfo& problem : domain::AllProblems()) {
    json.BeginObject()
        .Field("name", problem.name)
        .Field("scope", domain::ProblemScopeName(problem.scope));
    json.Field("title_en", problem.title_en).Field("title_zh", problem.title_zh);
    json.Field("summary_en", problem.summary_en)
        .Field("summary_zh", problem.summary_zh)
        .EndObject();
  }
  json.EndArray().EndObject();
  return JsonResponse(json.Take());
}

}  // namespace

void AddCatalogueRoutes(Router& router) {
  router.Add(Method::kGet, "/api/v1/metrics", &ListMetrics);
  router.Add(Method::kGet, "/api/v1/problems", &ListProblems);
}

}  // namespace distdiag::serve
