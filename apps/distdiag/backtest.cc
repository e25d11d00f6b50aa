#include "engine/backtest.h"
#include "base/file_system.h"
#include "detect/classify/model_artefact.h"
#include "report.h"
#include "subcommands.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

std::size_t AlarmsOf(const domain::BacktestRun& run) {
  std::size_t alarms = 0;
  for (const auto& [kind, tally] : run.detectors) alarms += tally.alarms;
  return alarms;
}

std::string Cause(const domain::BacktestRun& run, const std::optional<std::size_t>& position,
                  const domain::Topology& topology) {
  if (!position) return "no incident";
  const domain::Incident& one = run.incidents[*position];
  if (one.verdict.empty()) return "nothing named";
  const domain::RankedCause& first = one.verdict.ranking.front();
  return fmt::format("{} {} after {:.0f} s", domain::TargetName(first.target, topology),
                     domain::GetProblem(first.problem).name,
                     base::ToSeconds(one.detected - one.started));
}

void Print(const std::vector<engine::CaseBacktest>& cases) {
  std::map<std::string_view, int> verdicts;
  std::size_t alarms_before = 0, alarms_after = 0, pages_before = 0, pages_after = 0;
  int right_before = 0, right_after = 0;
  fmt::print("{:<12}{:>16}{:>14}  {}\n", "case", "alarms", "incidents", "what changes");
  for (const engine::CaseBacktest& one : cases) {
    const domain::BacktestRun& before = one.backtest.before;
    const domain::BacktestRun& after = one.backtest.after;
    std::string changes;
    for (const domain::BacktestPair& pair : one.backtest.pairs) {
      const auto verdict = domain::Compare(one.backtest, pair);
      ++verdicts[domain::BacktestVerdictName(verdict)];
      if (verdict == domain::BacktestVerdict::kSame) continue;
      changes += fmt::format(
          "{}{}: {} -> {}", changes.empty() ? "" : "; ", domain::BacktestVerdictName(verdict),
          Cause(before, pair.before, one.topology), Cause(after, pair.after, one.topology));
    }
    if (one.right_before != one.right_after)
      changes += fmt::format("{}{}", changes.empty() ? "" : "; ",
                             one.right_after ? "now right" : "no longer right");
    fmt::print("{:<12}{:>7} -> {:<5}{:>5} -> {:<5}  {}\n", one.id, AlarmsOf(before),
               AlarmsOf(after), before.incidents.size(), after.incidents.size(), changes);
    alarms_before += AlarmsOf(before);
    alarms_after += AlarmsOf(after);
    pages_before += before.incidents.size();
    pages_after += after.incidents.size();
    right_before += one.right_before ? 1 : 0;
    right_after += one.right_after ? 1 : 0;
  }
  fmt::print(
      "\n{} cases: alarms {} -> {}, incidents {} -> {} ({} same, {} lost, {} new, {} with "
      "another first cause), right {} -> {}\n",
      cases.size(), alarms_before, alarms_after, pages_before, pages_after, verdicts["same"],
      verdicts["lost"], verdicts["new"], verdicts["other_cause"], right_before, right_after);
}

}  // namespace

int RunBacktest(const BacktestArguments& arguments) {
  const base::RealFileSystem files;
  const auto text = files.ReadFile(arguments.change);
  if (!text) return Refuse(text.error());
  const auto change = domain::ParseDetectors(*text, arguments.change);
  if (!change) return Refuse(change.error());
  auto model = detect::LoadModel(files, arguments.model);
  if (!model) return Refuse(model.error());
  const auto cases = engine::BacktestCases(
      files, arguments.data, std::make_shared<const detect::ModelArtefact>(std::move(*model)),
      *change, [](std::size_t done, std::size_t all) {
        fmt::print(stderr, "backtest: {} of {} cases\r{}", done, all, done == all ? "\n" : "");
      });
  if (!cases) return Refuse(cases.error());
  Print(*cases);
  return kDone;
}

}  // namespace distdiag::app
