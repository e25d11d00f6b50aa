#include "domain/detector_definition.h"

#include "base/json_reader.h"
#include "base/json_writer.h"
#include "domain/metric_catalogue.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

namespace distdiag::domain {
namespace {

constexpr std::size_t kMostDefinitions = 500;
constexpr std::size_t kLongestName = 80;
constexpr double kUnset = std::numeric_limits<double>::quiet_NaN();

// Standards are those of RecentOptions and PeerOptions; a test of the detectors holds them equal.
constexpr std::array kRecent = {
    DetectorParameter{"band_width", "usual changes", 3, 20, 6, false, "Band width", "带宽",
                      "Wider: fewer alarms, later ones", "越宽告警越少、越晚"},
    DetectorParameter{"persist_ticks", "ticks", 1, 600, 3, true, "Ticks outside", "越界次数",
                      "More: short peaks are ignored, alarms come later",
                      "越多越能忽略短峰，告警也越晚"},
    DetectorParameter{"follow", "", 0.001, 0.5, 0.05, false, "Follow", "跟随系数",
                      "More: the normal follows faster; about 1/follow ticks are remembered",
                      "越大基线跟随越快；约记住 1/系数 次"},
    DetectorParameter{"quick", "", 0.05, 1, 0.4, false, "Quick", "快速系数",
                      "Less: the compared value is smoother, single peaks count less",
                      "越小被比较的值越平滑，单个尖峰影响越小"},
    DetectorParameter{"spread_floor", "share of the level", 0, 0.5, 0.05, false, "Smallest spread",
                      "最小波动", "More: small changes of steady series never alarm",
                      "越大，平稳序列的小变化越不会告警"},
    DetectorParameter{"warm_up_ticks", "ticks", 2, 86'400, 10, true, "Warm-up", "预热次数",
                      "More: silent for longer at first", "越多，开始时静默越久"},
    DetectorParameter{"accept_ticks", "ticks", 1, 60'000, 30, true, "Acceptance", "接受次数",
                      "More: a new level counts as abnormal for longer",
                      "越多，新水平被视为异常越久"},
    DetectorParameter{"trend_follow", "share of follow", 0, 0.1, 0, false, "Trend", "趋势",
                      "0: no slope; 0.02: steady growth is normal, leaving it alarms",
                      "0：无斜率；0.02：稳定增长视为正常，偏离才告警"},
};

constexpr std::array kPeer = {
    DetectorParameter{"distance_spreads", "usual spreads", 2, 50, 7, false, "Distance (few nodes)",
                      "距离（少量节点）", "More: a node may differ more from its peers",
                      "越大，允许节点与同伴差异越大"},
    DetectorParameter{"eps_spreads", "usual spreads", 1, 50, 4, false, "Radius (many nodes)",
                      "半径（大量节点）", "More: fewer nodes are outliers", "越大，离群节点越少"},
    DetectorParameter{"persist_ticks", "ticks", 1, 600, 3, true, "Ticks outside", "越界次数",
                      "More: short differences are ignored, alarms come later",
                      "越多越能忽略短暂差异，告警也越晚"},
    DetectorParameter{"average_ticks", "ticks", 1, 120, 5, true, "Averaged ticks", "平均次数",
                      "More: the compared mean is smoother and slower",
                      "越多，被比较的均值越平滑、越慢"},
    DetectorParameter{"follow", "", 0.001, 0.5, 0.05, false, "Follow", "跟随系数",
                      "More: a usual difference is learnt faster", "越大，学习惯常差异越快"},
    DetectorParameter{"warm_up_ticks", "ticks", 2, 86'400, 10, true, "Warm-up", "预热次数",
                      "More: silent for longer at first", "越多，开始时静默越久"},
    DetectorParameter{"accept_ticks", "ticks", 1, 60'000, 30, true, "Acceptance", "接受次数",
                      "More: a new difference counts as abnormal for longer",
                      "越多，新差异被视为异常越久"},
    DetectorParameter{"density_from", "nodes", 3, 1000, 8, true, "Density from", "密度起点",
                      "Nodes from which density (DBSCAN) is used instead of distance",
                      "达到该节点数时用密度（DBSCAN）代替距离"},
    DetectorParameter{"min_points", "nodes", 2, 100, 3, true, "Neighbours", "邻居数",
                      "More: groups have to be larger to count as normal", "越多，正常群体须越大"},
};

constexpr std::array kRule = {
    DetectorParameter{"above", "metric", -1e15, 1e15, kUnset, false, "Above", "高于",
                      "Alarms above this value", "高于该值时告警"},
    DetectorParameter{"below", "metric", -1e15, 1e15, kUnset, false, "Below", "低于",
                      "Alarms below this value", "低于该值时告警"},
    DetectorParameter{"for_s", "s", 0, 86'400, 60, false, "For", "持续",
                      "Longer: only what lasts alarms", "越长，只有持续的才告警"},
    DetectorParameter{"hysteresis", "share of the threshold", 0, 0.5, 0.05, false, "Hysteresis",
                      "回差", "More: ends only when the value is well back",
                      "越大，须回落更多才结束"},
    DetectorParameter{"keep_s", "s", 0, 86'400, 0, false, "Keep", "保持",
                      "Longer: stands on for so long after the value is back",
                      "越长，恢复后告警保留越久"},
};

template <typename... Args>
base::Status Wrong(fmt::format_string<Args...> format, Args&&... args) {
  return base::InvalidArgument(fmt::format(format, std::forward<Args>(args)...));
}

std::string_view Shown(std::string_view text) { return text.substr(0, 60); }

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

const DetectorDefinition* Find(const DetectorDefinitions& definitions, std::string_view name) {
  const auto found = std::ranges::find(definitions, name, &DetectorDefinition::name);
  return found == definitions.end() ? nullptr : &*found;
}

bool IsGroup(std::string_view name) {
  return std::ranges::any_of(AllMetrics(),
                             [&](const MetricInfo& one) { return one.group == name; });
}

base::Status CheckSelector(const DetectorDefinition& one) {
  for (const std::string& group : one.groups) {
    if (!IsGroup(group))
      return Wrong("{}: groups: expected a metric group of docs/metrics.md, found \"{}\"", one.name,
                   Shown(group));
  }
  for (const std::string& metric : one.metrics) {
    if (!FindMetric(metric))
      return Wrong("{}: metrics: expected a metric of docs/metrics.md, found \"{}\"", one.name,
                   Shown(metric));
  }
  for (const std::string& node : one.nodes) {
    if (node.empty() || node.size() > kLongestName)
      return Wrong("{}: nodes: expected names of 1 to {} bytes, found \"{}\"", one.name,
                   kLongestName, Shown(node));
  }
  if (one.kind == DetectorKind::kPeer && !one.nodes.empty())
    return Wrong("{}: nodes: expected none, for peer compares all nodes of a metric; found \"{}\"",
                 one.name, Shown(one.nodes.front()));
  return base::OkStatus();
}

base::Status CheckParameters(const DetectorDefinition& one) {
  const auto known = ParametersOf(one.kind);
  for (const auto& [name, value] : one.parameters) {
    const auto parameter = std::ranges::find(known, name, &DetectorParameter::name);
    if (parameter == known.end()) {
      std::string names;
      for (const DetectorParameter& each : known)
        names += fmt::format("{}{}", names.empty() ? "" : ", ", each.name);
      return Wrong("{}: parameters: expected {}; found \"{}\"", one.name, names, Shown(name));
    }
    const bool fits = value >= parameter->least && value <= parameter->most &&
                      (!parameter->is_whole || value == std::floor(value));
    if (!fits)
      return Wrong("{}: {}: expected a {} from {} to {}, found {}", one.name, name,
                   parameter->is_whole ? "whole number" : "number", parameter->least,
                   parameter->most, value);
  }
  return base::OkStatus();
}

base::Status CheckRule(const DetectorDefinitions& definitions, const DetectorDefinition& rule) {
  if (rule.groups.empty() && rule.metrics.empty() && rule.enabled)
    return Wrong("{}: metrics: expected at least one metric or group of a rule, found none",
                 rule.name);
  const std::vector<double> values = EffectiveParameters(definitions, rule);
  const double above = values[0], below = values[1];
  if (std::isnan(above) && std::isnan(below))
    return Wrong("{}: parameters: expected above or below of a rule, found neither", rule.name);
  if (above < below)
    return Wrong("{}: above: expected at least below ({}), found {}", rule.name, below, above);
  return base::OkStatus();
}

base::Status CheckOne(const DetectorDefinitions& before, const DetectorDefinition& one) {
  if (!IsName(one.name))
    return Wrong("name: expected 1 to {} letters, digits, '_', '-' or '.', found \"{}\"",
                 kLongestName, Shown(one.name));
  if (Find(before, one.name) != nullptr)
    return Wrong("{}: name: expected each name once, found it twice", one.name);
  if (ParametersOf(one.kind).empty())
    return Wrong("{}: kind: expected recent, peer or rule, found {}", one.name,
                 DetectorKindName(one.kind));
  if (!one.inherits.empty()) {
    const DetectorDefinition* parent = Find(before, one.inherits);
    if (parent == nullptr || parent->kind != one.kind)
      return Wrong("{}: inherits: expected an earlier definition of kind {}, found \"{}\"",
                   one.name, DetectorKindName(one.kind), Shown(one.inherits));
  }
  RETURN_IF_ERROR(CheckSelector(one));
  return CheckParameters(one);
}

base::Result<std::vector<std::string>> ReadTexts(const base::JsonObject& object,
                                                 std::string_view key) {
  if (object.IsNull(key)) return std::vector<std::string>();
  return object.Texts(key);
}

base::Result<std::map<std::string, double>> ReadParameters(const base::JsonObject& object) {
  std::map<std::string, double> parameters;
  if (object.IsNull("parameters")) return parameters;
  ASSIGN_OR_RETURN(const base::JsonObject given, object.Object("parameters"));
  for (const std::string& name : given.Keys()) {
    if (given.IsNull(name)) return base::Fail(given.Unexpected(name, "a number", "null"));
    ASSIGN_OR_RETURN(parameters[name], given.Number(name));
  }
  return parameters;
}

base::Result<DetectorDefinition> ReadDefinition(const base::JsonObject& object) {
  constexpr std::array<std::string_view, 8> kKeys = {"name",   "kind",    "inherits", "enabled",
                                                     "groups", "metrics", "nodes",    "parameters"};
  for (const std::string& key : object.Keys()) {
    if (std::ranges::find(kKeys, key) == kKeys.end())
      return base::Fail(
          object.Unexpected(key, fmt::format("only {}", fmt::join(kKeys, ", ")), "another key"));
  }
  DetectorDefinition one;
  ASSIGN_OR_RETURN(one.name, object.Text("name"));
  ASSIGN_OR_RETURN(const std::string kind, object.Text("kind"));
  const auto found = FindDetectorKind(kind);
  if (!found) return base::Fail(object.Unexpected("kind", "recent, peer or rule", Shown(kind)));
  one.kind = *found;
  if (!object.IsNull("inherits")) {
    ASSIGN_OR_RETURN(one.inherits, object.Text("inherits"));
  }
  if (!object.IsNull("enabled")) {
    ASSIGN_OR_RETURN(one.enabled, object.Flag("enabled"));
  }
  ASSIGN_OR_RETURN(one.groups, ReadTexts(object, "groups"));
  ASSIGN_OR_RETURN(one.metrics, ReadTexts(object, "metrics"));
  ASSIGN_OR_RETURN(one.nodes, ReadTexts(object, "nodes"));
  ASSIGN_OR_RETURN(one.parameters, ReadParameters(object));
  return one;
}

void WriteTexts(base::JsonWriter& json, std::string_view key,
                const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  json.Key(key).BeginArray();
  for (const std::string& text : texts) json.Value(text);
  json.EndArray();
}

bool Matches(const std::vector<std::string>& wanted, std::string_view found) {
  return wanted.empty() || std::ranges::find(wanted, found) != wanted.end();
}

}  // namespace

std::span<const DetectorParameter> ParametersOf(DetectorKind kind) {
  switch (kind) {
    case DetectorKind::kRecent: return kRecent;
    case DetectorKind::kPeer: return kPeer;
    case DetectorKind::kRule: return kRule;
    case DetectorKind::kClassifier:
    case DetectorKind::kSeasonal:
    case DetectorKind::kSequence: return {};
  }
  return {};
}

DetectorDefinitions ShippedDetectors() {
  DetectorDefinitions all;
  for (const DetectorKind kind : {DetectorKind::kRecent, DetectorKind::kPeer}) {
    DetectorDefinition one;
    one.name = DetectorKindName(kind);
    one.kind = kind;
    all.push_back(std::move(one));
  }
  return all;
}

base::Status CheckDetectors(const DetectorDefinitions& definitions) {
  if (definitions.size() > kMostDefinitions)
    return Wrong("expected at most {} definitions, found {}", kMostDefinitions, definitions.size());
  DetectorDefinitions before;
  before.reserve(definitions.size());
  for (const DetectorDefinition& one : definitions) {
    RETURN_IF_ERROR(CheckOne(before, one));
    before.push_back(one);
    if (one.kind == DetectorKind::kRule) RETURN_IF_ERROR(CheckRule(before, one));
  }
  return base::OkStatus();
}

base::Result<DetectorDefinitions> ReadDetectors(std::string_view json, std::string_view what) {
  const auto wrong = [](const base::Status& status) {
    return base::Fail(base::InvalidArgument(status.message()));
  };
  const auto document = base::JsonDocument::Parse(json, what);
  if (!document) return wrong(document.error());
  for (const std::string& key : document->root().Keys()) {
    if (key != "detectors")
      return wrong(document->root().Unexpected(key, "only detectors", "another key"));
  }
  DetectorDefinitions definitions;
  const base::Status read =
      document->root().ForEach("detectors", [&](const base::JsonObject& object) -> base::Status {
        ASSIGN_OR_RETURN_STATUS(auto one, ReadDefinition(object));
        definitions.push_back(std::move(one));
        return base::OkStatus();
      });
  if (!read.ok()) return wrong(read);
  return definitions;
}

base::Result<DetectorDefinitions> ParseDetectors(std::string_view json, std::string_view what) {
  ASSIGN_OR_RETURN(auto definitions, ReadDetectors(json, what));
  const base::Status checked = CheckDetectors(definitions);
  if (!checked.ok())
    return base::Fail(base::InvalidArgument(fmt::format("{}: {}", what, checked.message())));
  return definitions;
}

std::string DetectorsToJson(const DetectorDefinitions& definitions) {
  base::JsonWriter json;
  json.BeginObject().Key("detectors").BeginArray();
  for (const DetectorDefinition& one : definitions) {
    json.BeginObject().Field("name", one.name).Field("kind", DetectorKindName(one.kind));
    if (!one.inherits.empty()) json.Field("inherits", one.inherits);
    if (!one.enabled) json.Field("enabled", false);
    WriteTexts(json, "groups", one.groups);
    WriteTexts(json, "metrics", one.metrics);
    WriteTexts(json, "nodes", one.nodes);
    if (!one.parameters.empty()) {
      json.Key("parameters").BeginObject();
      for (const auto& [name, value] : one.parameters) json.Field(name, value);
      json.EndObject();
    }
    json.EndObject();
  }
  json.EndArray().EndObject();
  return json.Take();
}

std::vector<double> EffectiveParameters(const DetectorDefinitions& definitions,
                                        const DetectorDefinition& definition) {
  const auto known = ParametersOf(definition.kind);
  std::vector<double> values;
  for (const DetectorParameter& parameter : known) {
    double value = parameter.standard;
    // Heirs come after what they inherit from: the way up ends.
    for (const DetectorDefinition* one = &definition; one != nullptr;
         one = one->inherits.empty() ? nullptr : Find(definitions, one->inherits)) {
      const auto set = one->parameters.find(std::string(parameter.name));
      if (set == one->parameters.end()) continue;
      value = set->second;
      break;
    }
    values.push_back(value);
  }
  return values;
}

bool Fits(const DetectorDefinition& definition, MetricId metric, std::string_view node) {
  const MetricInfo& info = GetMetric(metric);
  return Matches(definition.groups, info.group) && Matches(definition.metrics, info.name) &&
         Matches(definition.nodes, node);
}

}  // namespace distdiag::domain
