// /api/v1/status
#include "base/logging.h"
#include "serve/api_json.h"
#include "serve/router.h"

#include <memory>
#include <optional>

namespace distdiag::serve {
namespace {

// Asked at every request, so that it follows a judgement at once. What can't be read is left out: the notices that say why the store
// fails must still be told.
std::optional<domain::FeedbackMeter> CountFeedback(const HandlerContext& context,
                                                   const std::string& cluster) {
  const auto meter = context.deps.feedback.Count(cluster);
  if (meter) return *meter;
  base::Log(base::LogLevel::kError, "feedback_unreadable", {{"error", meter.error().message()}});
  return std::nullopt;
}

Response GetStatus(const HandlerContext& context, const Call&) {
  const std::shared_ptr<const StatusInfo> status = context.deps.feed.status();
  return JsonResponse(
      StatusToJson(*status, CountFeedback(context, status->cluster), context.deps.clock.Now()));
}

}  // namespace

void AddStatusRoutes(Router& router) { router.Add(Method::kGet, "/api/v1/status", &GetStatus); }

}  // namespace distdiag::serve
