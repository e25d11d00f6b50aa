// DBPA (Huang et al., 2023): one MySQL server, eight injected anomalies and normal runs, on four hardware configurations, 5 s.
#include "engine/eval/public_sets/public_set_eval.h"

#include "base/check.h"
#include "engine/eval/extra_trees.h"

#include "engine/eval/public_sets/logistic_regression.h"
#include "engine/eval/public_sets/novelty_detection.h"
#include "engine/eval/public_sets/run_windows.h"
#include "engine/eval/public_sets/set_models.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

// What the model may be; the first is used, the others only show what a choice among them is worth.
constexpr std::array kSettings = {BoostSettings{.rounds = 120,
                                                .max_depth = 5,
                                                .learning_rate = 0.15,
                                                .min_child_weight = 1.0,
                                                .row_share = 0.7,
                                                .feature_share = 0.3},
                                  BoostSettings{.rounds = 150,
                                                .max_depth = 3,
                                                .learning_rate = 0.15,
                                                .min_child_weight = 1.0,
                                                .row_share = 0.7,
                                                .feature_share = 0.3}};

struct Sets {
  const RunWindows& judged;
  const RunWindows& train;  // the same object = inside it
};

// Names the class of a row of features.
using Classify = std::function<std::size_t(std::span<const float>)>;
using FitClasses =
    std::function<base::Result<Classify>(const LabelledRows& rows, std::size_t classes)>;

FitClasses FitBoosted(const BoostSettings& settings) {
  return [settings](const LabelledRows& rows, std::size_t classes) -> base::Result<Classify> {
    ASSIGN_OR_RETURN(auto model, BoostedClasses::Fit(rows, classes, settings));
    return Classify(
        [model = std::move(model)](std::span<const float> row) { return model.Predict(row); });
  };
}

base::Result<Classify> FitLogistic(const LabelledRows& rows, std::size_t classes) {
  return Classify([model = LogisticRegression::Fit(rows, classes)](std::span<const float> row) {
    return model.Predict(row);
  });
}

base::Result<Classify> FitExtraTrees(const LabelledRows& rows, std::size_t classes) {
  constexpr int kTrees = 100;
  const auto finite = [](std::span<const float> row) {
    std::vector<float> values(row.begin(), row.end());
    for (float& value : values)
      if (!std::isfinite(value)) value = 0;
    return values;
  };
  std::vector<float> y;
  for (const std::size_t label : rows.labels)
    for (std::size_t k = 0; k < classes; ++k) y.push_back(label == k ? 1.0F : 0.0F);
  auto model = std::make_shared<const ExtraTrees>(ExtraTrees::Fit(
      finite(rows.values), y, rows.row_count(), {.trees = kTrees, .min_split = 2, .seed = 1}));
  return Classify([model, finite](std::span<const float> row) {
    const std::vector<double> votes = model->Predict(finite(row));
    return static_cast<std::size_t>(std::max_element(votes.begin(), votes.end()) - votes.begin());
  });
}

// Names the class that occurs most, whatever it is given.
base::Result<Classify> FitMostFrequent(const LabelledRows& rows, std::size_t classes) {
  std::vector<std::size_t> count(classes, 0);
  for (const std::size_t label : rows.labels) ++count[label];
  const auto most =
      static_cast<std::size_t>(std::max_element(count.begin(), count.end()) - count.begin());
  return Classify([most](std::span<const float>) { return most; });
}

std::vector<std::uint8_t> RunsWhere(const RunWindows& set,
                                    const std::function<bool(const RunWindows::Run&)>& wanted) {
  std::vector<std::uint8_t> chosen;
  for (const auto& run : set.runs) chosen.push_back(wanted(run) ? 1 : 0);
  return chosen;
}

// One kind of rows of a set, and rows on which nothing may be found.
struct Task {
  const LabelledRows RunWindows::*rows;
  const LabelledRows RunWindows::*control;
};
constexpr Task kAbsolute = {&RunWindows::windows, &RunWindows::control};
constexpr Task kRelative = {&RunWindows::relative, &RunWindows::relative_control};

struct LeaveOut {
  double f1 = 0, control = 0;
  std::vector<double> f1_of_class;
};

// Each hardware of `judged` by what was fitted on the other hardware of `train`; the verdicts of all are pooled.
base::Result<LeaveOut> LeaveHardwareOut(const Sets& sets, const Task& task, const FitClasses& fit) {
  const std::size_t classes = sets.judged.classes.size();
  ClassCount count(classes), control(classes);
  std::set<std::string> hardware;
  for (const auto& run : sets.judged.runs) hardware.insert(run.hardware);
  for (const std::string& left : hardware) {
    const LabelledRows rows = RowsOfGroups(
        sets.train.*task.rows,
        RunsWhere(sets.train, [&](const RunWindows::Run& run) { return run.hardware != left; }));
    if (rows.row_count() == 0)
      return base::Fail(base::InvalidArgument(fmt::format(
          "dbpa: expected runs on other hardware than {} to fit on, found none", left)));
    ASSIGN_OR_RETURN(const Classify classify, fit(rows, classes));
    const auto judge = [&](const LabelledRows& all, ClassCount& into) {
      for (std::size_t row = 0; row < all.row_count(); ++row) {
        if (sets.judged.runs[all.groups[row]].hardware == left)
          into.Add(all.labels[row], classify(all.Row(row)));
      }
    };
    judge(sets.judged.*task.rows, count);
    judge(sets.judged.*task.control, control);
  }
  LeaveOut result{.f1 = count.MacroF1(), .control = control.MacroF1(), .f1_of_class = {}};
  for (std::size_t k = 0; k < classes; ++k) result.f1_of_class.push_back(count.F1Of(k));
  return result;
}

base::Status ScoreClasses(const Sets& sets, SetReport& report, const Progress& progress) {
  progress("classes, one hardware left out");
  ASSIGN_OR_RETURN_STATUS(const LeaveOut absolute,
                          LeaveHardwareOut(sets, kAbsolute, FitBoosted(kSettings.front())));
  report.scores["loho_macro_f1"] = absolute.f1;
  report.scores["loho_control"] = absolute.control;
  for (std::size_t k = 0; k < sets.judged.classes.size(); ++k)
    report.details["loho_f1." + sets.judged.classes[k]] = absolute.f1_of_class[k];
  progress("change within the run, one hardware left out");
  ASSIGN_OR_RETURN_STATUS(const LeaveOut relative,
                          LeaveHardwareOut(sets, kRelative, FitBoosted(kSettings.front())));
  report.scores["relative_macro_f1"] = relative.f1;
  report.details["relative_control"] = relative.control;
  const std::pair<const char*, FitClasses> baselines[] = {
      {"logistic regression, same features", FitLogistic},
      {"extra trees, same features", FitExtraTrees},
      {"trivial: most frequent class; always abnormal", FitMostFrequent}};
  for (const auto& [name, fit] : baselines) {
    progress(name);
    ASSIGN_OR_RETURN_STATUS(const LeaveOut one, LeaveHardwareOut(sets, kAbsolute, fit));
    ASSIGN_OR_RETURN_STATUS(const LeaveOut other, LeaveHardwareOut(sets, kRelative, fit));
    report.baselines[name] = {
        {"loho_macro_f1", one.f1}, {"loho_control", one.control}, {"relative_macro_f1", other.f1}};
  }
  return base::OkStatus();
}

// The settings are chosen by leaving hardware out inside one half of the blocks; what is then fitted on that half judges the other
// one, hardware left out again. Mean of both ways round.
base::Result<double> NestedF1(const RunWindows& set, const Task& task) {
  double sum = 0;
  for (std::size_t half = 0; half < 2; ++half) {
    const RunWindows inside = HalfOf(set, half), other = HalfOf(set, 1 - half);
    std::size_t best = 0;
    double best_f1 = -1;
    for (std::size_t setting = 0; setting < kSettings.size(); ++setting) {
      ASSIGN_OR_RETURN(const LeaveOut one,
                       LeaveHardwareOut({inside, inside}, task, FitBoosted(kSettings[setting])));
      if (one.f1 > best_f1) best = setting, best_f1 = one.f1;
    }
    ASSIGN_OR_RETURN(const LeaveOut judged,
                     LeaveHardwareOut({other, inside}, task, FitBoosted(kSettings[best])));
    sum += judged.f1;
  }
  return sum / 2;
}

}  // namespace

base::Result<SetReport> EvalDbpa(const base::FileSystem& files, const PublicSetRequest& request,
                                 const Progress& progress) {
  progress("reading");
  ASSIGN_OR_RETURN(const RunWindows judged, ReadRunWindows(files, request.data_directory));
  std::optional<RunWindows> other;
  if (request.train_directory) {
    ASSIGN_OR_RETURN(other, ReadRunWindows(files, *request.train_directory));
    if (other->classes != judged.classes)
      return base::Fail(
          base::InvalidArgument(fmt::format("{}: expected the classes of {}, found others",
                                            *request.train_directory, request.data_directory)));
  }
  const Sets sets{judged, other ? *other : judged};
  SetReport report;
  report.set = "dbpa";
  report.cases = judged.runs.size();
  report.protocol = other
                        ? fmt::format("fitted on {} cases of another folder", other->runs.size())
                        : "inside the folder, split by hardware (classes) and by block (detection)";
  RETURN_FAIL_IF_ERROR(ScoreClasses(sets, report, progress));
  progress("detection, fitted on normal runs");
  RETURN_FAIL_IF_ERROR(ScoreDetection(other ? &*other : nullptr, judged, report));
  progress("nested estimates");
  ASSIGN_OR_RETURN(report.nested["loho_macro_f1"], NestedF1(sets.train, kAbsolute));
  ASSIGN_OR_RETURN(report.nested["relative_macro_f1"], NestedF1(sets.train, kRelative));
  report.published = {{"loho_macro_f1", 0.904}, {"relative_macro_f1", 0.989}, {"detect_f1", 0.922}};
  report.notes = {
      fmt::format("{} of the set's metrics are used: rates and momentary states; what remembers is "
                  "left out.",
                  UsedRunMetrics().size()),
      "loho: each hardware judged by what was fitted on the others; control: the same model on "
      "rows before the injection, "
      "where a class can only be guessed from when and in which state the run was recorded.",
      "relative: the window against the run's own rows before the injection, the classes that have "
      "such rows; its control "
      "is the later half of those rows against the earlier half.",
      "detect: fitted on normal runs only; normal and abnormal windows weigh alike; control: share "
      "of windows before an injection that are called abnormal (in runs of lock_waits the load has "
      "not begun by then)."};
  return report;
}

}  // namespace distdiag::engine
