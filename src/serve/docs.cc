// /docs: the API page (built from web/docs), and the contract it shows.
#include "serve/openapi.h"
#include "serve/router.h"

namespace distdiag::serve {
namespace {

bool AcceptsGzip(const Call& call) {
  return call.request.accept_encoding.find("gzip") != std::string_view::npos;
}

Response DocsPage(const HandlerContext& context, const Call& call) {
  Response page = context.pages.File("docs/index.html", AcceptsGzip(call));
  if (page.status == 200) return page;
  return TextResponse(
      "The API page is not built: run `make build`.\nThe contract itself: /openapi.yaml\n", 503);
}

Response DocsFile(const HandlerContext& context, const Call& call) {
  return context.pages.File("docs/" + call.parameters[0], AcceptsGzip(call));
}

Response DocsAsset(const HandlerContext& context, const Call& call) {
  return context.pages.File("docs/assets/" + call.parameters[0], AcceptsGzip(call));
}

Response Yaml(const HandlerContext&, const Call&) {
  Response response = TextResponse(std::string(OpenApiYaml()));
  response.content_type = "application/yaml";
  return response;
}

Response Json(const HandlerContext&, const Call&) {
  return JsonResponse(std::string(OpenApiJson()));
}

}  // namespace

void AddDocsRoutes(Router& router) {
  router.AddPage("/docs", &DocsPage);
  router.AddPage("/docs/", &DocsPage);
  router.AddPage("/docs/{file}", &DocsFile);
  router.AddPage("/docs/assets/{file}", &DocsAsset);
  router.AddPage("/openapi.yaml", &Yaml);
  router.AddPage("/openapi.json", &Json);
}

}  // namespace distdiag::serve
