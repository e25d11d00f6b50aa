#include "collect/setting_watch.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr std::size_t kLongestValue = 80;
constexpr std::size_t kMostChanges =
    20;  // more at once is a restart with another configuration file

std::set<std::string_view> Parts(std::string_view value, char separator) {
  std::set<std::string_view> parts;
  while (!value.empty()) {
    const auto at = std::min(value.find(separator), value.size());
    auto part = value.substr(0, at);
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    if (!part.empty()) parts.insert(part);
    value.remove_prefix(std::min(at + 1, value.size()));
  }
  return parts;
}

std::string Short(std::string_view value) {
  if (value.empty()) return "''";
  if (value.size() <= kLongestValue) return std::string(value);
  return std::string(value.substr(0, kLongestValue)) + "…";
}

std::string Described(std::string_view name, std::string_view from, std::string_view to) {
  if (from.size() <= kLongestValue && to.size() <= kLongestValue)
    return fmt::format("{} changed from {} to {}", name, Short(from), Short(to));
  // Lists like "gcs.fc_limit = 16; gcache.size = 128M" and "index_merge=on,…".
  const char separator = to.find(';') != std::string_view::npos ? ';' : ',';
  const auto old_parts = Parts(from, separator);
  std::string gained;
  for (const auto part : Parts(to, separator)) {
    if (!old_parts.contains(part))
      gained += fmt::format("{}{}", gained.empty() ? "" : ", ", Short(part));
  }
  return fmt::format("{} changed: {}", name, gained.empty() ? Short(to) : gained);
}

}  // namespace

std::vector<std::string> SettingWatch::Next(const std::vector<SqlRow>& rows) {
  std::vector<std::string> changes;
  std::size_t untold = 0;
  const bool first = values_.empty();
  for (const SqlRow& row : rows) {
    const std::string_view name = TextAt(row, 0);
    if (ignored_(name)) continue;
    std::string value(TextAt(row, 1));
    auto [entry, is_new] = values_.try_emplace(std::string(name), value);
    if (is_new || entry->second == value) continue;
    if (!first && changes.size() < kMostChanges)
      changes.push_back(Described(name, entry->second, value));
    else
      ++untold;
    entry->second = std::move(value);
  }
  if (untold > 0 && !first) changes.push_back(fmt::format("and {} more settings changed", untold));
  return changes;
}

}  // namespace distdiag::collect
