// /api/v1/clusters, one of them, its verdict, graph, structure and changes.
#include "serve/api_json.h"
#include "serve/router.h"
#include "serve/time_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>

namespace distdiag::serve {
namespace {

// Keeps the state alive while a handler works on one cluster of it.
struct FoundCluster {
  std::shared_ptr<const LiveState> state;
  const ClusterLive* live;
};

FoundCluster FindCluster(const HandlerContext& context, const std::string& name) {
  FoundCluster found{.state = context.deps.feed.state(), .live = nullptr};
  found.live = found.state->Find(name);
  return found;
}

Response NoSuchCluster(const std::string& name) {
  return ProblemResponse(404, "not_found", fmt::format("there is no cluster \"{}\"", name));
}

// A handler about one cluster that takes no query parameters.
template <typename Write>
Response AboutCluster(const HandlerContext& context, const Call& call, const Write& write) {
  const base::Status known = QueryReader(call.target).OnlyKnows({});
  if (!known.ok()) return ProblemResponse(known);
  const FoundCluster found = FindCluster(context, call.parameters[0]);
  if (found.live == nullptr) return NoSuchCluster(call.parameters[0]);
  return JsonResponse(write(*found.live));
}

Response ListClusters(const HandlerContext& context, const Call& call) {
  const base::Status known = QueryReader(call.target).OnlyKnows({});
  if (!known.ok()) return ProblemResponse(known);
  const auto state = context.deps.feed.state();
  const base::Timestamp now = context.deps.clock.Now();
  base::JsonWriter json;
  json.BeginObject().Key("clusters").BeginArray();
  for (const auto& live : state->clusters) json.Raw(ClusterToJson(*live, now));
  json.EndArray().EndObject();
  return JsonResponse(json.Take());
}

Response GetCluster(const HandlerContext& context, const Call& call) {
  return AboutCluster(context, call, [&](const ClusterLive& live) {
    return ClusterToJson(live, context.deps.clock.Now());
  });
}

Response GetVerdict(const HandlerContext& context, const Call& call) {
  return AboutCluster(context, call, [](const ClusterLive& live) {
    base::JsonWriter json;
    WriteVerdict(json, live.verdict, live.topology, SparksOf(live));
    return json.Take();
  });
}

Response GetGraph(const HandlerContext& context, const Call& call) {
  return AboutCluster(context, call,
                      [](const ClusterLive& live) { return GraphToJson(live.graph); });
}

Response GetStructure(const HandlerContext& context, const Call& call) {
  const base::Status known = QueryReader(call.target).OnlyKnows({});
  if (!known.ok()) return ProblemResponse(known);
  const FoundCluster found = FindCluster(context, call.parameters[0]);
  if (found.live == nullptr) return NoSuchCluster(call.parameters[0]);
  if (found.live->structure == nullptr)
    return ProblemResponse(404, "not_found",
                           fmt::format("the database of cluster \"{}\" has told nothing of its "
                                       "parts: it tells none, or was not asked yet",
                                       call.parameters[0]));
  return JsonResponse(StructureToJson(*found.live));
}

Response ListChanges(const HandlerContext& context, const Call& call) {
  const QueryReader query(call.target);
  const base::Status known = query.OnlyKnows({"from", "to"});
  if (!known.ok()) return ProblemResponse(known);
  const FoundCluster found = FindCluster(context, call.parameters[0]);
  if (found.live == nullptr) return NoSuchCluster(call.parameters[0]);
  const auto range =
      ReadTimeRange(query, NewestTick(*found.state, call.parameters[0], context.deps.clock.Now()));
  if (!range) return ProblemResponse(range.error());
  std::vector<domain::ChangeEvent> newest_first;
  std::copy_if(found.live->changes.rbegin(), found.live->changes.rend(),
               std::back_inserter(newest_first), [&](const domain::ChangeEvent& change) {
                 return change.time >= range->from && change.time <= range->to;
               });
  return JsonResponse(ChangesToJson(newest_first));
}

}  // namespace

void AddClusterRoutes(Router& router) {
  router.Add(Method::kGet, "/api/v1/clusters", &ListClusters);
  router.Add(Method::kGet, "/api/v1/clusters/{cluster}", &GetCluster);
  router.Add(Method::kGet, "/api/v1/clusters/{cluster}/verdict", &GetVerdict);
  router.Add(Method::kGet, "/api/v1/clusters/{cluster}/graph", &GetGraph);
  router.Add(Method::kGet, "/api/v1/clusters/{cluster}/changes", &ListChanges);
  router.Add(Method::kGet, "/api/v1/clusters/{cluster}/structure", &GetStructure);
}

}  // namespace distdiag::serve
