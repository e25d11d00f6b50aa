#include "collect/slow_part.h"

#include "domain/metric_catalogue.h"

#include <fmt/format.h>

namespace distdiag::collect {

void AddValue(std::string_view metric, std::optional<double> value,
              std::vector<domain::MetricValue>& values) {
  const auto id = domain::FindMetric(metric);
  if (id && value) values.push_back({*id, static_cast<float>(*value)});
}

std::string MissingRight(std::string_view what, std::string_view grant, std::string_view account) {
  return fmt::format("no {}: the account lacks a right; run on the server: GRANT {} TO {}", what,
                     grant, account);
}

std::string AccountForGrant(std::string_view current_user) {
  // A user name may hold an @, a host can't.
  const auto at = current_user.rfind('@');
  if (at == std::string_view::npos) return fmt::format("`{}`", current_user);
  return fmt::format("`{}`@`{}`", current_user.substr(0, at), current_user.substr(at + 1));
}

}  // namespace distdiag::collect
