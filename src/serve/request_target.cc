#include "serve/request_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>

namespace distdiag::serve {
namespace {

constexpr std::size_t kMaxQueryParameters = 64;
constexpr std::size_t kShownBytes = 60;  // of a wrong value in an error text

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string Shown(std::string_view value) { return std::string(value.substr(0, kShownBytes)); }

// Exactly `digits` decimal digits at the front of `text`, which is moved past them.
std::optional<int> TakeDigits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool TakeChar(std::string_view& text, char lower) {
  if (text.empty() || (text[0] | (lower >= 'a' ? 0x20 : 0)) != lower) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::year_month_day> TakeDate(std::string_view& text) {
  const auto year = TakeDigits(text, 4);
  if (!year || !TakeChar(text, '-')) return std::nullopt;
  const auto month = TakeDigits(text, 2);
  if (!month || !TakeChar(text, '-')) return std::nullopt;
  const auto day = TakeDigits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  return date.ok() ? std::optional(date) : std::nullopt;
}

std::optional<base::Duration> TakeHoursAndMinutes(std::string_view& text) {
  const auto hours = TakeDigits(text, 2);
  if (!hours || *hours > 23 || !TakeChar(text, ':')) return std::nullopt;
  const auto minutes = TakeDigits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
}

// ".25" → 250 ms; digits beyond the microsecond are read and dropped.
std::optional<base::Duration> TakeFraction(std::string_view& text) {
  if (text.empty() || text[0] != '.') return base::Duration(0);
  text.remove_prefix(1);
  std::int64_t micros = 0;
  std::int64_t unit = 100000;
  std::size_t digits = 0;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    micros += unit * (text[0] - '0');
    unit /= 10;
    ++digits;
    text.remove_prefix(1);
  }
  return digits == 0 ? std::nullopt : std::optional(base::Duration(micros));
}

std::optional<base::Duration> TakeOffset(std::string_view& text) {
  if (TakeChar(text, 'z')) return base::Duration(0);
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const bool behind = text[0] == '-';
  text.remove_prefix(1);
  const auto offset = TakeHoursAndMinutes(text);
  if (!offset) return std::nullopt;
  return behind ? -*offset : *offset;
}

base::Result<std::vector<std::string>> ParsePath(std::string_view path) {
  std::vector<std::string> segments;
  path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    const auto segment = PercentDecode(path.substr(0, slash), false);
    if (!segment)
      return base::Fail(
          base::InvalidArgument("path: expected whole percent codes, found a broken one"));
    // A decoded slash or backslash would make another path of it for a file system.
    if (*segment == ".." || *segment == "." || segment->find_first_of("/\\") != std::string::npos) {
      return base::Fail(base::InvalidArgument(
          fmt::format("path: expected plain names, found \"{}\"", Shown(*segment))));
    }
    segments.push_back(*segment);
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

base::Result<std::vector<std::pair<std::string, std::string>>> ParseQuery(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = PercentDecode(pair.substr(0, equals), true);
    auto value = PercentDecode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value)
      return base::Fail(
          base::InvalidArgument("query: expected whole percent codes, found a broken one"));
    if (parameters.size() == kMaxQueryParameters) {
      return base::Fail(base::InvalidArgument(
          fmt::format("query: expected at most {} parameters", kMaxQueryParameters)));
    }
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return parameters;
}

}  // namespace

std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = HexDigit(text[i + 1]);
      const int low = HexDigit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    out += c;
  }
  return out;
}

std::optional<base::Timestamp> ParseRfc3339(std::string_view text) {
  const auto date = TakeDate(text);
  if (!date || !(TakeChar(text, 't') || TakeChar(text, ' '))) return std::nullopt;
  const auto time = TakeHoursAndMinutes(text);
  if (!time || !TakeChar(text, ':')) return std::nullopt;
  const auto seconds = TakeDigits(text, 2);
  if (!seconds || *seconds > 60) return std::nullopt;  // 60: a leap second, told as the next one
  const auto fraction = TakeFraction(text);
  if (!fraction) return std::nullopt;
  const auto offset = TakeOffset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return base::Timestamp(std::chrono::sys_days(*date)) + *time + std::chrono::seconds(*seconds) +
         *fraction - *offset;
}

base::Result<RequestTarget> RequestTarget::Parse(std::string_view target) {
  if (!target.starts_with('/')) {
    return base::Fail(base::InvalidArgument(
        fmt::format("path: expected it to start with /, found \"{}\"", Shown(target))));
  }
  const std::size_t hash = target.find('#');
  target = target.substr(0, hash);
  const std::size_t question = std::min(target.find('?'), target.size());
  RequestTarget parsed;
  ASSIGN_OR_RETURN(parsed.segments, ParsePath(target.substr(0, question)));
  ASSIGN_OR_RETURN(parsed.query, ParseQuery(target.substr(std::min(question + 1, target.size()))));
  return parsed;
}

base::Status QueryReader::OnlyKnows(std::initializer_list<std::string_view> known) const {
  for (const auto& [name, value] : query_) {
    if (std::ranges::find(known, name) != known.end()) continue;
    std::string names;
    for (const std::string_view one : known)
      names += (names.empty() ? "" : ", ") + std::string(one);
    return base::InvalidArgument(fmt::format("query: expected {}, found \"{}\"",
                                             names.empty() ? "no parameters" : "only " + names,
                                             Shown(name)));
  }
  return base::OkStatus();
}

std::vector<std::string> QueryReader::All(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : query_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

base::Result<std::optional<std::string>> QueryReader::Text(std::string_view name) const {
  std::vector<std::string> values = All(name);
  if (values.empty()) return std::nullopt;
  if (values.size() > 1) {
    return base::Fail(base::InvalidArgument(
        fmt::format("{}: expected one value, found {}", name, values.size())));
  }
  return std::move(values.front());
}

base::Result<std::optional<std::int64_t>> QueryReader::Integer(std::string_view name,
                                                               std::int64_t min,
                                                               std::int64_t max) const {
  ASSIGN_OR_RETURN(const auto text, Text(name));
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || number < min || number > max) {
    const std::string range = max == std::numeric_limits<std::int64_t>::max()
                                  ? fmt::format("of at least {}", min)
                                  : fmt::format("from {} to {}", min, max);
    return base::Fail(base::InvalidArgument(
        fmt::format("{}: expected an integer {}, found \"{}\"", name, range, Shown(*text))));
  }
  return number;
}

base::Result<std::optional<base::Timestamp>> QueryReader::Time(std::string_view name) const {
  ASSIGN_OR_RETURN(const auto text, Text(name));
  if (!text) return std::nullopt;
  const auto time = ParseRfc3339(*text);
  if (!time) {
    return base::Fail(base::InvalidArgument(fmt::format(
        "{}: expected a time like 2026-11-24T03:12:05Z, found \"{}\"", name, Shown(*text))));
  }
  return time;
}

}  // namespace distdiag::serve
