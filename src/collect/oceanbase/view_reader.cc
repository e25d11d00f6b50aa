#include "collect/oceanbase/view_reader.h"

#include "collect/oceanbase/server_limit.h"
#include "collect/slow_part.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

// With less left, nothing is asked.
constexpr base::Duration kLeastToAsk = std::chrono::milliseconds(10);

}  // namespace

base::Result<std::optional<std::vector<SqlRow>>> ViewReader::Ask(std::string_view columns,
                                                                 std::string_view view,
                                                                 std::string_view rest,
                                                                 std::string_view what,
                                                                 base::Duration most) {
  const base::Duration limit = std::min(until_ - clock_.Now(), most);
  is_absent_ = false;
  if (limit < kLeastToAsk) {
    missing_.push_back(fmt::format("no {}: no time was left for {}", what, view));
    return std::nullopt;
  }
  auto answer = session_.Query(
      fmt::format("SELECT /*+ READ_CONSISTENCY(WEAK) QUERY_TIMEOUT({}) */ {} FROM oceanbase.{} {}",
                  ServerLimit(limit).count(), columns, view, rest),
      limit);
  if (answer) return std::optional(std::move(answer->rows));
  if (session_.broken()) return base::Fail(std::move(answer).error());
  is_absent_ = IsNotOffered(session_.last_error());
  if (IsDenied(session_.last_error())) {
    missing_.push_back(MissingRight(what, fmt::format("SELECT ON oceanbase.{}", view), account_));
    denied_.push_back(missing_.back());
  } else {
    missing_.push_back(fmt::format("no {}: {}: {}", what, view, answer.error().message()));
  }
  return std::nullopt;
}

}  // namespace distdiag::collect
