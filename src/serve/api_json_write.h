// Small writers that the api_json_*.cc files share.
#pragma once

#include "base/json_writer.h"
#include "base/time.h"
#include "domain/topology.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

namespace distdiag::serve {

inline void WriteTime(base::JsonWriter& json, std::string_view key, base::Timestamp time) {
  json.Field(key, base::ToRfc3339(time));
}

template <typename T>
void WriteOptional(base::JsonWriter& json, std::string_view key, const std::optional<T>& value) {
  json.Key(key);
  if (value) {
    json.Value(*value);
  } else {
    json.Null();
  }
}

inline void WriteOptionalTime(base::JsonWriter& json, std::string_view key,
                              const std::optional<base::Timestamp>& time) {
  json.Key(key);
  if (time) {
    json.Value(base::ToRfc3339(*time));
  } else {
    json.Null();
  }
}

// A span of time for people: to the millisecond, never negative (clocks may be set back).
inline double ShownSeconds(base::Duration span) {
  return std::max(0.0, std::round(base::ToSeconds(span) * 1e3) / 1e3);
}

// Schema Target; nullopt = the whole cluster.
inline void WriteTarget(base::JsonWriter& json, const std::optional<std::string>& node) {
  json.Key("target").BeginObject().Field("scope", node ? "node" : "cluster");
  WriteOptional(json, "node", node);
  json.EndObject();
}

inline std::optional<std::string> NodeName(const std::optional<domain::NodeIndex>& node,
                                           const domain::Topology& topology) {
  if (!node) return std::nullopt;
  return topology.nodes[domain::Index(*node)].name;
}

}  // namespace distdiag::serve
