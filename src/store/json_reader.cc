#include "store/json_reader.h"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <limits>

namespace distdiag::store {
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

base::Status JsonObject::Unexpected(std::string_view key, std::string_view expected,
                                    std::string_view found) const {
  return base::DataLoss(fmt::format("{}.{}: expected {}, found {}", path_, key, expected, found));
}

base::Result<std::string> JsonObject::Text(std::string_view key) const {
  const json::value* value = Find(object_, key);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) return base::Fail(Unexpected(key, "a string", KindName(value)));
  return std::string(text->data(), text->size());
}

base::Result<double> JsonObject::Number(std::string_view key) const {
  const json::value* value = Find(object_, key);
  if (value != nullptr && value->is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (value == nullptr || !value->is_number())
    return base::Fail(Unexpected(key, "a number", KindName(value)));
  // Integers beyond 2^53 round like any double literal does.
  if (value->is_double()) return value->get_double();
  return value->is_int64() ? static_cast<double>(value->get_int64())
                           : static_cast<double>(value->get_uint64());
}

base::Result<bool> JsonObject::Flag(std::string_view key) const {
  const json::value* value = Find(object_, key);
  const bool* flag = value == nullptr ? nullptr : value->if_bool();
  if (flag == nullptr) return base::Fail(Unexpected(key, "true or false", KindName(value)));
  return *flag;
}

base::Result<base::Timestamp> JsonObject::Time(std::string_view key) const {
  const json::value* value = Find(object_, key);
  const std::int64_t* micros = value == nullptr ? nullptr : value->if_int64();
  if (micros == nullptr) return base::Fail(Unexpected(key, "an integer", KindName(value)));
  return base::Timestamp(base::Duration(*micros));
}

base::Result<JsonObject> JsonObject::Object(std::string_view key) const {
  const json::value* value = Find(object_, key);
  const json::object* object = value == nullptr ? nullptr : value->if_object();
  if (object == nullptr) return base::Fail(Unexpected(key, "an object", KindName(value)));
  return JsonObject(object, fmt::format("{}.{}", path_, key));
}

base::Status JsonObject::ForEach(std::string_view key,
                                 const std::function<base::Status(const JsonObject&)>& fn) const {
  const json::value* value = Find(object_, key);
  const json::array* array = value == nullptr ? nullptr : value->if_array();
  if (array == nullptr) return Unexpected(key, "an array", KindName(value));
  for (std::size_t i = 0; i < array->size(); ++i) {
    const json::object* item = (*array)[i].if_object();
    if (item == nullptr)
      return Unexpected(fmt::format("{}[{}]", key, i), "an object", KindName(&(*array)[i]));
    RETURN_IF_ERROR(fn(JsonObject(item, fmt::format("{}.{}[{}]", path_, key, i))));
  }
  return base::OkStatus();
}

bool JsonObject::IsNull(std::string_view key) const {
  const json::value* value = Find(object_, key);
  return value == nullptr || value->is_null();
}

base::Result<JsonDocument> JsonDocument::Parse(std::string_view text, std::string_view what) {
  json::error_code error;
  json::value root = json::parse(json::string_view(text.data(), text.size()), error);
  if (error)
    return base::Fail(
        base::DataLoss(fmt::format("{}: expected JSON, found: {}", what, error.message())));
  if (!root.is_object()) {
    return base::Fail(
        base::DataLoss(fmt::format("{}: expected a JSON object, found {}", what, KindName(&root))));
  }
  return JsonDocument(std::make_shared<const Tree>(Tree{std::move(root), std::string(what)}));
}

JsonObject JsonDocument::root() const { return {&tree_->root.get_object(), tree_->what}; }

}  // namespace distdiag::store
