// Verdicts, incidents and what hangs on them.
#include "domain/problem.h"
#include "domain/sentence.h"
#include "serve/api_json.h"
#include "serve/api_json_write.h"
#include "serve/chart.h"

#include <algorithm>

namespace distdiag::serve {
namespace {

using base::JsonWriter;
using domain::Language;

void WriteEvidence(JsonWriter& json, const domain::Alarm& alarm, const domain::Topology& topology,
                   const SparkTable& sparks) {
  const std::string& node = topology.nodes[domain::Index(alarm.node)].name;
  const std::string metric(domain::GetMetric(alarm.metric).name);
  json.BeginObject().Field("node", node).Field("metric", metric);
  json.Field("detector", domain::DetectorKindName(alarm.detector))
      .Field("severity", alarm.severity);
  json.Field("observed", alarm.evidence.observed).Field("expected", alarm.evidence.expected);
  json.Field("band_low", alarm.evidence.band_low).Field("band_high", alarm.evidence.band_high);
  WriteTime(json, "since", alarm.evidence.since);
  json.Field("sentence_en", domain::EvidenceSentence(alarm, topology, Language::kEnglish));
  json.Field("sentence_zh", domain::EvidenceSentence(alarm, topology, Language::kChinese));
  json.Key("spark").BeginArray();
  if (const auto spark = sparks.find({node, metric}); spark != sparks.end()) {
    for (const double value : spark->second) json.Value(static_cast<float>(value));
  }
  json.EndArray().EndObject();
}

void WriteShown(JsonWriter& json, std::string_view key, const domain::Verdict& verdict,
                const domain::Topology& topology) {
  json.Key(key).BeginArray();
  for (const domain::RankedCause& cause : verdict.ranking) {
    if (!cause.shown) continue;
    json.BeginObject();
    WriteTarget(json, NodeName(cause.target.node, topology));
    json.Field("problem", domain::GetProblem(cause.problem).name)
        .Field("probability", cause.probability)
        .EndObject();
  }
  json.EndArray();
}

void WriteNextCheck(JsonWriter& json, const domain::RankedCause& cause,
                    const domain::Topology& topology) {
  const domain::ProblemInfo& problem = domain::GetProblem(cause.problem);
  json.BeginObject().Field("problem", problem.name);
  WriteTarget(json, NodeName(cause.target.node, topology));
  json.Field("text_en", problem.next_check_en).Field("text_zh", problem.next_check_zh).EndObject();
}

// One a shown pair; where nothing is shown, that of the first pair.
void WriteNextChecks(JsonWriter& json, const domain::Verdict& verdict,
                     const domain::Topology& topology) {
  json.Key("next_checks").BeginArray();
  const bool any = std::ranges::any_of(verdict.ranking, &domain::RankedCause::shown);
  for (std::size_t i = 0; i < verdict.ranking.size(); ++i) {
    if (verdict.ranking[i].shown || (!any && i == 0))
      WriteNextCheck(json, verdict.ranking[i], topology);
  }
  json.EndArray();
}

}  // namespace

void WriteVerdict(JsonWriter& json, const domain::Verdict& verdict,
                  const domain::Topology& topology, const SparkTable& sparks) {
  json.BeginObject();
  WriteTime(json, "time", verdict.time);
  json.Field("ranker", verdict.ranker).Key("ranking").BeginArray();
  for (const domain::RankedCause& cause : verdict.ranking) {
    json.BeginObject();
    WriteTarget(json, NodeName(cause.target.node, topology));
    json.Field("problem", domain::GetProblem(cause.problem).name)
        .Field("probability", cause.probability);
    json.Field("importance", cause.importance).Field("initial_rcr", cause.initial_rcr);
    json.Field("propagated_rcr", cause.propagated_rcr).Field("shown", cause.shown);
    json.Key("evidence").BeginArray();
    for (const domain::Alarm& alarm : cause.evidence) WriteEvidence(json, alarm, topology, sparks);
    json.EndArray().Field("why_not", cause.why_not).EndObject();
  }
  json.EndArray().Field("stability", verdict.stability).EndObject();
}

namespace {

// Leaves the object open.
void BeginSummary(JsonWriter& json, const domain::Incident& incident,
                  const domain::Topology& topology) {
  json.BeginObject().Field("id", incident.id).Field("cluster", incident.cluster);
  json.Field("state", domain::IncidentStateName(incident.state));
  WriteTime(json, "started", incident.started);
  WriteTime(json, "detected", incident.detected);
  WriteTime(json, "updated", incident.updated);
  WriteOptionalTime(json, "resolved", incident.resolved);
  json.Field("title_en", domain::IncidentTitle(incident.verdict, topology, Language::kEnglish));
  json.Field("title_zh", domain::IncidentTitle(incident.verdict, topology, Language::kChinese));
  WriteShown(json, "top", incident.verdict, topology);
}

}  // namespace

void WriteIncidentSummary(JsonWriter& json, const domain::Incident& incident,
                          const domain::Topology& topology) {
  BeginSummary(json, incident, topology);
  json.EndObject();
}

void WriteJudgedSummary(JsonWriter& json, const domain::Incident& incident,
                        const domain::Topology& topology,
                        std::optional<domain::Judgement> judgement) {
  BeginSummary(json, incident, topology);
  WriteOptional(json, "judgement",
                judgement ? std::optional(domain::JudgementName(*judgement)) : std::nullopt);
  json.EndObject();
}

std::string IncidentToApiJson(const store::StoredIncident& stored, const IncidentExtras& extras) {
  const domain::Incident& incident = stored.incident;
  const domain::Topology& topology = stored.topology;
  JsonWriter json;
  json.BeginObject().Key("summary");
  const domain::Feedback* current = domain::CurrentFeedback(extras.feedback);
  WriteJudgedSummary(json, incident, topology,
                     current == nullptr ? std::nullopt : std::optional(current->judgement));
  json.Key("verdict");
  WriteVerdict(json, incident.verdict, topology, extras.sparks);
  json.Key("history").BeginArray();
  for (const domain::VerdictRecord& record : incident.history) {
    json.BeginObject();
    WriteTime(json, "time", record.time);
    WriteShown(json, "top", record.verdict, topology);
    json.EndObject();
  }
  json.EndArray().Key("first_moves").BeginArray();
  for (const domain::FirstMove& move : incident.first_moves) {
    json.BeginObject();
    WriteTime(json, "time", move.time);
    json.Field("node", topology.nodes[domain::Index(move.node)].name);
    json.Field("metric", domain::GetMetric(move.metric).name)
        .Field("severity", move.severity)
        .EndObject();
  }
  json.EndArray().Key("advice").BeginArray();
  for (const domain::Alarm& alarm : incident.advice) WriteEvidence(json, alarm, topology, extras.sparks);
  json.EndArray();
  WriteNextChecks(json, incident.verdict, topology);
  const std::string not_measured = ImpactToJson({});
  json.Key("impact").Raw(extras.impact_json.empty() ? not_measured : extras.impact_json);
  json.Key("feedback");
  WriteIncidentFeedback(json, stored, extras.feedback);
  json.EndObject();
  return json.Take();
}

std::string IncidentEventToJson(const domain::IncidentEvent& event,
                                const domain::Topology& topology) {
  JsonWriter json;
  json.BeginObject().Field("change", domain::IncidentChangeName(event.change)).Key("incident");
  WriteIncidentSummary(json, event.incident, topology);
  json.EndObject();
  return json.Take();
}

void WriteStoredAlarm(JsonWriter& json, const store::StoredAlarm& alarm) {
  json.BeginObject()
      .Field("id", alarm.id)
      .Field("cluster", alarm.cluster)
      .Field("node", alarm.node);
  json.Field("metric", alarm.metric).Field("detector", alarm.detector);
  WriteTime(json, "time", alarm.time);
  json.Field("severity", alarm.severity)
      .Field("observed", alarm.observed)
      .Field("expected", alarm.expected);
  json.Field("band_low", alarm.band_low).Field("band_high", alarm.band_high);
  WriteTime(json, "since", alarm.since);
  json.EndObject();
}

void WriteNote(JsonWriter& json, const store::Note& note) {
  json.BeginObject().Field("id", note.id);
  WriteTime(json, "time", note.time);
  json.Field("author", note.author).Field("text", note.text).EndObject();
}

void WriteDelivery(JsonWriter& json, const domain::Delivery& delivery) {
  json.BeginObject().Field("id", delivery.id).Field("incident_id", delivery.incident_id);
  json.Field("channel", delivery.channel).Field("event", delivery.event);
  json.Field("state", domain::DeliveryStateName(delivery.state))
      .Field("attempts", delivery.attempts);
  WriteTime(json, "created", delivery.created);
  const bool pending = delivery.state == domain::DeliveryState::kPending;
  WriteOptionalTime(json, "next_attempt",
                    pending ? std::optional(delivery.next_attempt) : std::nullopt);
  json.Field("last_error", delivery.last_error).EndObject();
}

}  // namespace distdiag::serve
