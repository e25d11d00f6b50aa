#include "engine/eval/public_sets/set_report.h"

#include "base/json_writer.h"

#include <cmath>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

std::string Cell(const NamedScores& scores, const std::string& name) {
  const auto it = scores.find(name);
  if (it == scores.end() || std::isnan(it->second)) return "-";
  return fmt::format("{:.4f}", it->second);
}

std::string Line(const std::string& label, const SetReport& report, const NamedScores& scores) {
  std::string line = fmt::format("{:<44}", label);
  for (const auto& [name, value] : report.scores) line += fmt::format("{:>22}", Cell(scores, name));
  return line + "\n";
}

void WriteScores(base::JsonWriter& json, const char* key, const NamedScores& scores) {
  json.Key(key).BeginObject();
  for (const auto& [name, value] : scores) json.Field(name, value);
  json.EndObject();
}

}  // namespace

std::string RenderSetText(const SetReport& report) {
  std::string text =
      fmt::format("eval {}: {} cases, {}\n\n", report.set, report.cases, report.protocol);
  text += fmt::format("{:<44}", "");
  for (const auto& [name, value] : report.scores) text += fmt::format("{:>22}", name);
  text += "\n" + Line("DistDiag", report, report.scores);
  if (!report.nested.empty())
    text += Line("  settings from one half, judged on the other", report, report.nested);
  for (const auto& [name, scores] : report.baselines) text += Line(name, report, scores);
  if (!report.published.empty())
    text += Line("published, on other splits", report, report.published);
  if (!report.details.empty()) text += "\n";
  for (const auto& [name, value] : report.details)
    text += fmt::format("{:<44}{:>22.4f}\n", name, value);
  if (!report.notes.empty()) text += "\n";
  for (const std::string& note : report.notes) text += note + "\n";
  return text;
}

std::string RenderSetJson(const SetReport& report) {
  base::JsonWriter json;
  json.BeginObject();
  json.Field("set", report.set);
  json.Field("protocol", report.protocol);
  json.Field("cases", report.cases);
  WriteScores(json, "scores", report.scores);
  json.Key("baselines").BeginObject();
  for (const auto& [name, scores] : report.baselines) WriteScores(json, name.c_str(), scores);
  json.EndObject();
  WriteScores(json, "nested", report.nested);
  WriteScores(json, "details", report.details);
  json.Key("notes").BeginArray();
  for (const std::string& note : report.notes) json.Value(note);
  json.EndArray();
  json.EndObject();
  return json.Take() + "\n";
}

void BinaryCount::Add(std::size_t truth, std::size_t verdict) {
  if (truth != 0) {
    ++(verdict != 0 ? true_positive : false_negative);
  } else {
    ++(verdict != 0 ? false_positive : true_negative);
  }
}

double BinaryCount::F1() const {
  if (true_positive == 0) return 0;
  const auto hits = static_cast<double>(2 * true_positive);
  return hits / (hits + static_cast<double>(false_positive + false_negative));
}

void ClassCount::Add(std::size_t truth, std::size_t verdict) {
  for (std::size_t klass = 0; klass < of_class_.size(); ++klass) {
    of_class_[klass].Add(truth == klass ? 1 : 0, verdict == klass ? 1 : 0);
  }
}

double ClassCount::MacroF1() const {
  double sum = 0;
  std::size_t present = 0;
  for (const BinaryCount& count : of_class_) {
    if (count.true_positive + count.false_negative == 0) continue;
    sum += count.F1();
    ++present;
  }
  return present == 0 ? std::nan("") : sum / static_cast<double>(present);
}

}  // namespace distdiag::engine
