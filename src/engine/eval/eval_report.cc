// Renders an EvalReport for people and for programs.
#include "engine/eval/case_eval.h"

#include <cmath>
#include <set>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace distdiag::engine {
namespace {

namespace json = boost::json;

std::string PairText(const Pair& pair, const std::vector<std::string>& nodes) {
  return fmt::format("{}:{}",
                     pair.target.node ? nodes[domain::Index(*pair.target.node)] : "cluster",
                     domain::GetProblem(pair.problem).name);
}

std::string PairTexts(const std::vector<Pair>& pairs, const std::vector<std::string>& nodes,
                      std::size_t at_most) {
  std::vector<std::string> texts;
  for (const Pair& pair : pairs) {
    if (texts.size() == at_most) break;
    texts.push_back(PairText(pair, nodes));
  }
  return texts.empty() ? "-" : fmt::format("{}", fmt::join(texts, " "));
}

// "-" where the figure is not defined.
std::string Cell(const Scores& scores, const std::string& key, const char* format) {
  const auto it = scores.find(key);
  if (it == scores.end() || std::isnan(it->second)) return "-";
  return fmt::format(fmt::runtime(format), it->second);
}

std::string ScoreLine(const std::string& label, const Scores& scores, const std::string& prefix) {
  std::string line = fmt::format("{:<26}{:>6}", label, Cell(scores, prefix + "faults", "{:.0f}"));
  for (const char* key : {"ac1", "ac3", "ac5", "ac1_at10", "ac1_first", "recall_R",
                          "shown_precision", "shown_recall", "node_ac1"}) {
    line += fmt::format("{:>8}", Cell(scores, prefix + key, "{:.3f}"));
  }
  for (const char* key : {"delay_p50_s", "delay_p90_s"})
    line += fmt::format("{:>7}", Cell(scores, prefix + key, "{:.1f}"));
  return line + fmt::format("{:>7}{:>7}\n", Cell(scores, prefix + "missed", "{:.0f}"),
                            Cell(scores, prefix + "false_incidents", "{:.0f}"));
}

constexpr const char* kHeader =
    "                          faults     ac1     ac3     ac5   ac1@10 ac1@1st recall_R shown_P "
    "shown_R node_ac1 p50_s  p90_s missed  false\n";

std::string ReliabilityText(const EvalReport& report) {
  std::string text = fmt::format(
      "\nprobabilities of the pairs listed at 30 s: Brier score {} (always the share of true "
      "pairs: "
      "{})\n  told          pairs   mean told   true\n",
      Cell(report.scores, "all.brier", "{:.3f}"), Cell(report.scores, "all.brier_base", "{:.3f}"));
  for (const Reliability& bin : report.reliability) {
    text += fmt::format("  {:.1f} to {:.1f} {:>9}", bin.from, bin.to, bin.pairs);
    text += bin.pairs == 0
                ? "           -      -\n"
                : fmt::format("{:>12.3f}{:>7.3f}\n", bin.mean_probability, bin.share_true);
  }
  return text + "\n";
}

json::array ReliabilityToJson(const std::vector<Reliability>& table) {
  json::array array;
  for (const Reliability& bin : table) {
    if (bin.pairs == 0) continue;
    array.push_back(json::object{{"from", bin.from},
                                 {"to", bin.to},
                                 {"pairs", bin.pairs},
                                 {"mean_probability", bin.mean_probability},
                                 {"share_true", bin.share_true}});
  }
  return array;
}

json::object ScoresToJson(const Scores& scores) {
  json::object object;
  for (const auto& [key, value] : scores)
    object[key] = std::isfinite(value) ? json::value(value) : json::value(nullptr);
  return object;
}

json::array PairsToJson(const std::vector<Pair>& pairs, const std::vector<std::string>& nodes) {
  json::array array;
  for (const Pair& pair : pairs) array.emplace_back(PairText(pair, nodes));
  return array;
}

json::object CaseToJson(const CaseReport& report) {
  const CaseOutcome& outcome = report.outcome;
  return {{"id", outcome.id},
          {"scenario", outcome.scenario},
          {"type_was_trained", outcome.type_was_trained},
          {"truth", PairsToJson(outcome.truth, report.node_names)},
          {"at_30s", PairsToJson(outcome.at_30s, report.node_names)},
          {"at_10s", PairsToJson(outcome.at_10s, report.node_names)},
          {"at_first", PairsToJson(outcome.at_first, report.node_names)},
          {"shown", PairsToJson(outcome.shown, report.node_names)},
          {"delay_s", outcome.delay_s ? json::value(*outcome.delay_s) : json::value(nullptr)},
          {"false_incidents", outcome.false_incidents},
          {"extra_incidents", outcome.extra_incidents}};
}

}  // namespace

std::string RenderEvalText(const EvalReport& report) {
  std::string text =
      fmt::format("eval {}: {} cases, {}\n\n", report.set, report.cases, report.protocol);
  for (const CaseReport& one : report.per_case) {
    const CaseOutcome& outcome = one.outcome;
    const std::string delay = outcome.delay_s         ? fmt::format("{:.1f} s", *outcome.delay_s)
                              : outcome.truth.empty() ? "-"
                                                      : "missed";
    text += fmt::format("{:<8} truth {:<28} found {:>7}  at 30 s: {}{}\n", outcome.id,
                        PairTexts(outcome.truth, one.node_names, 9), delay,
                        PairTexts(outcome.at_30s, one.node_names, 4),
                        outcome.type_was_trained ? "" : "   (type never trained)");
  }
  text += fmt::format("\n{}", kHeader);
  text += ScoreLine("total", report.scores, "");
  for (const char* group : {"A", "B", "C", "W", "X"}) {
    if (report.scores.contains(std::string(group) + ".ac1"))
      text += ScoreLine(std::string("  group ") + group, report.scores, std::string(group) + ".");
  }
  std::set<std::string> scenarios;
  for (const CaseReport& one : report.per_case) scenarios.insert(one.outcome.scenario);
  for (const std::string& scenario : scenarios)
    text += ScoreLine("    " + scenario, report.scores, scenario + ".");
  if (report.scores.at("unseen.faults") > 0) {
    text += ScoreLine("types never trained", report.scores, "unseen.");
    text += ScoreLine("all faults", report.scores, "all.");
  }
  text += "\nbaselines (total)\n";
  for (const auto& [name, scores] : report.baselines) {
    text += ScoreLine("  " + name, scores, "");
    if (report.scores.at("unseen.faults") > 0)
      text += ScoreLine("    types never trained", scores, "unseen.");
  }
  text += fmt::format(
      "\nfalse incidents: {:.0f} in {:.3f} h of normal time; exact upper 95 % bound {:.2f} per "
      "hour\n",
      report.scores.at("all.false_incidents"), report.scores.at("all.normal_h"),
      report.scores.at("all.false_per_h_upper95"));
  text += fmt::format(
      "  of it {:.3f} h after the first seconds, in which the method learns and can't speak: bound "
      "{:.2f} per hour\n",
      report.scores.at("all.armed_h"), report.scores.at("all.false_per_armed_h_upper95"));
  text += ReliabilityText(report);
  text +=
      "ac1 ac3 ac5: mean of |first k and truth| / min(k, |truth|), read 30 s after the fault began "
      "(@10: 10 s; @1st: at the first notification).\n";
  text +=
      "total: cases whose every fault type stands in some training case; the others are told apart "
      "below.\n";
  return text;
}

std::string RenderEvalJson(const EvalReport& report) {
  json::object baselines;
  for (const auto& [name, scores] : report.baselines) baselines[name] = ScoresToJson(scores);
  json::array per_case;
  for (const CaseReport& one : report.per_case) per_case.emplace_back(CaseToJson(one));
  return json::serialize(json::object{{"set", report.set},
                                      {"protocol", report.protocol},
                                      {"cases", report.cases},
                                      {"scores", ScoresToJson(report.scores)},
                                      {"baselines", std::move(baselines)},
                                      {"reliability", ReliabilityToJson(report.reliability)},
                                      {"per_case", std::move(per_case)}}) +
         "\n";
}

}  // namespace distdiag::engine
