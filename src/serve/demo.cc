// /api/v1/demo
#include "serve/api_json.h"
#include "serve/router.h"

namespace distdiag::serve {
namespace {

Response GetDemo(const HandlerContext& context, const Call&) {
  const auto demo = context.deps.feed.demo();
  if (demo == nullptr) return ProblemResponse(404, "not_found", "no demo is running");
  return JsonResponse(DemoToJson(*demo));
}

}  // namespace

void AddDemoRoutes(Router& router) { router.Add(Method::kGet, "/api/v1/demo", &GetDemo); }

}  // namespace distdiag::serve
