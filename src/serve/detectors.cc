// /api/v1/clusters/{cluster}/detectors: what watches what, how strictly; its versions, and what a change would have done.
#include "serve/api_json.h"
#include "serve/detector_body.h"
#include "serve/page_limit.h"
#include "serve/router.h"

#include <charconv>

#include <fmt/format.h>

namespace distdiag::serve {
namespace {

// nullptr: there is no such cluster.
DetectorControl* FindControl(const HandlerContext& context, const Call& call) {
  DetectorControl* control = context.deps.detectors;
  return control != nullptr && control->cluster() == call.parameters[0] ? control : nullptr;
}

Response NoSuchCluster(const Call& call) {
  return ProblemResponse(
      404, "not_found",
      fmt::format("there is no cluster \"{}\"", call.parameters[0].substr(0, 80)));
}

base::Result<std::int64_t> ReadVersion(const std::string& text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id < 0)
    return base::Fail(base::NotFound(
        fmt::format("there is no version \"{}\" of the detectors", text.substr(0, 40))));
  return id;
}

Response GetDetectors(const HandlerContext& context, const Call& call) {
  const base::Status known = QueryReader(call.target).OnlyKnows({});
  if (!known.ok()) return ProblemResponse(known);
  DetectorControl* control = FindControl(context, call);
  if (control == nullptr) return NoSuchCluster(call);
  const auto state = control->Current();
  if (!state) return ProblemResponse(state.error());
  return JsonResponse(DetectorsToApiJson(*state));
}

Response ChangeDetectors(const HandlerContext& context, const Call& call) {
  DetectorControl* control = FindControl(context, call);
  if (control == nullptr) return NoSuchCluster(call);
  const auto change = ParseDetectorChange(call.request.body);
  if (!change) return ProblemResponse(change.error());
  const auto state = control->Submit(*change);
  if (!state) return ProblemResponse(state.error());
  return JsonResponse(DetectorsToApiJson(*state), 201);
}

Response ListVersions(const HandlerContext& context, const Call& call) {
  const QueryReader query(call.target);
  const base::Status known = query.OnlyKnows({"limit"});
  if (!known.ok()) return ProblemResponse(known);
  const auto limit = ReadLimit(query);
  if (!limit) return ProblemResponse(limit.error());
  DetectorControl* control = FindControl(context, call);
  if (control == nullptr) return NoSuchCluster(call);
  const auto versions = control->Versions(*limit);
  if (!versions) return ProblemResponse(versions.error());
  base::JsonWriter json;
  json.BeginObject().Key("versions").BeginArray();
  for (const store::DetectorVersion& version : *versions) WriteDetectorVersion(json, version);
  json.EndArray().EndObject();
  return JsonResponse(json.Take());
}

Response RestoreVersion(const HandlerContext& context, const Call& call) {
  DetectorControl* control = FindControl(context, call);
  if (control == nullptr) return NoSuchCluster(call);
  const auto version = ReadVersion(call.parameters[1]);
  if (!version) return ProblemResponse(version.error());
  const auto request = ParseRestoreRequest(call.request.body);
  if (!request) return ProblemResponse(request.error());
  const auto state = control->Restore(*version, request->author, request->reason);
  if (!state) return ProblemResponse(state.error());
  return JsonResponse(DetectorsToApiJson(*state), 201);
}

Response PreviewDetectors(const HandlerContext& context, const Call& call) {
  const QueryReader query(call.target);
  base::Status known = query.OnlyKnows({"from", "to"});
  if (!known.ok()) return ProblemResponse(known);
  const auto from = query.Time("from");
  if (!from) return ProblemResponse(from.error());
  const auto to = query.Time("to");
  if (!to) return ProblemResponse(to.error());
  DetectorControl* control = FindControl(context, call);
  if (control == nullptr) return NoSuchCluster(call);
  const auto definitions = domain::ParseDetectors(call.request.body, "body");
  if (!definitions) return ProblemResponse(definitions.error());
  const auto backtest = control->Preview(*definitions, from->value_or(base::Timestamp::min()),
                                         to->value_or(base::Timestamp::max()));
  if (!backtest) return ProblemResponse(backtest.error());
  return JsonResponse(BacktestToJson(*backtest, control->topology()));
}

}  // namespace

void AddDetectorRoutes(Router& router) {
  router.Add(Method::kGet, "/api/v1/clusters/{cluster}/detectors", &GetDetectors);
  router.Add(Method::kPost, "/api/v1/clusters/{cluster}/detectors", &ChangeDetectors);
  router.Add(Method::kPost, "/api/v1/clusters/{cluster}/detectors/preview", &PreviewDetectors);
  router.Add(Method::kGet, "/api/v1/clusters/{cluster}/detectors/versions", &ListVersions);
  router.Add(Method::kPost, "/api/v1/clusters/{cluster}/detectors/versions/{version}/restore",
             &RestoreVersion);
}

}  // namespace distdiag::serve
