#include "collect/recorded/case_list.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace distdiag::collect {
namespace {

namespace json = boost::json;

// Where in the JSON a value stands, for messages.
struct Place {
  std::string_view file;
  std::string where;  // "cases[3]"
};

base::Status Wrong(const Place& place, std::string_view key, std::string_view expected,
                   const json::value* found) {
  const std::string shown = found == nullptr ? "nothing" : json::serialize(*found).substr(0, 60);
  return base::InvalidArgument(fmt::format("{}: {}: key \"{}\": expected {}, found {}", place.file,
                                           place.where, key, expected, shown));
}

base::Result<std::string> TakeString(const json::object& object, std::string_view key,
                                     const Place& place) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string() || value->get_string().empty()) {
    return base::Fail(Wrong(place, key, "a non-empty string", value));
  }
  return std::string(value->get_string());
}

base::Result<base::Timestamp> ToTime(const json::value* value, std::string_view key,
                                     const Place& place) {
  constexpr double kLastSecond = 253402300799.0;
  if (value != nullptr && value->is_number()) {
    const double seconds = value->to_number<double>();
    if (seconds >= 0 && seconds <= kLastSecond) return base::TimestampFromSeconds(seconds);
  }
  return base::Fail(Wrong(place, key, "seconds since 1970", value));
}

base::Result<base::Timestamp> TakeTime(const json::object& object, std::string_view key,
                                       const Place& place) {
  return ToTime(object.if_contains(key), key, place);
}

base::Result<std::optional<base::Timestamp>> TakeOptionalTime(const json::object& object,
                                                              std::string_view key,
                                                              const Place& place) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return std::optional<base::Timestamp>();
  ASSIGN_OR_RETURN(const base::Timestamp time, ToTime(value, key, place));
  return std::optional(time);
}

base::Status TakeTimes(const json::object& object, const Place& place, CaseEntry& entry) {
  ASSIGN_OR_RETURN_STATUS(entry.start, TakeTime(object, "start", place));
  ASSIGN_OR_RETURN_STATUS(entry.normal_end, TakeTime(object, "normal_end", place));
  ASSIGN_OR_RETURN_STATUS(entry.anomaly_start, TakeOptionalTime(object, "anomaly_start", place));
  ASSIGN_OR_RETURN_STATUS(entry.anomaly_end, TakeOptionalTime(object, "anomaly_end", place));
  ASSIGN_OR_RETURN_STATUS(entry.recovered, TakeTime(object, "recovered", place));
  ASSIGN_OR_RETURN_STATUS(entry.end, TakeTime(object, "end", place));
  if (entry.anomaly_start.has_value() != entry.anomaly_end.has_value()) {
    return Wrong(place, "anomaly_end", "a time exactly when anomaly_start has one",
                 object.if_contains("anomaly_end"));
  }
  const base::Timestamp from = entry.anomaly_start.value_or(entry.normal_end);
  const base::Timestamp to = entry.anomaly_end.value_or(from);
  const std::pair<std::string_view, base::Timestamp> order[] = {{"start", entry.start},
                                                                {"normal_end", entry.normal_end},
                                                                {"anomaly_start", from},
                                                                {"anomaly_end", to},
                                                                {"recovered", entry.recovered}};
  for (std::size_t i = 1; i < std::size(order); ++i) {
    if (order[i].second < order[i - 1].second) {
      return Wrong(place, order[i].first, fmt::format("a time not before {}", order[i - 1].first),
                   object.if_contains(order[i].first));
    }
  }
  return base::OkStatus();
}

base::Status TakeFiles(const json::object& object, const Place& place, CaseEntry& entry) {
  const json::value* files = object.if_contains("files");
  if (files == nullptr || !files->is_object() || files->get_object().empty()) {
    return Wrong(place, "files", "an object of node name -> file name", files);
  }
  for (const auto& [node, value] : files->get_object()) {
    const bool plain_name = value.is_string() && !value.get_string().empty() &&
                            value.get_string()[0] != '.' &&
                            value.get_string().find('/') == json::string::npos;
    if (!plain_name || node.empty())
      return Wrong(place, "files", "plain file names within the folder", &value);
    entry.files[std::string(node)] = std::string(value.get_string());
  }
  return base::OkStatus();
}

base::Result<CaseLabel> TakeLabel(const json::value& value, const Place& place,
                                  const CaseEntry& entry) {
  if (!value.is_object()) return base::Fail(Wrong(place, "labels", "an array of objects", &value));
  const json::object& object = value.get_object();
  CaseLabel label{};
  ASSIGN_OR_RETURN(label.node, TakeString(object, "node", place));
  if (!entry.files.contains(label.node))
    return base::Fail(Wrong(place, "labels.node", "a node that has a file", &object.at("node")));
  ASSIGN_OR_RETURN(const std::string problem, TakeString(object, "anomaly", place));
  const auto id = domain::FindProblem(problem);
  if (!id)
    return base::Fail(Wrong(place, "labels.anomaly", "a known problem", &object.at("anomaly")));
  label.problem = *id;
  ASSIGN_OR_RETURN(const std::string scope, TakeString(object, "scope", place));
  if (scope != "node" && scope != "cluster")
    return base::Fail(Wrong(place, "labels.scope", "node or cluster", &object.at("scope")));
  label.scope = scope == "node" ? domain::ProblemScope::kNode : domain::ProblemScope::kCluster;
  return label;
}

base::Result<CaseEntry> TakeCase(const json::value& value, const Place& place) {
  if (!value.is_object()) return base::Fail(Wrong(place, "cases", "an array of objects", &value));
  const json::object& object = value.get_object();
  CaseEntry entry;
  ASSIGN_OR_RETURN(entry.id, TakeString(object, "id", place));
  const Place named{place.file, fmt::format("{} ({})", place.where, entry.id)};
  ASSIGN_OR_RETURN(entry.scenario, TakeString(object, "scenario", named));
  RETURN_FAIL_IF_ERROR(TakeTimes(object, named, entry));
  RETURN_FAIL_IF_ERROR(TakeFiles(object, named, entry));
  const json::value* labels = object.if_contains("labels");
  if (labels == nullptr || !labels->is_array())
    return base::Fail(Wrong(named, "labels", "an array", labels));
  for (const json::value& label : labels->get_array()) {
    ASSIGN_OR_RETURN(CaseLabel taken, TakeLabel(label, named, entry));
    entry.labels.push_back(std::move(taken));
  }
  if (entry.labels.empty() == entry.anomaly_start.has_value()) {
    return base::Fail(
        Wrong(named, "labels", "labels exactly when anomaly_start has a time", labels));
  }
  return entry;
}

// Line and column of a byte offset, both from 1.
std::pair<std::size_t, std::size_t> LineAndColumn(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::size_t newline = before.rfind('\n');
  return {line, newline == std::string_view::npos ? before.size() + 1 : before.size() - newline};
}

base::Result<json::value> ParseJson(std::string_view text, std::string_view file) {
  json::stream_parser parser;
  json::error_code error;
  const std::size_t consumed = parser.write_some(text.data(), text.size(), error);
  if (!error && consumed == text.size()) parser.finish(error);
  const bool trailing = !error && consumed < text.size() &&
                        text.find_first_not_of(" \t\r\n", consumed) != std::string_view::npos;
  if (error || trailing) {
    const auto [line, column] = LineAndColumn(text, consumed);
    return base::Fail(
        base::InvalidArgument(fmt::format("{}:{}:{}: expected valid JSON, found {}", file, line,
                                          column, error ? error.message() : "text after the end")));
  }
  if (!parser.done()) parser.finish(error);
  return parser.release();
}

}  // namespace

base::Result<CaseList> ParseCaseList(std::string_view text, std::string_view file) {
  ASSIGN_OR_RETURN(const json::value root, ParseJson(text, file));
  const Place top{file, "top level"};
  if (!root.is_object())
    return base::Fail(base::InvalidArgument(fmt::format(
        "{}: expected an object at the top, found {}", file, json::to_string(root.kind()))));
  CaseList list;
  ASSIGN_OR_RETURN(list.dataset, TakeString(root.get_object(), "dataset", top));
  const json::value* cases = root.get_object().if_contains("cases");
  if (cases == nullptr || !cases->is_array() || cases->get_array().empty())
    return base::Fail(Wrong(top, "cases", "a non-empty array", cases));
  std::set<std::string> ids;
  for (const json::value& value : cases->get_array()) {
    const Place place{file, fmt::format("cases[{}]", list.cases.size())};
    ASSIGN_OR_RETURN(CaseEntry entry, TakeCase(value, place));
    if (!ids.insert(entry.id).second)
      return base::Fail(Wrong(place, "id", "each id once", &value.get_object().at("id")));
    list.cases.push_back(std::move(entry));
  }
  return list;
}

}  // namespace distdiag::collect
