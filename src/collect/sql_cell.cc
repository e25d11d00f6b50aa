#include "collect/sql_cell.h"

#include <charconv>
#include <cmath>
#include <system_error>

namespace distdiag::collect {

std::optional<double> ParseNumber(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::optional<double> NumberAt(const SqlRow& row, std::size_t column) {
  if (column >= row.size() || !row[column]) return std::nullopt;
  return ParseNumber(*row[column]);
}

std::optional<std::int64_t> IntegerAt(const SqlRow& row, std::size_t column) {
  const std::string_view text = TextAt(row, column);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view TextAt(const SqlRow& row, std::size_t column) {
  if (column >= row.size() || !row[column]) return {};
  return *row[column];
}

}  // namespace distdiag::collect
