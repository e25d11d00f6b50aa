// /api/v1/alarms
#include "serve/api_json.h"
#include "serve/page_limit.h"
#include "serve/router.h"
#include "serve/time_range.h"

namespace distdiag::serve {
namespace {

base::Result<store::AlarmFilter> ReadFilter(const HandlerContext& context, const Call& call) {
  const QueryReader query(call.target);
  RETURN_FAIL_IF_ERROR(query.OnlyKnows({"cluster", "node", "from", "to", "limit"}));
  store::AlarmFilter filter;
  ASSIGN_OR_RETURN(filter.cluster, query.Text("cluster"));
  ASSIGN_OR_RETURN(filter.node, query.Text("node"));
  ASSIGN_OR_RETURN(filter.limit, ReadLimit(query));
  const base::Timestamp newest =
      NewestTick(*context.deps.feed.state(), filter.cluster.value_or(""), context.deps.clock.Now());
  ASSIGN_OR_RETURN(const TimeRange range, ReadTimeRange(query, newest));
  filter.from = range.from;
  filter.to = range.to;
  return filter;
}

Response ListAlarms(const HandlerContext& context, const Call& call) {
  const auto filter = ReadFilter(context, call);
  if (!filter) return ProblemResponse(filter.error());
  const auto alarms = context.deps.alarms.List(*filter);
  if (!alarms) return ProblemResponse(alarms.error());
  base::JsonWriter json;
  json.BeginObject().Key("alarms").BeginArray();
  for (const store::StoredAlarm& alarm : *alarms) WriteStoredAlarm(json, alarm);
  json.EndArray().EndObject();
  return JsonResponse(json.Take());
}

}  // namespace

void AddAlarmRoutes(Router& router) { router.Add(Method::kGet, "/api/v1/alarms", &ListAlarms); }

}  // namespace distdiag::serve
