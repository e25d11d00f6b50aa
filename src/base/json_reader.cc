#include "base/json_reader.h"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <limits>

namespace distdiag::base {
namespace {

namespace json = boost::json;

const json::value* Find(const void* object, std::string_view key) {
  return static_cast<const json::object*>(object)->if_contains(
      json::string_view(key.data(), key.size()));
}

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

}  // namespace

struct JsonDocument::Tree {
  json::value root;
  std::string what;
};

Status JsonObject::Unexpected(std::string_view key, std::string_view expected,
                              std::string_view found) const {
  return DataLoss(fmt::format("{}.{}: expected {}, found {}", path_, key, expected, found));
}

Result<std::string> JsonObject::Text(std::string_view key) const {
  const json::value* value = Find(object_, key);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) return Fail(Unexpected(key, "a string", KindName(value)));
  return std::string(text->data(), text->size());
}

Result<double> JsonObject::Number(std::string_view key) const {
  const json::value* value = Find(object_, key);
  if (value != nullptr && value->is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (value == nullptr || !value->is_number())
    return Fail(Unexpected(key, "a number", KindName(value)));
  // Integers beyond 2^53 round like any double literal does.
  if (value->is_double()) return value->get_double();
  return value->is_int64() ? static_cast<double>(value->get_int64())
                           : static_cast<double>(value->get_uint64());
}

Result<bool> JsonObject::Flag(std::string_view key) const {
  const json::value* value = Find(object_, key);
  const bool* flag = value == nullptr ? nullptr : value->if_bool();
  if (flag == nullptr) return Fail(Unexpected(key, "true or false", KindName(value)));
  return *flag;
}

Result<std::int64_t> JsonObject::Integer(std::string_view key) const {
  const json::value* value = Find(object_, key);
  const std::int64_t* number = value == nullptr ? nullptr : value->if_int64();
  if (number == nullptr) return Fail(Unexpected(key, "an integer", KindName(value)));
  return *number;
}

Result<Timestamp> JsonObject::Time(std::string_view key) const {
  ASSIGN_OR_RETURN(const std::int64_t micros, Integer(key));
  return Timestamp(Duration(micros));
}

Result<std::optional<Timestamp>> JsonObject::TimeOrNull(std::string_view key) const {
  const json::value* value = Find(object_, key);
  if (value != nullptr && value->is_null()) return std::nullopt;
  ASSIGN_OR_RETURN(const Timestamp time, Time(key));
  return time;
}

Result<std::vector<std::string>> JsonObject::Texts(std::string_view key) const {
  const json::value* value = Find(object_, key);
  const json::array* array = value == nullptr ? nullptr : value->if_array();
  if (array == nullptr) return Fail(Unexpected(key, "an array of strings", KindName(value)));
  std::vector<std::string> texts;
  texts.reserve(array->size());
  for (const json::value& one : *array) {
    const json::string* text = one.if_string();
    if (text == nullptr) return Fail(Unexpected(key, "an array of strings", KindName(&one)));
    texts.emplace_back(text->data(), text->size());
  }
  return texts;
}

Result<JsonObject> JsonObject::Object(std::string_view key) const {
  const json::value* value = Find(object_, key);
  const json::object* object = value == nullptr ? nullptr : value->if_object();
  if (object == nullptr) return Fail(Unexpected(key, "an object", KindName(value)));
  return JsonObject(object, fmt::format("{}.{}", path_, key));
}

Status JsonObject::ForEach(std::string_view key,
                           const std::function<Status(const JsonObject&)>& fn) const {
  const json::value* value = Find(object_, key);
  const json::array* array = value == nullptr ? nullptr : value->if_array();
  if (array == nullptr) return Unexpected(key, "an array", KindName(value));
  for (std::size_t i = 0; i < array->size(); ++i) {
    const json::object* item = (*array)[i].if_object();
    if (item == nullptr)
      return Unexpected(fmt::format("{}[{}]", key, i), "an object", KindName(&(*array)[i]));
    RETURN_IF_ERROR(fn(JsonObject(item, fmt::format("{}.{}[{}]", path_, key, i))));
  }
  return OkStatus();
}

std::vector<std::string> JsonObject::Keys() const {
  std::vector<std::string> keys;
  for (const auto& member : *static_cast<const json::object*>(object_))
    keys.emplace_back(member.key().data(), member.key().size());
  return keys;
}

bool JsonObject::IsNull(std::string_view key) const {
  const json::value* value = Find(object_, key);
  return value == nullptr || value->is_null();
}

Result<JsonDocument> JsonDocument::Parse(std::string_view text, std::string_view what) {
  json::error_code error;
  json::value root = json::parse(json::string_view(text.data(), text.size()), error);
  if (error)
    return Fail(DataLoss(fmt::format("{}: expected JSON, found: {}", what, error.message())));
  if (!root.is_object()) {
    return Fail(
        DataLoss(fmt::format("{}: expected a JSON object, found {}", what, KindName(&root))));
  }
  return JsonDocument(std::make_shared<const Tree>(Tree{std::move(root), std::string(what)}));
}

JsonObject JsonDocument::root() const { return {&tree_->root.get_object(), tree_->what}; }

}  // namespace distdiag::base
