// /api/v1/session: the token that every request which changes something must carry.
#include "base/json_writer.h"
#include "serve/csrf_guard.h"
#include "serve/router.h"

namespace distdiag::serve {
namespace {

Response GetSession(const HandlerContext& context, const Call&) {
  base::JsonWriter json;
  json.BeginObject().Field("csrf_token", context.csrf.token()).EndObject();
  Response response = JsonResponse(json.Take());
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace

void AddSessionRoutes(Router& router) { router.Add(Method::kGet, "/api/v1/session", &GetSession); }

}  // namespace distdiag::serve
