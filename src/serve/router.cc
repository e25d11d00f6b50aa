#include "serve/router.h"

#include <algorithm>
#include <utility>

namespace distdiag::serve {
namespace {

std::vector<std::string> SplitPattern(std::string_view pattern) {
  std::vector<std::string> segments;
  pattern.remove_prefix(1);
  while (true) {
    const std::size_t slash = pattern.find('/');
    segments.emplace_back(pattern.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    pattern.remove_prefix(slash + 1);
  }
}

bool Fits(const std::vector<std::string>& pattern, const std::vector<std::string>& segments,
          std::vector<std::string>& parameters) {
  parameters.clear();
  if (pattern.size() != segments.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i].starts_with('{')) {
      if (segments[i].empty()) return false;
      parameters.push_back(segments[i]);
    } else if (pattern[i] != segments[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

void Router::Add(Method method, std::string pattern, Handler handler) {
  patterns_.push_back(SplitPattern(pattern));
  routes_.push_back(
      {.method = method, .pattern = std::move(pattern), .handler = handler, .in_contract = true});
}

void Router::AddPage(std::string pattern, Handler handler) {
  patterns_.push_back(SplitPattern(pattern));
  routes_.push_back({.method = Method::kGet,
                     .pattern = std::move(pattern),
                     .handler = handler,
                     .in_contract = false});
}

Router::Match Router::Find(Method method, const std::vector<std::string>& segments) const {
  Match match;
  const Method wanted = method == Method::kHead ? Method::kGet : method;
  std::vector<std::string> parameters;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!Fits(patterns_[i], segments, parameters)) continue;
    if (std::ranges::find(match.allowed, routes_[i].method) == match.allowed.end())
      match.allowed.push_back(routes_[i].method);
    if (routes_[i].method != wanted) continue;
    match.route = &routes_[i];
    match.parameters = parameters;
  }
  return match;
}

Router MakeRouter() {
  Router router;
  AddClusterRoutes(router);
  AddSeriesRoutes(router);
  AddAlarmRoutes(router);
  AddIncidentRoutes(router);
  AddNoteRoutes(router);
  AddFeedbackRoutes(router);
  AddDeliveryRoutes(router);
  AddDrillRoutes(router);
  AddDetectorRoutes(router);
  AddSessionRoutes(router);
  AddCatalogueRoutes(router);
  AddStatusRoutes(router);
  AddDemoRoutes(router);
  AddStreamRoutes(router);
  AddHealthRoutes(router);
  AddSelfMetricsRoutes(router);
  AddDocsRoutes(router);
  return router;
}

}  // namespace distdiag::serve
