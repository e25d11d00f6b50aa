// Typed reading of the journal's JSON: what was expected where, instead of exceptions.
//
// Thread: value; valid while the boost::json::value lives.
#pragma once

#include "base/status.h"
#include "base/time.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

namespace distdiag::inject {

// An object of a document. `path` begins with the file: "f1.json.plan.start[2]".
class JsonFields {
 public:
  // DataLoss when `value` is no object.
  static base::Result<JsonFields> Of(const boost::json::value& value, std::string path);

  // DataLoss "<path>.<key>: expected …, found …" when the key is missing or of another type.
  base::Result<std::string> Text(std::string_view key) const;
  base::Result<double> Number(std::string_view key) const;  // finite
  base::Result<bool> Flag(std::string_view key) const;
  base::Result<base::Timestamp> Time(std::string_view key) const;  // integer microseconds
  base::Result<std::optional<base::Timestamp>> TimeOrNull(std::string_view key) const;
  base::Result<std::vector<std::string>> Texts(std::string_view key) const;
  base::Result<JsonFields> Object(std::string_view key) const;
  base::Result<std::vector<JsonFields>> Objects(std::string_view key) const;

  base::Status Unexpected(std::string_view key, std::string_view expected,
                          std::string_view found) const;

 private:
  JsonFields(const boost::json::object& object, std::string path);
  const boost::json::value* Find(std::string_view key) const;
  base::Status Missing(std::string_view key, std::string_view expected) const;

  const boost::json::object* object_;
  std::string path_;
};

// DataLoss "<file>: expected JSON, found …" for bytes that are no JSON.
base::Result<boost::json::value> ParseJson(std::string_view text, std::string_view file);

}  // namespace distdiag::inject
