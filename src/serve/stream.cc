// /api/v1/stream: the connection becomes a live listener (http_worker.cc does the rest).
#include "serve/router.h"

namespace distdiag::serve {
namespace {

Response OpenStream(const HandlerContext&, const Call&) {
  Response response;
  response.content_type = "text/event-stream";
  response.stream = true;
  return response;
}

}  // namespace

void AddStreamRoutes(Router& router) { router.Add(Method::kGet, "/api/v1/stream", &OpenStream); }

}  // namespace distdiag::serve
