// What people said of incidents, and what it adds up to.
#include "domain/problem.h"
#include "serve/api_json.h"
#include "serve/api_json_write.h"

namespace distdiag::serve {
namespace {

using base::JsonWriter;

// Schema CausePair, or null.
void WriteSaid(JsonWriter& json, const std::optional<domain::SaidPair>& said) {
  json.Key("said");
  if (!said) {
    json.Null();
    return;
  }
  json.BeginObject();
  WriteTarget(json, said->node);
  json.Field("problem", domain::GetProblem(said->problem).name).EndObject();
}

}  // namespace

void WriteFeedback(JsonWriter& json, const domain::Feedback& feedback) {
  json.BeginObject().Field("version", feedback.version);
  WriteTime(json, "time", feedback.time);
  json.Field("judgement", domain::JudgementName(feedback.judgement));
  json.Field("author", feedback.author).Field("comment", feedback.comment);
  WriteSaid(json, feedback.said);
  WriteOptional(json, "right_node", feedback.right_node);
  WriteOptional(json, "right_problem",
                feedback.right_problem
                    ? std::optional(domain::GetProblem(*feedback.right_problem).name)
                    : std::nullopt);
  json.EndObject();
}

void WriteIncidentFeedback(JsonWriter& json, const store::StoredIncident& stored,
                           std::span<const domain::Feedback> history) {
  json.BeginObject();
  WriteSaid(json, domain::FirstPair(stored.incident.verdict, stored.topology));
  json.Key("nodes").BeginArray();
  for (const domain::Node& node : stored.topology.nodes) json.Value(node.name);
  json.EndArray().Key("current");
  if (const domain::Feedback* current = domain::CurrentFeedback(history)) {
    WriteFeedback(json, *current);
  } else {
    json.Null();
  }
  json.Key("history").BeginArray();
  for (const domain::Feedback& feedback : history) WriteFeedback(json, feedback);
  json.EndArray().EndObject();
}

void WriteFeedbackMeter(JsonWriter& json, const domain::FeedbackMeter& meter) {
  const domain::RatioInterval interval = domain::WilsonInterval(meter.confirmed, meter.judged());
  json.BeginObject()
      .Field("judged", meter.judged())
      .Field("confirmed", meter.confirmed)
      .Field("wrong_node", meter.wrong_node)
      .Field("wrong_problem", meter.wrong_problem)
      .Field("not_an_incident", meter.not_an_incident)
      .Field("precision", meter.Precision())
      .Field("precision_low", interval.low)
      .Field("precision_high", interval.high)
      .EndObject();
}

}  // namespace distdiag::serve
