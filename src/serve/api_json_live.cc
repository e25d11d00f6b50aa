// Clusters, status and demo: what changes while one looks at it.
#include "domain/problem.h"
#include "domain/sentence.h"
#include "serve/api_json.h"
#include "serve/api_json_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace distdiag::serve {
namespace {

using base::JsonWriter;
using domain::Language;

// The verdict that explains the trouble: the newest, or what the newest open incident said when it is empty just now.
const domain::Verdict* TroubleVerdict(const ClusterLive& cluster) {
  if (!cluster.verdict.empty()) return &cluster.verdict;
  if (!cluster.open_incidents.empty() && !cluster.open_incidents.front().verdict.empty()) {
    return &cluster.open_incidents.front().verdict;
  }
  return nullptr;
}

// "n2, n3", each node once.
std::string BlindNodes(const ClusterLive& cluster) {
  std::set<std::string> names;
  for (const BlindSpot& spot : cluster.blind_spots)
    names.insert(cluster.topology.nodes[domain::Index(spot.node)].name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string Headline(const ClusterLive& cluster, Language language) {
  const bool english = language == Language::kEnglish;
  switch (cluster.condition) {
    case ClusterCondition::kNoData: break;
    case ClusterCondition::kLearning:
      return english ? "Learning: too little past yet to judge" : "学习中：历史数据不足，暂不判断";
    case ClusterCondition::kBlind:
      return fmt::format(
          fmt::runtime(english ? "Nothing abnormal is seen, but {} can't be fully seen"
                               : "未见异常，但 {} 存在盲区"),
          BlindNodes(cluster));
    case ClusterCondition::kOk:
      return fmt::format(fmt::runtime(english ? "All {} nodes are well" : "{} 个节点均正常"),
                         cluster.topology.nodes.size());
    case ClusterCondition::kTrouble: {
      const domain::Verdict* verdict = TroubleVerdict(cluster);
      if (verdict != nullptr)
        return domain::TroubleHeadline(*verdict, cluster.topology, cluster.trouble_since, language);
      const std::string since = domain::FormatTimeOfDay(cluster.trouble_since);
      return fmt::format(
          fmt::runtime(english ? "{} behaves abnormally since {}" : "{} 行为异常，自 {} 起"),
          cluster.topology.cluster, since);
    }
  }
  if (!cluster.time)
    return english ? "No data: nothing has arrived yet" : "无数据：尚未收到任何样本";
  return fmt::format(fmt::runtime(english ? "No data since {}" : "自 {} 起无数据"),
                     domain::FormatTimeOfDay(*cluster.time));
}

std::string SpanText(base::Duration span, Language language) {
  const bool english = language == Language::kEnglish;
  const auto seconds =
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(span).count());
  if (seconds < 120) return fmt::format(fmt::runtime(english ? "{} s" : "{} 秒"), seconds);
  return fmt::format(fmt::runtime(english ? "{} min" : "{} 分钟"), seconds / 60);
}

std::string_view ProbeText(std::string_view probe) {
  if (probe == "mysql") return "database";
  return probe == "node_exporter" ? "host" : probe;
}

std::string_view ProbeTextZh(std::string_view probe) {
  if (probe == "mysql") return "数据库";
  return probe == "clients" ? "客户端" : "主机";
}

void WriteBlindSpot(JsonWriter& json, const BlindSpot& spot, const ClusterLive& cluster) {
  const std::string& node = cluster.topology.nodes[domain::Index(spot.node)].name;
  const base::Duration span = cluster.time.value_or(spot.since) - spot.since;
  json.BeginObject().Field("node", node).Field("group", spot.group);
  WriteTime(json, "since", spot.since);
  const std::string en = SpanText(span, Language::kEnglish);
  const std::string zh = SpanText(span, Language::kChinese);
  if (!spot.reason.empty()) {
    json.Field("text_en", fmt::format("{} not measured on {} for {}: {}", ProbeText(spot.group),
                                      node, en, spot.reason));
    json.Field("text_zh", fmt::format("{} 的{}已 {} 未采集：{}", node, ProbeTextZh(spot.group), zh,
                                      spot.reason));
  } else if (spot.group == "all") {
    json.Field("text_en", fmt::format("{} has not answered for {}", node, en));
    json.Field("text_zh", fmt::format("{} 已 {} 无响应", node, zh));
  } else {
    json.Field("text_en", fmt::format("no {} metrics from {} for {}", spot.group, node, en));
    json.Field("text_zh", fmt::format("{} 已 {} 没有 {} 指标", node, zh, spot.group));
  }
  json.EndObject();
}

void WriteNodes(JsonWriter& json, const ClusterLive& cluster) {
  json.Key("nodes").BeginArray();
  for (std::size_t i = 0; i < cluster.topology.nodes.size(); ++i) {
    const NodeLive live = i < cluster.nodes.size() ? cluster.nodes[i] : NodeLive{};
    json.BeginObject()
        .Field("name", cluster.topology.nodes[i].name)
        .Field("zone", cluster.topology.nodes[i].zone)
        .Field("role", domain::NodeRoleName(live.role));
    json.Field("state", NodeConditionName(live.condition));
    WriteOptionalTime(json, "last_answer", live.last_answer);
    json.Field("anomaly_score", live.initial_rcr).Field("rcr", live.rcr).EndObject();
  }
  json.EndArray();
}

void WriteHealth(JsonWriter& json, const ClusterLive& cluster) {
  json.Key("health").BeginArray();
  for (const HealthCell& cell : cluster.health) {
    json.BeginObject();
    WriteTime(json, "from", cell.from);
    WriteTime(json, "to", cell.to);
    json.Field("state", ClusterConditionName(cell.condition)).EndObject();
  }
  json.EndArray();
}

void WriteExpected(JsonWriter& json, const ClusterLive& cluster) {
  json.Key("expected").BeginArray();
  for (const domain::ExpectedShift& shift : cluster.expected) {
    json.BeginObject().Key("nodes").BeginArray();
    for (const domain::NodeIndex node : shift.nodes)
      json.Value(cluster.topology.nodes[domain::Index(node)].name);
    json.EndArray();
    WriteTime(json, "since", shift.since);
    WriteTime(json, "until", shift.until);
    json.Field("reason_en", shift.reason_en).Field("reason_zh", shift.reason_zh).EndObject();
  }
  json.EndArray();
}

std::string_view ChangeKindName(domain::ChangeKind kind) {
  switch (kind) {
    case domain::ChangeKind::kDdl: return "ddl";
    case domain::ChangeKind::kParameter: return "parameter";
    case domain::ChangeKind::kLeaderMove: return "leader_move";
    case domain::ChangeKind::kRestart: return "restart";
    case domain::ChangeKind::kDeployment: return "deployment";
    case domain::ChangeKind::kFaultInjected: return "fault_injected";
    case domain::ChangeKind::kFaultRemoved: return "fault_removed";
    case domain::ChangeKind::kMemberJoined: return "member_joined";
    case domain::ChangeKind::kMemberLeft: return "member_left";
    case domain::ChangeKind::kRoleChanged: return "role_changed";
    case domain::ChangeKind::kTenant: return "tenant";
    case domain::ChangeKind::kRebalance: return "rebalance";
    case domain::ChangeKind::kFreeze: return "freeze";
    case domain::ChangeKind::kCompaction: return "compaction";
  }
  return "ddl";
}

void WriteStrings(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.Key(key).BeginArray();
  for (const std::string& text : texts) json.Value(text);
  json.EndArray();
}

void WritePairs(JsonWriter& json, std::string_view key, const std::vector<CausePair>& pairs) {
  json.Key(key).BeginArray();
  for (const CausePair& pair : pairs) {
    json.BeginObject();
    WriteTarget(json, pair.node);
    json.Field("problem", domain::GetProblem(pair.problem).name).EndObject();
  }
  json.EndArray();
}

}  // namespace

SparkTable SparksOf(const ClusterLive& cluster) {
  SparkTable table;
  for (const Spark& spark : cluster.sparks) {
    table[{cluster.topology.nodes[domain::Index(spark.node)].name,
           std::string(domain::GetMetric(spark.metric).name)}]
        .assign(spark.values.begin(), spark.values.end());
  }
  return table;
}

std::string ClusterToJson(const ClusterLive& cluster, base::Timestamp now) {
  JsonWriter json;
  json.BeginObject().Field("name", cluster.topology.cluster);
  json.Field("state", ClusterConditionName(cluster.condition));
  json.Field("headline_en", Headline(cluster, Language::kEnglish));
  json.Field("headline_zh", Headline(cluster, Language::kChinese));
  WriteOptionalTime(json, "time", cluster.time);
  std::optional<double> lag;
  if (cluster.arrived) lag = ShownSeconds(now - *cluster.arrived);
  WriteOptional(json, "lag_s", lag);
  WriteNodes(json, cluster);
  WriteHealth(json, cluster);
  json.Key("blind_spots").BeginArray();
  for (const BlindSpot& spot : cluster.blind_spots) WriteBlindSpot(json, spot, cluster);
  json.EndArray();
  WriteExpected(json, cluster);
  json.Field("has_structure", cluster.structure != nullptr).Key("open_incidents").BeginArray();
  for (const domain::Incident& incident : cluster.open_incidents)
    WriteIncidentSummary(json, incident, cluster.topology);
  json.EndArray();
  WriteStrings(json, "golden_signals", cluster.golden_signals);
  json.EndObject();
  return json.Take();
}

std::string ChangesToJson(const std::vector<domain::ChangeEvent>& newest_first) {
  JsonWriter json;
  json.BeginObject().Key("changes").BeginArray();
  for (const domain::ChangeEvent& change : newest_first) {
    json.BeginObject();
    WriteTime(json, "time", change.time);
    json.Field("kind", ChangeKindName(change.kind));
    WriteOptional(json, "node", change.node.empty() ? std::nullopt : std::optional(change.node));
    json.Field("description", change.description).EndObject();
  }
  json.EndArray().EndObject();
  return json.Take();
}

namespace {

void WriteAlarmBudget(JsonWriter& json, const notify::AlarmBudgetMeter& meter) {
  json.Key("alarm_budget")
      .BeginObject()
      .Field("pages_per_week", meter.pages_per_week)
      .Field("watched_weeks", meter.watched_weeks)
      .Field("pages", meter.pages)
      .Field("held_back", meter.held_back)
      .Field("realised", meter.realised)
      .Field("realised_low", meter.realised_low)
      .Field("realised_high", meter.realised_high)
      .Field("threshold", meter.threshold)
      .EndObject();
}

}  // namespace

std::string StatusToJson(const StatusInfo& status,
                         const std::optional<domain::FeedbackMeter>& feedback,
                         base::Timestamp now) {
  JsonWriter json;
  json.BeginObject().Field("version", status.version);
  WriteTime(json, "started", status.started);
  json.Field("uptime_s", ShownSeconds(now - status.started)).Field("source", status.source);
  json.Key("model")
      .BeginObject()
      .Field("name", status.model.name)
      .Field("schema_hash", status.model.schema_hash);
  WriteStrings(json, "training_cases", status.model.training_cases);
  WriteStrings(json, "problems", status.model.problems);
  json.EndObject().Key("notices").BeginArray();
  for (const Notice& notice : status.notices) {
    json.BeginObject();
    WriteTime(json, "time", notice.time);
    json.Field("code", notice.code)
        .Field("text", notice.text)
        .Field("count", notice.count)
        .EndObject();
  }
  json.EndArray();
  if (status.alarm_budget) WriteAlarmBudget(json, *status.alarm_budget);
  if (feedback) {
    json.Key("feedback");
    WriteFeedbackMeter(json, *feedback);
  }
  json.EndObject();
  return json.Take();
}

std::string DemoToJson(const DemoStatus& demo) {
  JsonWriter json;
  json.BeginObject()
      .Field("running", demo.running)
      .Field("speed", demo.speed)
      .Field("model_note", demo.model_note);
  json.Field("correct", demo.correct)
      .Field("total_faults", demo.total_faults)
      .Key("cases")
      .BeginArray();
  for (const DemoCase& one : demo.cases) {
    json.BeginObject().Field("id", one.id).Field("description_en", one.description_en);
    json.Field("description_zh", one.description_zh).Field("state", DemoCaseStateName(one.state));
    WritePairs(json, "injected", one.injected);
    WritePairs(json, "diagnosed", one.diagnosed);
    WriteOptional(json, "delay_s", one.delay_s);
    WriteOptional(json, "correct", one.correct);
    WriteOptional(json, "incident_id", one.incident_id);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return json.Take();
}

}  // namespace distdiag::serve
