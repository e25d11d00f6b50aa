#include "notify/message.h"

#include "base/json_writer.h"
#include "domain/problem.h"
#include "domain/sentence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

namespace distdiag::notify {
namespace {

using domain::Language;

constexpr int kPayloadFormat = 1;
constexpr std::size_t kEvidenceTold = 3;
constexpr double kStatementTold = 0.3;  // of the change

// Never "100 %": no diagnosis is certain.
std::string Percent(double probability) {
  if (probability > 0.99) return "> 99 %";
  return fmt::format("{} %", std::lround(100 * probability));
}

// Evidence of the first shown pair; where nothing is shown, of the first pair.
std::vector<domain::Alarm> StrongestEvidence(const domain::Verdict& verdict) {
  if (verdict.empty()) return {};
  const domain::RankedCause* told = &verdict.ranking.front();
  for (const domain::RankedCause& cause : verdict.ranking) {
    if (cause.shown) {
      told = &cause;
      break;
    }
  }
  std::vector<domain::Alarm> evidence = told->evidence;
  if (evidence.size() > kEvidenceTold) evidence.resize(kEvidenceTold);
  return evidence;
}

// The statement with the largest share; nullptr where none is worth a line.
const domain::StatementChange* TopStatement(const domain::StatementEvidence& statements) {
  const auto& changes = statements.changes;
  const auto top = std::max_element(changes.begin(), changes.end(),
                                    [](const auto& a, const auto& b) { return a.share < b.share; });
  return top == changes.end() || top->share < kStatementTold ? nullptr : &*top;
}

std::string Link(const domain::Incident& incident, const MessageOptions& options) {
  std::string_view base = options.ui_base_url;
  while (base.ends_with('/')) base.remove_suffix(1);
  return fmt::format("{}/incidents/{}", base, incident.id);
}

std::string EventWord(domain::IncidentChange change, Language language) {
  const bool english = language == Language::kEnglish;
  switch (change) {
    case domain::IncidentChange::kOpened: return english ? "New incident" : "新事件";
    case domain::IncidentChange::kUpdated: return english ? "Diagnosis changed" : "诊断更新";
    case domain::IncidentChange::kResolved: return english ? "Resolved" : "已恢复";
  }
  return {};
}

std::string CauseLine(const domain::RankedCause& cause, const domain::Topology& topology,
                      Language language) {
  const domain::ProblemInfo& problem = domain::GetProblem(cause.problem);
  const std::string target = domain::TargetName(cause.target, topology);
  return language == Language::kEnglish
             ? fmt::format("{}: {}, probability {}", target, problem.title_en,
                           Percent(cause.probability))
             : fmt::format("{}：{}，概率 {}", target, problem.title_zh, Percent(cause.probability));
}

std::string TimeLine(const domain::Incident& incident, Language language) {
  const bool english = language == Language::kEnglish;
  std::string line = (english ? "Since " : "开始于 ") + base::ToRfc3339(incident.started);
  line += (english ? ", found " : "，发现于 ") + base::ToRfc3339(incident.detected);
  if (incident.resolved)
    line += (english ? ", over " : "，恢复于 ") + base::ToRfc3339(*incident.resolved);
  return line;
}

std::string RenderText(const domain::IncidentEvent& event, const domain::Topology& topology,
                       const MessageOptions& options, const domain::StatementChange* statement,
                       Language language) {
  const bool english = language == Language::kEnglish;
  const domain::Incident& incident = event.incident;
  std::string text = fmt::format("[{}] {}{}", incident.cluster, EventWord(event.change, language),
                                 english ? ": " : "：");
  text += domain::IncidentTitle(incident.verdict, topology, language) + "\n";
  const bool over = event.change == domain::IncidentChange::kResolved;
  for (const domain::RankedCause& cause : incident.verdict.ranking) {
    if (cause.shown && !over) text += CauseLine(cause, topology, language) + "\n";
  }
  text += TimeLine(incident, language) + "\n";
  // What was measured at the end of a trouble explains nothing any more.
  if (over) return text + Link(incident, options);
  for (const domain::Alarm& alarm : StrongestEvidence(incident.verdict)) {
    text += "- " + domain::EvidenceSentence(alarm, topology, language) + "\n";
  }
  if (statement != nullptr)
    text += "- " + domain::StatementSentence(*statement, topology, language) + "\n";
  return text + Link(incident, options);
}

void WriteTime(base::JsonWriter& json, std::string_view key,
               const std::optional<base::Timestamp>& time) {
  json.Key(key);
  if (time) {
    json.Value(base::ToRfc3339(*time));
  } else {
    json.Null();
  }
}

void WriteCauses(base::JsonWriter& json, const domain::Verdict& verdict,
                 const domain::Topology& topology) {
  json.Key("causes").BeginArray();
  for (const domain::RankedCause& cause : verdict.ranking) {
    if (!cause.shown) continue;
    const domain::ProblemInfo& problem = domain::GetProblem(cause.problem);
    json.BeginObject().Field("scope", cause.target.node ? "node" : "cluster").Key("node");
    if (cause.target.node) {
      json.Value(topology.nodes[domain::Index(*cause.target.node)].name);
    } else {
      json.Null();
    }
    json.Field("problem", problem.name).Field("problem_title_en", problem.title_en);
    json.Field("problem_title_zh", problem.title_zh)
        .Field("probability", cause.probability)
        .EndObject();
  }
  json.EndArray();
}

void WriteEvidence(base::JsonWriter& json, const domain::Verdict& verdict,
                   const domain::Topology& topology) {
  json.Key("evidence").BeginArray();
  for (const domain::Alarm& alarm : StrongestEvidence(verdict)) {
    json.BeginObject().Field("node", topology.nodes[domain::Index(alarm.node)].name);
    json.Field("metric", domain::GetMetric(alarm.metric).name);
    json.Field("sentence_en", domain::EvidenceSentence(alarm, topology, Language::kEnglish));
    json.Field("sentence_zh", domain::EvidenceSentence(alarm, topology, Language::kChinese))
        .EndObject();
  }
  json.EndArray();
}

std::string RenderPayload(const domain::IncidentEvent& event, const domain::Topology& topology,
                          const MessageOptions& options, const Message& message) {
  const domain::Incident& incident = event.incident;
  base::JsonWriter json;
  json.BeginObject()
      .Field("format", kPayloadFormat)
      .Field("text", message.text_en)
      .Field("text_zh", message.text_zh);
  json.Field("title", message.title).Field("event", domain::IncidentChangeName(event.change));
  json.Field("cluster", incident.cluster).Field("incident_id", incident.id);
  json.Field("state", domain::IncidentStateName(incident.state));
  WriteTime(json, "started", incident.started);
  WriteTime(json, "detected", incident.detected);
  WriteTime(json, "resolved", incident.resolved);
  WriteCauses(json, incident.verdict, topology);
  WriteEvidence(json, incident.verdict, topology);
  json.Field("url", Link(incident, options)).EndObject();
  return json.Take();
}

}  // namespace

Message RenderMessage(const domain::IncidentEvent& event, const domain::Topology& topology,
                      const MessageOptions& options, const domain::StatementEvidence& statements) {
  const domain::StatementChange* statement = TopStatement(statements);
  const domain::Verdict& verdict = event.incident.verdict;
  Message message;
  message.title = fmt::format("{}: {}", event.incident.cluster,
                              domain::IncidentTitle(verdict, topology, Language::kEnglish));
  const bool over = event.change == domain::IncidentChange::kResolved;
  if (over) message.title += " (resolved)";
  if (!over && !verdict.empty() && verdict.ranking.front().shown) {
    message.title += fmt::format(" ({})", Percent(verdict.ranking.front().probability));
  }
  message.text_en = RenderText(event, topology, options, statement, Language::kEnglish);
  message.text_zh = RenderText(event, topology, options, statement, Language::kChinese);
  message.payload_json = RenderPayload(event, topology, options, message);
  return message;
}

}  // namespace distdiag::notify
