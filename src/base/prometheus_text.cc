#include "base/prometheus_text.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

namespace distdiag::base {
namespace {

constexpr std::size_t kShown = 40;  // characters of a bad line in a message

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}
bool IsNamePart(char c) { return IsNameStart(c) || (c >= '0' && c <= '9'); }

void SkipBlanks(std::string_view& rest) {
  while (!rest.empty() && IsBlank(rest.front())) rest.remove_prefix(1);
}

std::string_view TakeName(std::string_view& rest) {
  if (rest.empty() || !IsNameStart(rest.front())) return {};
  const auto* end = std::find_if_not(rest.begin(), rest.end(), IsNamePart);
  const std::string_view name = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(name.size());
  return name;
}

std::string_view TakeWord(std::string_view& rest) {
  const auto* end = std::find_if(rest.begin(), rest.end(), IsBlank);
  const std::string_view word = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(word.size());
  return word;
}

// What was found, fit for a log: outside bytes need not be UTF-8.
std::string Shown(std::string_view found) {
  if (found.empty()) return "the end of the line";
  std::string text(found.substr(0, kShown));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return fmt::format("\"{}\"{}", text, found.size() > kShown ? "…" : "");
}

Status Wrong(std::size_t line, std::string_view expected, std::string_view found) {
  return InvalidArgument(
      fmt::format("line {}: expected {}, found {}", line, expected, Shown(found)));
}

// The characters up to the closing quote, which is taken too; nullopt when there is none.
std::optional<std::string_view> TakeQuoted(std::string_view& rest) {
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '\\') {
      ++i;  // whatever it escapes, it is not the end
    } else if (rest[i] == '"') {
      const std::string_view value = rest.substr(0, i);
      rest.remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

// After the opening brace: labels and the closing one.
Status ParseLabels(std::string_view& rest, std::size_t line, std::vector<PrometheusLabel>& labels) {
  while (true) {
    SkipBlanks(rest);
    if (rest.starts_with('}')) break;
    PrometheusLabel label;
    label.name = TakeName(rest);
    if (label.name.empty()) return Wrong(line, "a label's name or \"}\"", rest);
    SkipBlanks(rest);
    if (!rest.starts_with('=')) return Wrong(line, "\"=\" after a label's name", rest);
    rest.remove_prefix(1);
    SkipBlanks(rest);
    if (!rest.starts_with('"')) return Wrong(line, "a label's value in quotes", rest);
    rest.remove_prefix(1);
    const auto value = TakeQuoted(rest);
    if (!value) return Wrong(line, "the closing quote of a label's value", rest);
    label.raw_value = *value;
    labels.push_back(label);
    SkipBlanks(rest);
    if (rest.starts_with(',')) {
      rest.remove_prefix(1);
    } else if (!rest.starts_with('}')) {
      return Wrong(line, "\",\" or \"}\" after a label", rest);
    }
  }
  rest.remove_prefix(1);
  return OkStatus();
}

std::optional<double> ParseValue(std::string_view word) {
  if (word.starts_with('+')) {
    word.remove_prefix(1);
    if (word.starts_with('-')) return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  const bool whole = end == word.data() + word.size();
  return error == std::errc() && whole ? std::optional(value) : std::nullopt;
}

Status ParseSample(std::string_view text, std::size_t line, PrometheusSample& sample) {
  sample.labels.clear();
  sample.timestamp_ms.reset();
  sample.name = TakeName(text);
  if (sample.name.empty()) return Wrong(line, "a metric's name", text);
  SkipBlanks(text);
  if (text.starts_with('{')) {
    text.remove_prefix(1);
    RETURN_IF_ERROR(ParseLabels(text, line, sample.labels));
    SkipBlanks(text);
  }
  const std::string_view value_word = TakeWord(text);
  const auto value = ParseValue(value_word);
  if (!value) return Wrong(line, fmt::format("a number as value of {}", sample.name), value_word);
  sample.value = *value;
  SkipBlanks(text);
  if (text.empty()) return OkStatus();
  const std::string_view time_word = TakeWord(text);
  std::int64_t time_ms = 0;
  const auto [end, error] =
      std::from_chars(time_word.data(), time_word.data() + time_word.size(), time_ms);
  if (error != std::errc() || end != time_word.data() + time_word.size())
    return Wrong(line, "a time stamp in milliseconds or nothing after the value", time_word);
  sample.timestamp_ms = time_ms;
  SkipBlanks(text);
  return text.empty() ? OkStatus() : Wrong(line, "the end of the line", text);
}

}  // namespace

std::optional<std::string_view> PrometheusSample::Label(std::string_view label_name) const {
  for (const PrometheusLabel& label : labels)
    if (label.name == label_name) return label.raw_value;
  return std::nullopt;
}

Result<bool> PrometheusText::Next(PrometheusSample& sample) {
  while (!rest_.empty()) {
    const std::size_t end = rest_.find('\n');
    std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++line_;
    SkipBlanks(text);
    if (text.empty() || text.front() == '#') continue;
    RETURN_FAIL_IF_ERROR(ParseSample(text, line_, sample));
    return true;
  }
  return false;
}

std::string UnescapeLabelValue(std::string_view raw) {
  std::string value;
  value.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\' || i + 1 == raw.size()) {
      value += raw[i];
      continue;
    }
    ++i;
    if (raw[i] == 'n') {
      value += '\n';
    } else {
      if (raw[i] != '\\' && raw[i] != '"') value += '\\';  // no escape of the format: kept as it is
      value += raw[i];
    }
  }
  return value;
}

}  // namespace distdiag::base
