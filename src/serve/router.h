// The table of all routes: which path and method is answered by which handler.
//
// Why so: one table that the contract test compares with api/openapi.yaml, filled by one file per resource.
// Thread: const-safe after it was filled.
#pragma once

#include "serve/http_message.h"
#include "serve/request_target.h"
#include "serve/server.h"
#include "serve/static_files.h"

#include <string>
#include <string_view>
#include <vector>

namespace distdiag::serve {

class CsrfGuard;

// What handlers may use. Thread: const-safe.
struct HandlerContext {
  const ServerDeps& deps;
  const StaticFiles& pages;
  const CsrfGuard& csrf;
};

// One matched request.
struct Call {
  const Request& request;
  const RequestTarget& target;
  std::vector<std::string> parameters;  // values of the pattern's {…}, in order
};

using Handler = Response (*)(const HandlerContext& context, const Call& call);

struct Route {
  Method method;        // kGet also answers HEAD
  std::string pattern;  // "/api/v1/incidents/{id}"
  Handler handler;
  bool in_contract;  // false: pages, which are not part of api/openapi.yaml
};

class Router {
 public:
  void Add(Method method, std::string pattern, Handler handler);
  // A page beside the API.
  void AddPage(std::string pattern, Handler handler);

  struct Match {
    const Route* route = nullptr;  // nullptr: none of this path and method
    std::vector<std::string> parameters;
    std::vector<Method> allowed;  // methods that the path has
  };
  Match Find(Method method, const std::vector<std::string>& segments) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> patterns_;  // segments of routes_[i].pattern
};

// All of them.
Router MakeRouter();

void AddClusterRoutes(Router& router);
void AddSeriesRoutes(Router& router);
void AddAlarmRoutes(Router& router);
void AddIncidentRoutes(Router& router);
void AddNoteRoutes(Router& router);
void AddFeedbackRoutes(Router& router);
void AddDeliveryRoutes(Router& router);
void AddDrillRoutes(Router& router);
void AddDetectorRoutes(Router& router);
void AddSessionRoutes(Router& router);
void AddCatalogueRoutes(Router& router);
void AddStatusRoutes(Router& router);
void AddDemoRoutes(Router& router);
void AddStreamRoutes(Router& router);
void AddHealthRoutes(Router& router);
void AddSelfMetricsRoutes(Router& router);
void AddDocsRoutes(Router& router);

}  // namespace distdiag::serve
