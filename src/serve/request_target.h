// Reads what stands in a request line: path and query, strictly.
//
// Why so: these bytes come from outside; anything doubtful (broken percent code, NUL, "..") is refused, not repaired.
// Thread: value.
#pragma once

#include "base/status.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace distdiag::serve {

// "%41" → "A"; nullopt for a broken code and for a NUL byte. `plus_is_space` as in queries.
std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space);

// "2026-11-24T03:12:05Z", with fraction and offset if given; nullopt for anything else.
std::optional<base::Timestamp> ParseRfc3339(std::string_view text);

struct RequestTarget {
  // The path's segments, decoded: "/api/v1/" has "api", "v1", "". "/" has one empty segment.
  std::vector<std::string> segments;
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order

  // InvalidArgument with the reason when the target is not a clean absolute path with an optional query.
  static base::Result<RequestTarget> Parse(std::string_view target);
};

// Typed parameters. Each getter fails with InvalidArgument that names parameter, expectation and finding.
class QueryReader {
 public:
  explicit QueryReader(const RequestTarget& target) : query_(target.query) {}

  // Fails on a parameter that is not among `known` (mistyped names must not be ignored silently).
  base::Status OnlyKnows(std::initializer_list<std::string_view> known) const;
  std::vector<std::string> All(std::string_view name) const;
  base::Result<std::optional<std::string>> Text(std::string_view name) const;
  base::Result<std::optional<std::int64_t>> Integer(std::string_view name, std::int64_t min,
                                                    std::int64_t max) const;
  base::Result<std::optional<base::Timestamp>> Time(std::string_view name) const;

 private:
  const std::vector<std::pair<std::string, std::string>>& query_;
};

}  // namespace distdiag::serve
