#include "collect/mysql/galera_text.h"

#include "collect/sql_cell.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace distdiag::collect {
namespace {

// Takes the part before the next separator off the front of `rest`.
std::string_view NextPart(std::string_view& rest, char separator) {
  const std::size_t at = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return part;
}

std::string_view Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool NamesNoAddress(std::string_view entry) {
  return entry.empty() || entry == "AUTO" || entry == "unspecified";
}

}  // namespace

std::optional<EvsLatency> ParseEvsLatency(std::string_view text) {
  if (std::count(text.begin(), text.end(), '/') != 4) return std::nullopt;
  std::array<double, 5> numbers{};
  for (double& number : numbers) {
    const auto parsed = ParseNumber(NextPart(text, '/'));
    if (!parsed || *parsed < 0) return std::nullopt;
    number = *parsed;
  }
  constexpr double kMsPerSecond = 1e3;
  return EvsLatency{.avg_ms = numbers[1] * kMsPerSecond, .max_ms = numbers[2] * kMsPerSecond};
}

std::vector<std::string> ParseIncomingAddresses(std::string_view text) {
  std::vector<std::string> addresses;
  while (!text.empty()) {
    const std::string_view entry = Trimmed(NextPart(text, ','));
    if (!NamesNoAddress(entry)) addresses.emplace_back(entry);
  }
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  return addresses;
}

bool IsKnownAddress(std::string_view member, const std::vector<std::string>& known) {
  // Without the port; "[fd00::1]:3306" keeps its brackets.
  const auto colon = member.rfind(':');
  const std::string_view host =
      colon == std::string_view::npos || member.ends_with(']') ? member : member.substr(0, colon);
  return std::any_of(known.begin(), known.end(), [&](const std::string& address) {
    return address == member || address == host;
  });
}

}  // namespace distdiag::collect
