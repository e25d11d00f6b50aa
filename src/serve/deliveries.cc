// /api/v1/deliveries
#include "serve/api_json.h"
#include "serve/page_limit.h"
#include "serve/router.h"

#include <limits>

namespace distdiag::serve {
namespace {

base::Result<store::DeliveryFilter> ReadFilter(const Call& call) {
  const QueryReader query(call.target);
  RETURN_FAIL_IF_ERROR(query.OnlyKnows({"incident_id", "limit"}));
  store::DeliveryFilter filter;
  ASSIGN_OR_RETURN(filter.incident_id,
                   query.Integer("incident_id", 1, std::numeric_limits<std::int64_t>::max()));
  ASSIGN_OR_RETURN(filter.limit, ReadLimit(query));
  return filter;
}

Response ListDeliveries(const HandlerContext& context, const Call& call) {
  const auto filter = ReadFilter(call);
  if (!filter) return ProblemResponse(filter.error());
  const auto deliveries = context.deps.deliveries.List(*filter);
  if (!deliveries) return ProblemResponse(deliveries.error());
  base::JsonWriter json;
  json.BeginObject().Key("deliveries").BeginArray();
  for (const domain::Delivery& delivery : *deliveries) WriteDelivery(json, delivery);
  json.EndArray().EndObject();
  return JsonResponse(json.Take());
}

}  // namespace

void AddDeliveryRoutes(Router& router) {
  router.Add(Method::kGet, "/api/v1/deliveries", &ListDeliveries);
}

}  // namespace distdiag::serve
