// /metrics: DistDiag's own counters and gauges.
#include "serve/router.h"

namespace distdiag::serve {
namespace {

Response GetSelfMetrics(const HandlerContext& context, const Call&) {
  Response response = TextResponse(context.deps.metrics.WriteText());
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return response;
}

}  // namespace

void AddSelfMetricsRoutes(Router& router) { router.Add(Method::kGet, "/metrics", &GetSelfMetrics); }

}  // namespace distdiag::serve
