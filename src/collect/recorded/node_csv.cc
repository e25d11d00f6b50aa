#include "collect/recorded/node_csv.h"

#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr double kLastSecond = 253402300799.0;  // 9999-12-31, the end of RFC 3339

// Where in the file a cell stands, for messages.
struct Place {
  std::string_view file;
  std::size_t line;
  std::string_view column;
};

base::Status Wrong(const Place& place, std::string_view expected, std::string_view found) {
  constexpr std::size_t kShown = 40;
  return base::InvalidArgument(fmt::format(
      "{}:{}: column {}: expected {}, found \"{}\"{}", place.file, place.line, place.column,
      expected, found.substr(0, kShown), found.size() > kShown ? "…" : ""));
}

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

base::Result<double> ParseNumber(std::string_view cell, const Place& place) {
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size())
    return base::Fail(Wrong(place, "a number or an empty cell", cell));
  if (!std::isfinite(value) || std::abs(value) > std::numeric_limits<float>::max()) {
    return base::Fail(Wrong(place, "a finite number or an empty cell", cell));
  }
  return value;
}

base::Result<std::vector<std::string_view>> ParseHeader(std::string_view line,
                                                        std::string_view file, NodeTable& table) {
  std::vector<std::string_view> names;
  std::vector<bool> seen(domain::AllMetrics().size());
  bool more = true;
  while (more) {
    more = line.find(',') != std::string_view::npos;
    names.push_back(TakeUntil(line, ','));
    const std::string_view name = names.back();
    if (names.size() == 1) {
      if (name != "ts")
        return base::Fail(base::InvalidArgument(fmt::format(
            "{}:1: column 1: expected \"ts\", found \"{}\"", file, name.substr(0, 40))));
      continue;
    }
    const auto metric = domain::FindMetric(name);
    if (!metric) {
      return base::Fail(base::InvalidArgument(fmt::format(
          "{}:1: column {}: expected a metric of the catalogue (docs/metrics.md), found \"{}\"",
          file, names.size(), name.substr(0, 40))));
    }
    if (seen[domain::Index(*metric)]) {
      return base::Fail(base::InvalidArgument(
          fmt::format("{}:1: column {}: expected each metric once, found \"{}\" again", file,
                      names.size(), name)));
    }
    seen[domain::Index(*metric)] = true;
    table.columns.push_back(*metric);
  }
  return names;
}

base::Status CheckTime(double seconds, const NodeTable& table, const Place& place,
                       std::string_view cell) {
  if (seconds < 0 || seconds > kLastSecond) return Wrong(place, "seconds since 1970", cell);
  if (table.times.empty()) return base::OkStatus();
  const base::Timestamp time = base::TimestampFromSeconds(seconds);
  if (time == table.times.back())
    return Wrong(place, "a time stamp later than the row before", fmt::format("{} again", cell));
  if (time < table.times.back()) {
    return Wrong(
        place,
        fmt::format("a time stamp later than {:.17g}", base::ToUnixSeconds(table.times.back())),
        cell);
  }
  return base::OkStatus();
}

base::Status ParseRow(std::string_view line, const std::vector<std::string_view>& names,
                      std::string_view file, std::size_t line_number, NodeTable& table) {
  std::size_t column = 0;
  bool more = true;
  while (more) {
    more = line.find(',') != std::string_view::npos;
    const std::string_view cell = TakeUntil(line, ',');
    ++column;
    if (column > names.size()) continue;
    const Place place{file, line_number, names[column - 1]};
    if (column == 1) {
      if (cell.empty()) return Wrong(place, "seconds since 1970", cell);
      ASSIGN_OR_RETURN_STATUS(const double seconds, ParseNumber(cell, place));
      RETURN_IF_ERROR(CheckTime(seconds, table, place, cell));
      table.times.push_back(base::TimestampFromSeconds(seconds));
    } else if (cell.empty()) {
      table.values.push_back(std::numeric_limits<float>::quiet_NaN());
    } else {
      ASSIGN_OR_RETURN_STATUS(const double value, ParseNumber(cell, place));
      table.values.push_back(static_cast<float>(value));
    }
  }
  if (column != names.size()) {
    return base::InvalidArgument(fmt::format("{}:{}: expected {} cells as in the header, found {}",
                                             file, line_number, names.size(), column));
  }
  return base::OkStatus();
}

}  // namespace

base::Result<NodeTable> ParseNodeCsv(std::string_view text, std::string_view file) {
  NodeTable table;
  ASSIGN_OR_RETURN(const auto names, ParseHeader(TakeLine(text), file, table));
  std::size_t line_number = 1;
  while (!text.empty()) {
    ++line_number;
    const std::string_view line = TakeLine(text);
    if (line.empty() && text.empty()) break;  // the file's last newline
    RETURN_FAIL_IF_ERROR(ParseRow(line, names, file, line_number, table));
  }
  if (table.times.empty())
    return base::Fail(base::InvalidArgument(
        fmt::format("{}:2: expected at least one row of samples, found none", file)));
  return table;
}

}  // namespace distdiag::collect
