// Parameters that several lists share: `limit`, and the id in a path.
#pragma once

#include "base/status.h"
#include "serve/request_target.h"

#include <charconv>
#include <cstdint>
#include <string>

namespace distdiag::serve {

inline base::Result<int> ReadLimit(const QueryReader& query) {
  constexpr std::int64_t kMaxLimit = 500;
  constexpr std::int64_t kDefaultLimit = 50;
  ASSIGN_OR_RETURN(const auto limit, query.Integer("limit", 1, kMaxLimit));
  return static_cast<int>(limit.value_or(kDefaultLimit));
}

// What is no positive number names no incident: NotFound, like an unknown one.
inline base::Result<std::int64_t> ReadIncidentId(const std::string& text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id < 1) {
    return base::Fail(base::NotFound("there is no incident \"" + text.substr(0, 40) + "\""));
  }
  return id;
}

}  // namespace distdiag::serve
