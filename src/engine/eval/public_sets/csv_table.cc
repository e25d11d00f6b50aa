#include "engine/eval/public_sets/csv_table.h"

#include "base/gzip.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

constexpr std::size_t kLargestTableBytes = std::size_t{256} << 20;
constexpr std::size_t kShown = 40;  // characters of a bad cell in a message

std::string_view TakeUntil(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view head = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return head;
}

std::string_view TakeLine(std::string_view& rest) {
  std::string_view line = TakeUntil(rest, '\n');
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

base::Status ParseHeader(std::string_view line, std::string_view file, CsvTable& table) {
  std::set<std::string_view> seen;
  bool more = true;
  while (more) {
    more = line.find(',') != std::string_view::npos;
    const std::string_view name = TakeUntil(line, ',');
    if (name.empty() || !seen.insert(name).second) {
      return base::InvalidArgument(
          fmt::format("{}:1: column {}: expected a name that stands once, found \"{}\"", file,
                      table.columns.size() + 1, name.substr(0, kShown)));
    }
    table.columns.emplace_back(name);
  }
  return base::OkStatus();
}

base::Status ParseRow(std::string_view line, std::string_view file, std::size_t line_number,
                      CsvTable& table) {
  std::size_t column = 0;
  bool more = true;
  while (more) {
    more = line.find(',') != std::string_view::npos;
    const std::string_view cell = TakeUntil(line, ',');
    if (++column > table.columns.size()) continue;
    double value = std::numeric_limits<double>::quiet_NaN();
    if (!cell.empty()) {
      const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
      if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) {
        return base::InvalidArgument(
            fmt::format("{}:{}: column {}: expected a finite number or an empty cell, found \"{}\"",
                        file, line_number, table.columns[column - 1], cell.substr(0, kShown)));
      }
    }
    table.values.push_back(value);
  }
  if (column != table.columns.size()) {
    return base::InvalidArgument(fmt::format("{}:{}: expected {} cells as in the header, found {}",
                                             file, line_number, table.columns.size(), column));
  }
  return base::OkStatus();
}

}  // namespace

base::Result<CsvTable> ParseCsvTable(std::string_view text, std::string_view file) {
  CsvTable table;
  RETURN_FAIL_IF_ERROR(ParseHeader(TakeLine(text), file, table));
  std::size_t line_number = 1;
  while (!text.empty()) {
    ++line_number;
    const std::string_view line = TakeLine(text);
    if (line.empty() && text.empty()) break;  // the file's last newline
    RETURN_FAIL_IF_ERROR(ParseRow(line, file, line_number, table));
  }
  if (table.values.empty()) {
    return base::Fail(base::InvalidArgument(
        fmt::format("{}:2: expected at least one row of numbers, found none", file)));
  }
  return table;
}

base::Result<CsvTable> ReadCsvTable(const base::FileSystem& files, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string bytes, files.ReadFile(path));
  ASSIGN_OR_RETURN(const std::string text, base::Gunzip(bytes, kLargestTableBytes, path));
  return ParseCsvTable(text, path);
}

base::Result<std::vector<std::size_t>> FindColumns(const CsvTable& table,
                                                   std::span<const std::string> names,
                                                   std::string_view file) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) {
    const auto it = std::find(table.columns.begin(), table.columns.end(), name);
    if (it == table.columns.end()) {
      return base::Fail(base::InvalidArgument(
          fmt::format("{}:1: expected a column \"{}\", found none", file, name.substr(0, kShown))));
    }
    places.push_back(static_cast<std::size_t>(it - table.columns.begin()));
  }
  return places;
}

}  // namespace distdiag::engine
