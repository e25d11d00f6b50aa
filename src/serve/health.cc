// /healthz: the process lives; /readyz: samples arrive and facts can be stored.
#include "serve/router.h"

namespace distdiag::serve {
namespace {

Response Healthz(const HandlerContext&, const Call&) { return TextResponse("ok\n"); }

Response Readyz(const HandlerContext& context, const Call&) {
  const auto status = context.deps.feed.status();
  if (!status->not_ready.empty()) return TextResponse(status->not_ready + "\n", 503);
  return TextResponse("ready\n");
}

}  // namespace

void AddHealthRoutes(Router& router) {
  router.Add(Method::kGet, "/healthz", &Healthz);
  router.Add(Method::kGet, "/readyz", &Readyz);
}

}  // namespace distdiag::serve
