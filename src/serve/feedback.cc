// /api/v1/incidents/{id}/feedback
#include "serve/api_json.h"
#include "serve/feedback_body.h"
#include "serve/page_limit.h"
#include "serve/router.h"

#include <fmt/format.h>

#include <utility>

namespace distdiag::serve {
namespace {

std::string PairText(const std::optional<domain::SaidPair>& pair) {
  if (!pair) return "no cause";
  return fmt::format("{} on {}", domain::GetProblem(pair->problem).name,
                     pair->node ? *pair->node : "the whole cluster");
}

// An open incident may say something else by now than what the judge saw.
base::Status CheckStillSaid(const NewFeedback& wanted, const std::optional<domain::SaidPair>& now) {
  if (!wanted.said || wanted.said == now) return base::OkStatus();
  return base::FailedPrecondition(
      fmt::format("said: expected what the incident says now, {}; found {}: it has changed "
                  "meanwhile",
                  PairText(now), PairText(wanted.said)));
}

base::Result<domain::Feedback> Judge(const HandlerContext& context, std::int64_t id,
                                     NewFeedback wanted) {
  ASSIGN_OR_RETURN(const store::StoredIncident stored, context.deps.incidents.Get(id));
  const auto said = domain::FirstPair(stored.incident.verdict, stored.topology);
  RETURN_FAIL_IF_ERROR(CheckStillSaid(wanted, said));
  domain::Feedback feedback{.incident_id = id,
                            .version = 0,
                            .time = context.deps.clock.Now(),
                            .judgement = wanted.judgement,
                            .author = std::move(wanted.author),
                            .comment = std::move(wanted.comment),
                            .said = said,
                            .right_node = std::move(wanted.right_node),
                            .right_problem = wanted.right_problem};
  RETURN_FAIL_IF_ERROR(domain::CheckFeedback(feedback, stored.topology));
  return context.deps.feedback.Add(std::move(feedback));
}

void CountFeedback(base::SelfMetrics& metrics, domain::Judgement judgement) {
  metrics
      .GetCounter("distdiag_feedback_total",
                  "Judgements that people gave on incidents, by judgement",
                  {{"judgement", std::string(domain::JudgementName(judgement))}})
      .Add();
}

Response AddFeedback(const HandlerContext& context, const Call& call) {
  const auto id = ReadIncidentId(call.parameters[0]);
  if (!id) return ProblemResponse(id.error());
  auto wanted = ParseNewFeedback(call.request.body);
  if (!wanted) return ProblemResponse(wanted.error());
  const auto feedback = Judge(context, *id, std::move(*wanted));
  if (!feedback) return ProblemResponse(feedback.error());
  CountFeedback(context.deps.metrics, feedback->judgement);
  base::JsonWriter json;
  WriteFeedback(json, *feedback);
  return JsonResponse(json.Take(), 201);
}

}  // namespace

void AddFeedbackRoutes(Router& router) {
  router.Add(Method::kPost, "/api/v1/incidents/{id}/feedback", &AddFeedback);
}

}  // namespace distdiag::serve
