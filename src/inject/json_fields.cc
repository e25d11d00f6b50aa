#include "inject/json_fields.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace distdiag::inject {
namespace {

namespace json = boost::json;

std::string_view KindName(const json::value* value) {
  if (value == nullptr) return "nothing";
  switch (value->kind()) {
    case json::kind::null: return "null";
    case json::kind::bool_: return "a boolean";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_: return "a number";
    case json::kind::string: return "a string";
    case json::kind::array: return "an array";
    case json::kind::object: return "an object";
  }
  return "nothing";
}

std::string TextOf(const json::string& text) { return {text.data(), text.size()}; }

}  // namespace

base::Result<json::value> ParseJson(std::string_view text, std::string_view file) {
  json::error_code error;
  json::value root = json::parse(json::string_view(text.data(), text.size()), error);
  if (!error) return root;
  return base::Fail(
      base::DataLoss(fmt::format("{}: expected JSON, found: {}", file, error.message())));
}

JsonFields::JsonFields(const json::object& object, std::string path)
    : object_(&object), path_(std::move(path)) {}

base::Result<JsonFields> JsonFields::Of(const json::value& value, std::string path) {
  if (value.is_object()) return JsonFields(value.get_object(), std::move(path));
  return base::Fail(
      base::DataLoss(fmt::format("{}: expected an object, found {}", path, KindName(&value))));
}

const json::value* JsonFields::Find(std::string_view key) const {
  return object_->if_contains(json::string_view(key.data(), key.size()));
}

base::Status JsonFields::Unexpected(std::string_view key, std::string_view expected,
                                    std::string_view found) const {
  return base::DataLoss(fmt::format("{}.{}: expected {}, found {}", path_, key, expected, found));
}

base::Status JsonFields::Missing(std::string_view key, std::string_view expected) const {
  return Unexpected(key, expected, KindName(Find(key)));
}

base::Result<std::string> JsonFields::Text(std::string_view key) const {
  const json::value* value = Find(key);
  if (value == nullptr || !value->is_string()) return base::Fail(Missing(key, "a string"));
  return TextOf(value->get_string());
}

base::Result<double> JsonFields::Number(std::string_view key) const {
  const json::value* value = Find(key);
  if (value == nullptr || !value->is_number()) return base::Fail(Missing(key, "a number"));
  json::error_code error;
  const auto number = value->to_number<double>(error);
  if (error || !std::isfinite(number))
    return base::Fail(Unexpected(key, "a finite number", "another one"));
  return number;
}

base::Result<bool> JsonFields::Flag(std::string_view key) const {
  const json::value* value = Find(key);
  if (value == nullptr || !value->is_bool()) return base::Fail(Missing(key, "true or false"));
  return value->get_bool();
}

base::Result<base::Timestamp> JsonFields::Time(std::string_view key) const {
  const json::value* value = Find(key);
  if (value == nullptr || !value->is_int64()) return base::Fail(Missing(key, "whole microseconds"));
  return base::Timestamp(base::Duration(value->get_int64()));
}

base::Result<std::optional<base::Timestamp>> JsonFields::TimeOrNull(std::string_view key) const {
  const json::value* value = Find(key);
  if (value != nullptr && value->is_null()) return std::nullopt;
  ASSIGN_OR_RETURN(const base::Timestamp time, Time(key));
  return time;
}

base::Result<std::vector<std::string>> JsonFields::Texts(std::string_view key) const {
  const json::value* value = Find(key);
  if (value == nullptr || !value->is_array())
    return base::Fail(Missing(key, "an array of strings"));
  std::vector<std::string> texts;
  for (const json::value& one : value->get_array()) {
    if (!one.is_string()) return base::Fail(Unexpected(key, "an array of strings", KindName(&one)));
    texts.push_back(TextOf(one.get_string()));
  }
  return texts;
}

base::Result<JsonFields> JsonFields::Object(std::string_view key) const {
  const json::value* value = Find(key);
  if (value == nullptr || !value->is_object()) return base::Fail(Missing(key, "an object"));
  return JsonFields(value->get_object(), fmt::format("{}.{}", path_, key));
}

base::Result<std::vector<JsonFields>> JsonFields::Objects(std::string_view key) const {
  const json::value* value = Find(key);
  if (value == nullptr || !value->is_array())
    return base::Fail(Missing(key, "an array of objects"));
  std::vector<JsonFields> objects;
  for (std::size_t i = 0; i < value->get_array().size(); ++i) {
    ASSIGN_OR_RETURN(JsonFields object,
                     Of(value->get_array()[i], fmt::format("{}.{}[{}]", path_, key, i)));
    objects.push_back(std::move(object));
  }
  return objects;
}

}  // namespace distdiag::inject
