#include "domain/sentence.h"

#include "domain/metric_catalogue.h"
#include "domain/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <vector>

namespace distdiag::domain {
namespace {

constexpr std::size_t kTitlePairs = 2;

struct Scale {
  double factor;
  std::string_view prefix;
};
constexpr std::array<Scale, 5> kDecimal = {
    {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}}};

// How a catalogue unit is told: value * factor, then a decimal prefix where `scaled`, then `suffix`.
struct UnitForm {
  std::string_view unit;
  double factor;
  bool scaled;
  std::string_view suffix;
};
constexpr std::array<UnitForm, 10> kUnitForms = {{
    {"1/s", 1, true, "/s"},
    {"B", 1, true, "B"},
    {"B/s", 1, true, "B/s"},
    {"kB/s", 1e3, true, "B/s"},
    {"KiB/s", 1024, true, "B/s"},
    {"MB", 1e6, true, "B"},
    {"ratio", 100, false, "%"},
    {"percent", 1, false, "%"},
    {"count", 1, false, ""},
    {"bool", 1, false, ""},
}};

// To 3 significant digits, so that 999.7 becomes 1000 before its prefix is chosen.
double Round3(double value) {
  if (value == 0 || !std::isfinite(value)) return value;
  const int exponent = static_cast<int>(std::floor(std::log10(std::fabs(value))));
  const double step = std::pow(10.0, std::abs(exponent - 2));
  return exponent >= 2 ? std::round(value / step) * step : std::round(value * step) / step;
}

std::string Join(std::string_view number, std::string_view suffix) {
  if (suffix.empty()) return std::string(number);
  return fmt::format("{} {}", number, suffix);
}

std::string FormatScaled(double value, std::string_view suffix) {
  const double rounded = Round3(value);
  const Scale* scale = &kDecimal.back();
  for (const Scale& s : kDecimal) {
    if (std::fabs(rounded) >= s.factor) {
      scale = &s;
      break;
    }
  }
  const std::string number = FormatNumber(rounded / scale->factor);
  // "1.23 k/s" but "45 /s" would read badly: the bare rate is told as "45/s".
  if (scale->prefix.empty() && suffix.starts_with('/')) return number + std::string(suffix);
  return fmt::format("{} {}{}", number, scale->prefix, suffix);
}

std::string TimeOfDay(base::Timestamp time, bool with_seconds) {
  const auto since_midnight =
      std::chrono::floor<std::chrono::seconds>(time) - std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss parts(since_midnight);
  if (!with_seconds)
    return fmt::format("{:02}:{:02}", parts.hours().count(), parts.minutes().count());
  return fmt::format("{:02}:{:02}:{:02}", parts.hours().count(), parts.minutes().count(),
                     parts.seconds().count());
}

std::string_view Title(ProblemId problem, Language language) {
  const ProblemInfo& info = GetProblem(problem);
  return language == Language::kEnglish ? info.title_en : info.title_zh;
}

// Units that are words have a Chinese word.
std::string_view UnitWord(std::string_view unit, Language language) {
  if (language == Language::kEnglish) return unit;
  if (unit == "cores") return "核";
  if (unit == "pages") return "页";
  return unit == "pages/s" ? "页/s" : unit;
}

// The part of a problem's summary before its explanation: "is short of CPU".
std::string_view ShortSummary(ProblemId problem, Language language) {
  const ProblemInfo& info = GetProblem(problem);
  const std::string_view whole = language == Language::kEnglish ? info.summary_en : info.summary_zh;
  const std::size_t english = whole.find_first_of(":;");
  const std::size_t full_width = std::min(whole.find("："), whole.find("；"));
  return whole.substr(0, std::min(english, full_width));
}

// "0.03 to 0.15 cores": the unit is said once where both ends have the same.
std::string Range(const std::string& low, const std::string& high, Language language) {
  const std::string_view to = language == Language::kEnglish ? " to " : " 至 ";
  const std::size_t space = low.find(' ');
  const bool same_unit = space != std::string::npos && high.find(' ') != std::string::npos &&
                         low.substr(space) == high.substr(high.find(' '));
  return fmt::format("{}{}{}", same_unit ? low.substr(0, space) : low, to, high);
}

std::string Expectation(const Evidence& evidence, std::string_view unit, Language language) {
  const bool english = language == Language::kEnglish;
  const bool banded = std::isfinite(evidence.band_low) && std::isfinite(evidence.band_high);
  // A band that reaches below zero, of something that is never negative, has only one end that says something.
  if (banded && evidence.band_low <= 0 && evidence.expected >= 0 &&
      evidence.observed > evidence.band_high) {
    return fmt::format(fmt::runtime(english ? ", expected up to {}" : "，预期不超过 {}"),
                       FormatQuantity(evidence.band_high, unit));
  }
  if (banded) {
    return (english ? ", expected " : "，预期 ") + Range(FormatQuantity(evidence.band_low, unit),
                                                         FormatQuantity(evidence.band_high, unit),
                                                         language);
  }
  if (!std::isfinite(evidence.expected)) return {};
  return fmt::format(fmt::runtime(english ? ", expected {}" : "，预期 {}"),
                     FormatQuantity(evidence.expected, unit));
}

}  // namespace

std::string FormatNumber(double value) {
  if (!std::isfinite(value)) return "?";
  const double rounded = Round3(value);
  if (rounded == 0) return "0";
  const int exponent = static_cast<int>(std::floor(std::log10(std::fabs(rounded))));
  const int decimals = std::clamp(2 - exponent, 0, 12);
  std::string text = fmt::format("{:.{}f}", rounded, decimals);
  if (decimals > 0) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

std::string FormatQuantity(double value, std::string_view unit) {
  if (!std::isfinite(value)) return "?";
  if (unit == "ms" && std::fabs(Round3(value)) >= 1000)
    return Join(FormatNumber(value / 1000), "s");
  for (const UnitForm& form : kUnitForms) {
    if (form.unit != unit) continue;
    return form.scaled ? FormatScaled(value * form.factor, form.suffix)
                       : Join(FormatNumber(value * form.factor), form.suffix);
  }
  return Join(FormatNumber(value), unit);
}

std::string FormatTimeOfDay(base::Timestamp time) { return TimeOfDay(time, true); }

std::string EvidenceSentence(const Alarm& alarm, const Topology& topology, Language language) {
  const MetricInfo& metric = GetMetric(alarm.metric);
  const bool english = language == Language::kEnglish;
  const std::string& node = topology.nodes[Index(alarm.node)].name;
  const std::string since = FormatTimeOfDay(alarm.evidence.since);
  const std::string_view label = english ? metric.label_en : metric.label_zh;
  const std::string_view unit = UnitWord(metric.unit, language);
  if (!std::isfinite(alarm.evidence.observed)) {
    return english ? fmt::format("{} of {} is not measured since {}", label, node, since)
                   : fmt::format("{} 的{}自 {} 起无测量值", node, label, since);
  }
  const std::string observed = FormatQuantity(alarm.evidence.observed, unit);
  const std::string expected = Expectation(alarm.evidence, unit, language);
  // Between a Latin letter and a Chinese character stands a space.
  const std::string_view gap = static_cast<unsigned char>(label.back()) < 0x80 ? " " : "";
  return english ? fmt::format("{} at {}{}, since {}", label, observed, expected, since)
                 : fmt::format("{}{}为 {}{}，自 {} 起", label, gap, observed, expected, since);
}

std::string StatementSentence(const StatementChange& change, const Topology& topology,
                              Language language) {
  constexpr std::size_t kShown = 120;  // bytes
  const bool english = language == Language::kEnglish;
  std::string text = change.now.text.empty() ? change.now.digest : change.now.text;
  if (text.size() > kShown) {
    std::size_t end = kShown;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text = text.substr(0, end) + "…";
  }
  const std::string& node = topology.nodes[Index(change.node)].name;
  const long percent = std::lround(100 * change.share);
  std::string sentence =
      english ? fmt::format("{} % of the change in statement time on {}: {}", percent, node, text)
              : fmt::format("{} 语句耗时变化的 {} % 来自：{}", node, percent, text);
  if (change.is_new) sentence += english ? ", did not run before" : "（此前未执行）";
  if (change.plan_changed)
    sentence += english ? ", another plan than before" : "（执行计划已改变）";
  if (!change.now.main_wait.empty())
    sentence += english ? fmt::format(", waits: {}", change.now.main_wait)
                        : fmt::format("（等待：{}）", change.now.main_wait);
  return sentence;
}

std::string IncidentTitle(const Verdict& verdict, const Topology& topology, Language language) {
  const bool english = language == Language::kEnglish;
  const std::string_view colon = english ? ": " : "：";
  std::vector<std::string> pairs;
  for (const RankedCause& cause : verdict.ranking) {
    if (cause.shown)
      pairs.push_back(fmt::format("{}{}{}", TargetName(cause.target, topology), colon,
                                  Title(cause.problem, language)));
  }
  if (pairs.empty())
    return fmt::format("{}{}{}", topology.cluster, colon, Title(ProblemId::kUnknown, language));
  std::string title = pairs[0];
  for (std::size_t i = 1; i < std::min(pairs.size(), kTitlePairs); ++i) {
    title += english ? "; " : "；";
    title += pairs[i];
  }
  if (pairs.size() > kTitlePairs) {
    title += fmt::format(fmt::runtime(english ? " and {} more" : " 等，另有 {} 项"),
                         pairs.size() - kTitlePairs);
  }
  return title;
}

std::string TroubleHeadline(const Verdict& verdict, const Topology& topology, base::Timestamp since,
                            Language language) {
  const RankedCause& first = verdict.ranking.front();
  const std::string target = TargetName(first.target, topology);
  const std::string_view summary = ShortSummary(first.problem, language);
  const std::string time = TimeOfDay(since, false);
  return language == Language::kEnglish ? fmt::format("{} {} since {}", target, summary, time)
                                        : fmt::format("{} {}，自 {} 起", target, summary, time);
}

}  // namespace distdiag::domain
