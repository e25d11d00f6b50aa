// Typed reading of JSON of our own (stored facts, journals, state files): each getter says what was expected where, instead of throwing.
//
// Why so: Boost.JSON stays in json_reader.cc.
// Thread: value; a JsonObject is valid while its JsonDocument lives.
#pragma once

#include "base/status.h"
#include "base/time.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::base {

class JsonObject {
 public:
  // DataLoss "<path>.<key>: expected …, found …" when the key is missing or of another type.
  Result<std::string> Text(std::string_view key) const;
  Result<double> Number(std::string_view key) const;  // null reads as NaN
  Result<bool> Flag(std::string_view key) const;
  Result<std::int64_t> Integer(std::string_view key) const;
  Result<Timestamp> Time(std::string_view key) const;  // integer microseconds
  Result<std::optional<Timestamp>> TimeOrNull(
      std::string_view key) const;  // a missing key is an error
  Result<std::vector<std::string>> Texts(std::string_view key) const;
  Result<JsonObject> Object(std::string_view key) const;
  // For an array of objects, in order, until `fn` fails.
  Status ForEach(std::string_view key, const std::function<Status(const JsonObject&)>& fn) const;
  // In file order.
  std::vector<std::string> Keys() const;
  // True for null and for a missing key.
  bool IsNull(std::string_view key) const;

  Status Unexpected(std::string_view key, std::string_view expected, std::string_view found) const;

 private:
  friend class JsonDocument;
  JsonObject(const void* object, std::string path) : object_(object), path_(std::move(path)) {}
  const void* object_;  // a boost::json::object
  std::string path_;
};

class JsonDocument {
 public:
  // `what` starts the path in error texts. DataLoss when `text` is not one JSON object.
  static Result<JsonDocument> Parse(std::string_view text, std::string_view what);
  JsonObject root() const;

 private:
  struct Tree;
  explicit JsonDocument(std::shared_ptr<const Tree> tree) : tree_(std::move(tree)) {}
  std::shared_ptr<const Tree> tree_;
};

}  // namespace distdiag::base
