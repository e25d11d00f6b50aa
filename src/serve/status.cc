// /api/v1/status
#include "serve/api_json.h"
#include "serve/router.h"

namespace distdiag::serve {
namespace {

Response GetStatus(const HandlerContext& context, const Call&) {
  return JsonResponse(StatusToJson(*context.deps.feed.status(), context.deps.clock.Now()));
}

}  // namespace

void AddStatusRoutes(Router& router) { router.Add(Method::kGet, "/api/v1/status", &GetStatus); }

}  // namespace distdiag::serve
