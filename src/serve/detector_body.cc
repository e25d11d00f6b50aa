#include "serve/detector_body.h"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace distdiag::serve {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxAuthor = 100;
constexpr std::size_t kMaxReason = 1000;

template <typename... Args>
tl::unexpected<base::Status> Wrong(fmt::format_string<Args...> format, Args&&... args) {
  return base::Fail(base::InvalidArgument(fmt::format(format, std::forward<Args>(args)...)));
}

base::Result<json::object> ParseObject(std::string_view body,
                                       std::initializer_list<std::string_view> keys) {
  json::error_code error;
  json::value root = json::parse(json::string_view(body.data(), body.size()), error);
  if (error) return Wrong("body: expected JSON, found: {}", error.message());
  json::object* object = root.if_object();
  if (object == nullptr) return Wrong("body: expected a JSON object");
  for (const auto& member : *object) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::ranges::find(keys, key) == keys.end())
      return Wrong("body: expected only {}, found \"{}\"", fmt::join(keys, ", "),
                   key.substr(0, 40));
  }
  return std::move(*object);
}

base::Result<std::string> ReadText(const json::object& object, std::string_view key,
                                   std::size_t most) {
  const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) return Wrong("{}: expected a string, found something else", key);
  std::string read(text->data(), text->size());
  const bool shows = read.find_first_not_of(" \t\r\n") != std::string::npos;
  if (read.size() > most || !shows)
    return Wrong("{}: expected 1 to {} bytes that show, found {}", key, most,
                 shows ? read.size() : 0);
  return read;
}

base::Result<domain::DetectorDefinitions> ReadDefinitions(const json::object& object) {
  const json::value* list = object.if_contains("detectors");
  if (list == nullptr) return Wrong("detectors: expected a list of definitions, found nothing");
  return domain::ParseDetectors(json::serialize(json::object{{"detectors", *list}}), "body");
}

}  // namespace

base::Result<DetectorChange> ParseDetectorChange(std::string_view body) {
  ASSIGN_OR_RETURN(const json::object object,
                   ParseObject(body, {"author", "reason", "base_version", "detectors"}));
  DetectorChange change;
  ASSIGN_OR_RETURN(change.author, ReadText(object, "author", kMaxAuthor));
  ASSIGN_OR_RETURN(change.reason, ReadText(object, "reason", kMaxReason));
  const json::value* base = object.if_contains("base_version");
  const std::int64_t* version = base == nullptr ? nullptr : base->if_int64();
  if (version == nullptr || *version < 0)
    return Wrong(
        "base_version: expected the number of the version that was changed (0 = the "
        "shipped one), found something else");
  change.base_version = *version;
  ASSIGN_OR_RETURN(change.definitions, ReadDefinitions(object));
  return change;
}

base::Result<RestoreRequest> ParseRestoreRequest(std::string_view body) {
  ASSIGN_OR_RETURN(const json::object object, ParseObject(body, {"author", "reason"}));
  RestoreRequest request;
  ASSIGN_OR_RETURN(request.author, ReadText(object, "author", kMaxAuthor));
  ASSIGN_OR_RETURN(request.reason, ReadText(object, "reason", kMaxReason));
  return request;
}

}  // namespace distdiag::serve
