// Typed reading of stored JSON: each getter says what was expected where, instead of throwing.
//
// Why so: Boost.JSON stays in json_reader.cc.
// Thread: value; a JsonObject is valid while its JsonDocument lives.
#pragma once

#include "base/status.h"
#include "base/time.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace distdiag::store {

class JsonObject {
 public:
  // DataLoss "<path>.<key>: expected …, found …" when the key is missing or of another type.
  base::Result<std::string> Text(std::string_view key) const;
  base::Result<double> Number(std::string_view key) const;  // null reads as NaN
  base::Result<bool> Flag(std::string_view key) const;
  base::Result<base::Timestamp> Time(std::string_view key) const;  // integer microseconds
  base::Result<JsonObject> Object(std::string_view key) const;
  // For an array of objects, in order, until `fn` fails.
  base::Status ForEach(std::string_view key,
                       const std::function<base::Status(const JsonObject&)>& fn) const;
  // True for null and for a missing key.
  bool IsNull(std::string_view key) const;

  base::Status Unexpected(std::string_view key, std::string_view expected,
                          std::string_view found) const;

 private:
  friend class JsonDocument;
  JsonObject(const void* object, std::string path) : object_(object), path_(std::move(path)) {}
  const void* object_;  // a boost::json::object
  std::string path_;
};

class JsonDocument {
 public:
  // `what` starts the path in error texts. DataLoss when `text` is not one JSON object.
  static base::Result<JsonDocument> Parse(std::string_view text, std::string_view what);
  JsonObject root() const;

 private:
  struct Tree;
  explicit JsonDocument(std::shared_ptr<const Tree> tree) : tree_(std::move(tree)) {}
  std::shared_ptr<const Tree> tree_;
};

}  // namespace distdiag::store
