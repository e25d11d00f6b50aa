#include "engine/eval/public_sets/case_file.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace distdiag::engine {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostRows = 100'000'000;

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

base::Result<std::string> TakeText(const json::object& object, std::string_view key,
                                   const Place& place) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string() || value->get_string().empty())
    return base::Fail(Wrong(place, key, "a non-empty string", value));
  return std::string(value->get_string());
}

base::Result<std::string> TakeFileName(const json::object& object, std::string_view key,
                                       const Place& place) {
  auto name = TakeText(object, key, place);
  if (name && (name->starts_with('/') || name->find("..") != std::string::npos))
    return base::Fail(Wrong(place, key, "a file inside the folder", object.if_contains(key)));
  return name;
}

base::Result<std::vector<std::string>> TakeTexts(const json::object& object, std::string_view key,
                                                 const Place& place) {
  constexpr const char* kExpected = "a non-empty list of strings";
  const json::value* value = object.if_contains(key);
  std::vector<std::string> texts;
  if (value == nullptr || !value->is_array() || value->get_array().empty())
    return base::Fail(Wrong(place, key, kExpected, value));
  for (const json::value& item : value->get_array()) {
    if (!item.is_string()) return base::Fail(Wrong(place, key, kExpected, value));
    texts.emplace_back(item.get_string());
  }
  return texts;
}

// A row or step number.
bool IsPlace(const json::value& value) {
  return value.is_int64() && value.get_int64() >= 0 &&
         value.get_int64() <= static_cast<std::int64_t>(kMostRows);
}

base::Result<std::size_t> TakeNumber(const json::object& object, std::string_view key,
                                     const Place& place) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !IsPlace(*value))
    return base::Fail(Wrong(place, key, "a whole number from 0 to 100000000", value));
  return static_cast<std::size_t>(value->get_int64());
}

base::Result<std::vector<std::size_t>> TakeNumbers(const json::object& object, std::string_view key,
                                                   const Place& place) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_array() ||
      !std::all_of(value->get_array().begin(), value->get_array().end(), IsPlace)) {
    return base::Fail(Wrong(place, key, "a list of whole numbers from 0 to 100000000", value));
  }
  std::vector<std::size_t> numbers;
  for (const json::value& item : value->get_array())
    numbers.push_back(static_cast<std::size_t>(item.get_int64()));
  return numbers;
}

base::Result<RowRange> TakeRows(const json::object& object, const Place& place) {
  ASSIGN_OR_RETURN(const std::size_t from, TakeNumber(object, "row0", place));
  ASSIGN_OR_RETURN(const std::size_t to, TakeNumber(object, "row1", place));
  if (to <= from)
    return base::Fail(Wrong(place, "row1", fmt::format("a row after row0 = {}", from),
                            object.if_contains("row1")));
  return RowRange(from, to);
}

// REQUIRES: `value` was read from `key`. A range within [0, length).
base::Result<RowRange> ToRange(const json::value& value, std::string_view key, std::size_t length,
                               const Place& place) {
  if (value.is_array() && value.get_array().size() == 2 && IsPlace(value.get_array()[0]) &&
      IsPlace(value.get_array()[1])) {
    const RowRange range(static_cast<std::size_t>(value.get_array()[0].get_int64()),
                         static_cast<std::size_t>(value.get_array()[1].get_int64()));
    if (range.first < range.second && range.second <= length) return range;
  }
  return base::Fail(
      Wrong(place, key, fmt::format("two steps [from, to) of the run's {}", length), &value));
}

template <typename Set>
using ParseCase = base::Status (*)(const json::object&, const Place&, Set&);

template <typename Set>
base::Status ParseCases(const json::object& root, std::string_view file, ParseCase<Set> parse,
                        Set& set) {
  const json::value* cases = root.if_contains("cases");
  const Place top{file, "top"};
  if (cases == nullptr || !cases->is_array() || cases->get_array().empty())
    return Wrong(top, "cases", "a non-empty list of cases", cases);
  std::set<std::string> ids;
  for (const json::value& value : cases->get_array()) {
    const Place place{file, fmt::format("cases[{}]", set.cases.size())};
    if (!value.is_object()) return Wrong(place, "", "an object", &value);
    set.cases.emplace_back();
    RETURN_IF_ERROR(parse(value.get_object(), place, set));
    if (!ids.insert(set.cases.back().id).second)
      return Wrong(place, "id", "an id that stands once", value.get_object().if_contains("id"));
  }
  return base::OkStatus();
}

base::Result<json::value> ParseRoot(std::string_view text, std::string_view file) {
  json::error_code error;
  json::value root = json::parse(text, error);
  if (error)
    return base::Fail(
        base::InvalidArgument(fmt::format("{}: expected JSON: {}", file, error.message())));
  if (!root.is_object())
    return base::Fail(base::InvalidArgument(
        fmt::format("{}: expected one JSON object, found {}", file, json::to_string(root.kind()))));
  return root;
}

base::Status ParseUnitWindow(const json::object& object, const Place& place, UnitWindowSet& set) {
  UnitWindowCase& one = set.cases.back();
  ASSIGN_OR_RETURN_STATUS(one.id, TakeText(object, "id", place));
  ASSIGN_OR_RETURN_STATUS(one.subset, TakeText(object, "subset", place));
  ASSIGN_OR_RETURN_STATUS(one.files, TakeTexts(object, "files", place));
  for (const std::string& name : one.files) {
    if (name.empty() || name.starts_with('/') || name.find("..") != std::string::npos)
      return Wrong(place, "files", "files inside the folder", object.if_contains("files"));
  }
  ASSIGN_OR_RETURN_STATUS(one.rows, TakeRows(object, place));
  ASSIGN_OR_RETURN_STATUS(const auto nodes, TakeNumbers(object, "anomalous_nodes", place));
  for (const std::size_t node : nodes) {
    if (node < 1 || node > one.files.size())
      return Wrong(place, "anomalous_nodes", fmt::format("numbers from 1 to {}", one.files.size()),
                   object.if_contains("anomalous_nodes"));
    if (std::find(one.anomalous_nodes.begin(), one.anomalous_nodes.end(), node - 1) ==
        one.anomalous_nodes.end())
      one.anomalous_nodes.push_back(node - 1);
  }
  return base::OkStatus();
}

base::Status ParseRun(const json::object& object, const Place& place, RunSet& set) {
  RunCase& one = set.cases.back();
  ASSIGN_OR_RETURN_STATUS(one.id, TakeText(object, "id", place));
  ASSIGN_OR_RETURN_STATUS(one.file, TakeFileName(object, "file", place));
  ASSIGN_OR_RETURN_STATUS(one.hardware, TakeText(object, "hardware", place));
  ASSIGN_OR_RETURN_STATUS(one.label, TakeText(object, "label", place));
  ASSIGN_OR_RETURN_STATUS(one.block, TakeText(object, "block", place));
  ASSIGN_OR_RETURN_STATUS(one.rows, TakeRows(object, place));
  if (std::find(set.classes.begin(), set.classes.end(), one.label) == set.classes.end())
    return Wrong(place, "label", "one of the classes", object.if_contains("label"));
  const std::size_t length = one.rows.second - one.rows.first;
  const json::value* abnormal = object.if_contains("abnormal");
  if (abnormal == nullptr || !abnormal->is_array())
    return Wrong(place, "abnormal", "two steps or an empty list", abnormal);
  if (!abnormal->get_array().empty()) {
    ASSIGN_OR_RETURN_STATUS(one.abnormal, ToRange(*abnormal, "abnormal", length, place));
  }
  const json::value* windows = object.if_contains("windows");
  if (windows == nullptr || !windows->is_array())
    return Wrong(place, "windows", "a list of windows", windows);
  for (const json::value& window : windows->get_array()) {
    ASSIGN_OR_RETURN_STATUS(const RowRange range, ToRange(window, "windows", length, place));
    one.windows.push_back(range);
  }
  return base::OkStatus();
}

base::Status ParseRegion(const json::object& object, const Place& place, RegionSet& set) {
  RegionCase& one = set.cases.back();
  ASSIGN_OR_RETURN_STATUS(one.id, TakeText(object, "id", place));
  ASSIGN_OR_RETURN_STATUS(one.file, TakeFileName(object, "file", place));
  ASSIGN_OR_RETURN_STATUS(const std::string kind, TakeText(object, "kind", place));
  if (kind != "single" && kind != "compound")
    return Wrong(place, "kind", "single or compound", object.if_contains("kind"));
  one.is_compound = kind == "compound";
  ASSIGN_OR_RETURN_STATUS(one.trial, TakeNumber(object, "trial", place));
  ASSIGN_OR_RETURN_STATUS(const auto causes, TakeTexts(object, "root_causes", place));
  for (const std::string& cause : causes) {
    const auto it = std::find(set.classes.begin(), set.classes.end(), cause);
    if (it == set.classes.end() || (!one.is_compound && causes.size() != 1))
      return Wrong(place, "root_causes", "one of the classes (several in a compound)",
                   object.if_contains("root_causes"));
    one.causes.push_back(static_cast<std::size_t>(it - set.classes.begin()));
  }
  ASSIGN_OR_RETURN_STATUS(one.abnormal, TakeNumbers(object, "abnormal", place));
  ASSIGN_OR_RETURN_STATUS(one.normal, TakeNumbers(object, "normal", place));
  if (one.abnormal.empty())
    return Wrong(place, "abnormal", "at least one row", object.if_contains("abnormal"));
  if (one.normal.empty())
    return Wrong(place, "normal", "at least one row", object.if_contains("normal"));
  return base::OkStatus();
}

}  // namespace

base::Result<UnitWindowSet> ParseUnitWindowCases(std::string_view text, std::string_view file) {
  ASSIGN_OR_RETURN(const json::value root, ParseRoot(text, file));
  UnitWindowSet set;
  ASSIGN_OR_RETURN(set.metrics, TakeTexts(root.get_object(), "kpis", {file, "top"}));
  RETURN_FAIL_IF_ERROR(ParseCases<UnitWindowSet>(root.get_object(), file, ParseUnitWindow, set));
  return set;
}

base::Result<RunSet> ParseRunCases(std::string_view text, std::string_view file) {
  ASSIGN_OR_RETURN(const json::value root, ParseRoot(text, file));
  RunSet set;
  ASSIGN_OR_RETURN(set.classes, TakeTexts(root.get_object(), "classes", {file, "top"}));
  ASSIGN_OR_RETURN(set.metrics, TakeTexts(root.get_object(), "metrics", {file, "top"}));
  RETURN_FAIL_IF_ERROR(ParseCases<RunSet>(root.get_object(), file, ParseRun, set));
  return set;
}

base::Result<RegionSet> ParseRegionCases(std::string_view text, std::string_view file) {
  ASSIGN_OR_RETURN(const json::value root, ParseRoot(text, file));
  RegionSet set;
  ASSIGN_OR_RETURN(set.classes, TakeTexts(root.get_object(), "classes", {file, "top"}));
  for (const char* key : {"skip_columns", "cumulative_columns"}) {
    ASSIGN_OR_RETURN(auto names, TakeTexts(root.get_object(), key, {file, "top"}));
    set.skipped_columns.insert(set.skipped_columns.end(), names.begin(), names.end());
  }
  RETURN_FAIL_IF_ERROR(ParseCases<RegionSet>(root.get_object(), file, ParseRegion, set));
  return set;
}

}  // namespace distdiag::engine
