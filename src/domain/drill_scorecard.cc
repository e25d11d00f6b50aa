#include "domain/drill_scorecard.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

namespace distdiag::domain {
namespace {

std::optional<double> Median(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::optional<double> Worst(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return *std::ranges::max_element(values);
}

// Three significant digits are more than a drill can tell: "4.1 s", "12 s".
std::string Seconds(const std::optional<double>& seconds, std::string_view absent) {
  if (!seconds) return std::string(absent);
  return *seconds < 9.95 ? fmt::format("{:.1f} s", *seconds) : fmt::format("{:.0f} s", *seconds);
}

std::string Result(const Drill& drill) {
  const auto with_reason = [&](std::string_view word) {
    return drill.message.empty() ? std::string(word) : fmt::format("{}: {}", word, drill.message);
  };
  if (drill.phase != DrillPhase::kDone) return with_reason(DrillPhaseName(drill.phase));
  return drill.passed ? "passed" : with_reason("not passed");
}

std::string Rank(const Drill& drill) {
  if (!drill.detected_s) return "-";
  return drill.rank > 0 ? fmt::format("{}", drill.rank) : "not listed";
}

// Terminal columns: all but the continuation bytes of UTF-8.
std::size_t Width(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

enum class Align { kLeft, kRight };

struct Column {
  std::string title;
  Align align = Align::kLeft;
};

std::string Cell(std::string text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c == '\n' || c == '\r' ? ' ' : c;
  }
  return escaped;
}

std::string Table(const std::vector<Column>& columns, std::vector<std::vector<std::string>> rows) {
  std::vector<std::size_t> widths;
  for (const Column& column : columns)
    widths.push_back(std::max<std::size_t>(3, Width(column.title)));
  for (std::vector<std::string>& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = Cell(std::move(row[i]));
      widths[i] = std::max(widths[i], Width(row[i]));
    }
  }
  std::string text;
  const auto add = [&](std::size_t i, const std::string& cell) {
    const std::string pad(widths[i] - Width(cell), ' ');
    text += columns[i].align == Align::kRight ? "| " + pad + cell + " " : "| " + cell + pad + " ";
  };
  for (std::size_t i = 0; i < columns.size(); ++i) add(i, columns[i].title);
  text += "|\n";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool right = columns[i].align == Align::kRight;
    text += "| " + std::string(widths[i] - 1, '-') + (right ? ": " : "- ");
  }
  text += "|\n";
  for (const std::vector<std::string>& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) add(i, row[i]);
    text += "|\n";
  }
  return text;
}

std::string DrillTable(const std::vector<Drill>& newest_first) {
  std::vector<std::vector<std::string>> rows;
  for (const Drill& drill : newest_first) {
    const bool owed = IsOver(drill.phase) && !IsControl(drill);
    rows.push_back({fmt::format("{}", drill.id), DescribeFaults(drill),
                    Seconds(drill.detected_s, owed ? "missed" : "-"),
                    Seconds(drill.right_first_s, owed ? "never" : "-"), Rank(drill),
                    Seconds(drill.resolved_s, "-"), fmt::format("{}", drill.other_incidents),
                    Result(drill)});
  }
  return Table({{"Drill", Align::kRight},
                {"Fault"},
                {"Found after", Align::kRight},
                {"Right first after", Align::kRight},
                {"Rank", Align::kRight},
                {"Resolved after", Align::kRight},
                {"Other alarms", Align::kRight},
                {"Result"}},
               std::move(rows));
}

std::string RunTable(const std::vector<DrillRun>& runs) {
  std::vector<std::vector<std::string>> rows;
  for (const DrillRun& run : runs) {
    rows.push_back({base::ToRfc3339(run.started), run.run.empty() ? "(single)" : run.run,
                    fmt::format("{} of {}", run.totals.passed, run.totals.judged),
                    Seconds(run.totals.detected_median_s, "-"),
                    Seconds(run.totals.detected_worst_s, "-"),
                    Seconds(run.totals.right_first_median_s, "-")});
  }
  return Table({{"Started"},
                {"Run"},
                {"Passed", Align::kRight},
                {"Found in (median)", Align::kRight},
                {"Found in (worst)", Align::kRight},
                {"Right first in (median)", Align::kRight}},
               std::move(rows));
}

}  // namespace

DrillTotals SumUp(std::span<const Drill> drills) {
  DrillTotals totals;
  std::vector<double> detected;
  std::vector<double> right_first;
  for (const Drill& drill : drills) {
    if (!IsOver(drill.phase)) ++totals.unfinished;
    if (drill.phase == DrillPhase::kFailed || drill.phase == DrillPhase::kCancelled)
      ++totals.not_judged;
    if (drill.phase != DrillPhase::kDone) continue;
    ++totals.judged;
    if (drill.passed) ++totals.passed;
    if (!drill.detected_s && !IsControl(drill)) ++totals.missed;
    if (!drill.right_first_s && !IsControl(drill)) ++totals.never_right;
    totals.other_incidents += drill.other_incidents;
    if (drill.detected_s) detected.push_back(*drill.detected_s);
    if (drill.right_first_s) right_first.push_back(*drill.right_first_s);
  }
  totals.detected_worst_s = Worst(detected);
  totals.detected_median_s = Median(std::move(detected));
  totals.right_first_worst_s = Worst(right_first);
  totals.right_first_median_s = Median(std::move(right_first));
  return totals;
}

DrillScorecard MakeScorecard(std::vector<Drill> drills) {
  DrillScorecard card;
  std::ranges::sort(drills, std::greater<>{}, &Drill::id);
  std::vector<std::vector<Drill>> groups;
  for (const Drill& drill : drills) {
    const auto same = std::ranges::find_if(groups, [&](const std::vector<Drill>& group) {
      return !drill.run.empty() && group.front().run == drill.run;
    });
    if (same == groups.end()) {
      groups.push_back({drill});
    } else {
      same->push_back(drill);
    }
  }
  for (const std::vector<Drill>& group : groups) {
    const Drill& first = *std::ranges::min_element(group, {}, &Drill::created);
    card.runs.push_back(
        {.run = first.run, .suite = first.suite, .started = first.created, .totals = SumUp(group)});
  }
  card.totals = SumUp(drills);
  card.drills = std::move(drills);
  return card;
}

std::string DescribeFaults(const Drill& drill) {
  std::string text;
  for (const DrillFault& fault : drill.faults) {
    if (!text.empty()) text += " + ";
    text += fmt::format("{} on {}", fault.kind, fault.node.empty() ? "the cluster" : fault.node);
    if (fault.number != 0) text += fmt::format(" ({:g})", fault.number);
  }
  return text;
}

std::string DescribeTotals(const DrillTotals& totals) {
  if (totals.judged == 0) return "no drill was judged yet";
  std::string text = fmt::format("{} of {} passed", totals.passed, totals.judged);
  if (totals.detected_median_s) {
    text +=
        fmt::format(", found in {} (median), {} at worst", Seconds(totals.detected_median_s, ""),
                    Seconds(totals.detected_worst_s, ""));
  }
  if (totals.right_first_median_s) {
    text += fmt::format(", right first in {} (median), {} at worst",
                        Seconds(totals.right_first_median_s, ""),
                        Seconds(totals.right_first_worst_s, ""));
  }
  const std::array<std::pair<int, std::string_view>, 4> more = {
      {{totals.missed, "missed"},
       {totals.never_right, "never right first"},
       {totals.not_judged, "not judged"},
       {totals.other_incidents, "other alarms"}}};
  for (const auto& [count, word] : more) {
    if (count > 0) text += fmt::format(", {} {}", count, word);
  }
  return text;
}

std::string ScorecardToMarkdown(const DrillScorecard& card) {
  std::string text = fmt::format("# Drills\n\n{}.\n", DescribeTotals(card.totals));
  if (card.drills.empty()) return text;
  text += "\n" + DrillTable(card.drills);
  if (card.runs.size() > 1) text += "\n## Runs\n\n" + RunTable(card.runs);
  return text;
}

}  // namespace distdiag::domain
