#include "engine/eval/public_sets/row_detection.h"

#include "base/check.h"
#include "detect/recent/joint_shift.h"
#include "detect/recent/row_change.h"
#include "engine/eval/public_sets/logistic_regression.h"
#include "engine/eval/public_sets/set_models.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace distdiag::engine {
namespace {

constexpr std::size_t kWarmUpRows = 20;
constexpr std::size_t kFolds = 5;
constexpr std::array kSettings = {
    BoostSettings{.rounds = 200, .max_depth = 4, .learning_rate = 0.1, .feature_share = 0.3},
    BoostSettings{.rounds = 300, .max_depth = 3, .learning_rate = 0.1, .feature_share = 0.3},
};

using Recordings = std::vector<RegionRows>;
using Verdicts = std::vector<std::vector<std::size_t>>;  // [recording][row], 1 = abnormal
using Choice = std::vector<std::uint8_t>;                // by recording, 1 = chosen

bool IsJudged(const RegionRows& rows, std::size_t row) {
  return row >= kWarmUpRows && rows.kinds[row] != RowKind::kNeither;
}

double RowF1(const Recordings& recordings, const Verdicts& verdicts, const Choice& counted) {
  BinaryCount count;
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    if (counted[i] == 0) continue;
    for (std::size_t row = 0; row < recordings[i].kinds.size(); ++row) {
      if (IsJudged(recordings[i], row))
        count.Add(recordings[i].kinds[row] == RowKind::kAbnormal ? 1 : 0, verdicts[i][row]);
    }
  }
  return count.F1();
}

// --- with labels -----------------------------------------------------------------------------------------------------

using Features = std::vector<std::vector<float>>;  // [recording], each [row, feature]

Features FeaturesOf(const Recordings& recordings) {
  Features features;
  for (const RegionRows& rows : recordings)
    features.push_back(detect::RowChanges(rows.values, rows.columns, {}));
  return features;
}

std::span<const float> FeatureRow(const RegionRows& rows, const std::vector<float>& features,
                                  std::size_t row) {
  const std::size_t width = detect::kRowChangesPerColumn * rows.columns;
  return std::span(features).subspan(row * width, width);
}

LabelledRows TrainingRows(const Recordings& recordings, const Features& features,
                          const Choice& chosen) {
  LabelledRows labelled;
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    if (chosen[i] == 0) continue;
    for (std::size_t row = 0; row < recordings[i].kinds.size(); ++row) {
      if (IsJudged(recordings[i], row))
        labelled.Add(FeatureRow(recordings[i], features[i], row),
                     recordings[i].kinds[row] == RowKind::kAbnormal ? 1 : 0, i);
    }
  }
  return labelled;
}

// Margin > 0 = abnormal, of one feature row.
using MarginOf = std::function<double(std::span<const float>)>;
using FitRows = std::function<base::Result<MarginOf>(const LabelledRows&)>;

std::vector<std::size_t> JudgeRows(const RegionRows& rows, const std::vector<float>& features,
                                   const MarginOf& margin_of) {
  std::vector<std::size_t> verdicts;
  for (std::size_t row = 0; row < rows.kinds.size(); ++row)
    verdicts.push_back(margin_of(FeatureRow(rows, features, row)) > 0 ? 1 : 0);
  return verdicts;
}

struct Fitted {
  const Recordings& recordings;
  const Features& features;
};

base::Status FitAndJudge(const Fitted& train, const Choice& fitted_on, const Fitted& judged,
                         const Choice& asked, const FitRows& fit, Verdicts& verdicts) {
  ASSIGN_OR_RETURN_STATUS(const MarginOf margin_of,
                          fit(TrainingRows(train.recordings, train.features, fitted_on)));
  for (std::size_t i = 0; i < judged.recordings.size(); ++i) {
    if (asked[i] != 0) verdicts[i] = JudgeRows(judged.recordings[i], judged.features[i], margin_of);
  }
  return base::OkStatus();
}

FitRows BoostedRows(const BoostSettings& settings) {
  return [settings](const LabelledRows& rows) -> base::Result<MarginOf> {
    ASSIGN_OR_RETURN(auto trees, FitOneClass(rows, 1, settings));
    return MarginOf([trees = std::move(trees)](std::span<const float> row) -> double {
      return trees.Margin(row);
    });
  };
}

FitRows LogisticRows() {
  return [](const LabelledRows& rows) -> base::Result<MarginOf> {
    return MarginOf([model = LogisticRegression::Fit(rows, 2)](std::span<const float> row) {
      const std::vector<double> margins = model.Margins(row);
      return margins[1] - margins[0];
    });
  };
}

Choice All(const Recordings& recordings) { return Choice(recordings.size(), 1); }

Choice InPart(const Recordings& recordings, std::size_t parts,
              const std::function<bool(std::size_t part)>& wanted, const char* salt = "") {
  Choice choice;
  for (const RegionRows& rows : recordings)
    choice.push_back(wanted(FoldOf(salt + rows.id, parts)) ? 1 : 0);
  return choice;
}

base::Result<double> SupervisedF1(const Fitted* train, const Fitted& judged, const FitRows& fit) {
  const Recordings& recordings = judged.recordings;
  Verdicts verdicts(recordings.size());
  if (train != nullptr) {
    RETURN_FAIL_IF_ERROR(
        FitAndJudge(*train, All(train->recordings), judged, All(recordings), fit, verdicts));
    return RowF1(recordings, verdicts, All(recordings));
  }
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    const Choice asked = InPart(recordings, kFolds, [&](std::size_t p) { return p == fold; });
    const Choice rest = InPart(recordings, kFolds, [&](std::size_t p) { return p != fold; });
    if (std::find(asked.begin(), asked.end(), 1) == asked.end()) continue;
    RETURN_FAIL_IF_ERROR(FitAndJudge(judged, rest, judged, asked, fit, verdicts));
  }
  return RowF1(recordings, verdicts, All(recordings));
}

// Settings chosen by two folds inside one half of the recordings, fitted on it, judged on the other half; both ways round.
base::Result<double> NestedF1(const Fitted& data) {
  const Recordings& recordings = data.recordings;
  Verdicts verdicts(recordings.size());
  for (std::size_t half = 0; half < 2; ++half) {
    const auto quarter = [&](std::size_t q) {
      return InPart(
          recordings, 4, [&](std::size_t p) { return p == q; }, "nested ");
    };
    const auto in_half = [&](std::size_t h) {
      return InPart(
          recordings, 4, [&](std::size_t p) { return p / 2 == h; }, "nested ");
    };
    const Choice first = quarter(half * 2), second = quarter(half * 2 + 1);
    std::size_t best = 0;
    double best_f1 = -1;
    for (std::size_t setting = 0; setting < kSettings.size(); ++setting) {
      Verdicts inside(recordings.size());
      const FitRows fit = BoostedRows(kSettings[setting]);
      RETURN_FAIL_IF_ERROR(FitAndJudge(data, first, data, second, fit, inside));
      RETURN_FAIL_IF_ERROR(FitAndJudge(data, second, data, first, fit, inside));
      const double f1 = RowF1(recordings, inside, in_half(half));
      if (f1 > best_f1) best = setting, best_f1 = f1;
    }
    RETURN_FAIL_IF_ERROR(FitAndJudge(data, in_half(half), data, in_half(1 - half),
                                     BoostedRows(kSettings[best]), verdicts));
  }
  return RowF1(recordings, verdicts, All(recordings));
}

// --- without labels --------------------------------------------------------------------------------------------------

// What the detector may be; its own defaults are used, this grid only shows what a choice is worth.
constexpr std::array kShiftLimits = {0.34, 0.36, 0.38, 0.40};
constexpr std::array kShiftMemories = {std::size_t{30}, std::size_t{40}, std::size_t{60}};

Verdicts JudgeShifts(const Recordings& recordings, const detect::JointShiftOptions& options) {
  Verdicts verdicts;
  for (const RegionRows& rows : recordings) {
    detect::JointShift detector(rows.columns, options);
    verdicts.emplace_back();
    for (std::size_t row = 0; row < rows.kinds.size(); ++row)
      verdicts.back().push_back(detector.Observe(rows.Row(row)).is_shifted ? 1 : 0);
  }
  return verdicts;
}

// The limit and the memory that are best on one half of the recordings, on the other half; both ways round.
double NestedShiftF1(const Recordings& recordings) {
  const auto in_half = [&](std::size_t h) {
    return InPart(
        recordings, 4, [&](std::size_t p) { return p / 2 == h; }, "nested ");
  };
  Verdicts best[2];
  double best_f1[2] = {-1, -1};
  for (const double limit : kShiftLimits) {
    for (const std::size_t memory : kShiftMemories) {
      const Verdicts verdicts = JudgeShifts(recordings, {.memory_rows = memory, .limit = limit});
      for (std::size_t half = 0; half < 2; ++half) {
        const double f1 = RowF1(recordings, verdicts, in_half(half));
        if (f1 > best_f1[half]) best[half] = verdicts, best_f1[half] = f1;
      }
    }
  }
  const Choice first = in_half(0);
  Verdicts crossed;
  for (std::size_t i = 0; i < recordings.size(); ++i)
    crossed.push_back(best[first[i] != 0 ? 1 : 0][i]);
  return RowF1(recordings, crossed, All(recordings));
}

// Mean and deviation of one column's rows [from, to) that have a value.
std::pair<double, double> MeanAndDeviation(const RegionRows& rows, std::size_t column,
                                           std::size_t from, std::size_t to) {
  double sum = 0, squares = 0, count = 0;
  for (std::size_t row = from; row < std::min(to, rows.kinds.size()); ++row) {
    const double value = rows.Row(row)[column];
    if (!std::isfinite(value)) continue;
    sum += value, squares += value * value, ++count;
  }
  if (count == 0) return {0, 0};
  return {sum / count, std::sqrt(std::max(0.0, squares / count - sum / count * sum / count))};
}

// The baseline: one metric in twenty (of shares up to a quarter the best) more than three deviations from their mean in the 11th to the 20th row.
double ThreeSigmaF1(const Recordings& recordings) {
  constexpr double kDeviations = 3, kShare = 0.05;
  Verdicts verdicts;
  for (const RegionRows& rows : recordings) {
    std::vector<std::size_t> outside(rows.kinds.size(), 0);
    for (std::size_t column = 0; column < rows.columns; ++column) {
      const auto [mean, deviation] = MeanAndDeviation(rows, column, kWarmUpRows / 2, kWarmUpRows);
      for (std::size_t row = 0; row < outside.size(); ++row)
        outside[row] += std::abs(rows.Row(row)[column] - mean) > kDeviations * deviation ? 1 : 0;
    }
    verdicts.emplace_back();
    for (const std::size_t count : outside) {
      verdicts.back().push_back(
          static_cast<double>(count) > kShare * static_cast<double>(rows.columns) ? 1 : 0);
    }
  }
  return RowF1(recordings, verdicts, All(recordings));
}

double EveryRowF1(const Recordings& recordings) {
  Verdicts verdicts;
  for (const RegionRows& rows : recordings) verdicts.emplace_back(rows.kinds.size(), 1);
  return RowF1(recordings, verdicts, All(recordings));
}

}  // namespace

base::Status ScoreRows(const std::vector<RegionRows>* train, const std::vector<RegionRows>& judged,
                       SetReport& report, const Progress& progress) {
  CHECK(!judged.empty());
  progress("abnormal rows, with labels");
  const Features features = FeaturesOf(judged);
  const Features train_features = train != nullptr ? FeaturesOf(*train) : Features();
  const Fitted judged_rows{judged, features};
  const Fitted train_rows{train != nullptr ? *train : judged, train_features};
  const Fitted* fitted = train != nullptr ? &train_rows : nullptr;
  ASSIGN_OR_RETURN_STATUS(report.scores["row_f1"],
                          SupervisedF1(fitted, judged_rows, BoostedRows(kSettings.front())));
  progress("abnormal rows, logistic regression");
  ASSIGN_OR_RETURN_STATUS(report.baselines["logistic regression"]["row_f1"],
                          SupervisedF1(fitted, judged_rows, LogisticRows()));
  progress("abnormal rows, nested estimate");
  ASSIGN_OR_RETURN_STATUS(report.nested["row_f1"],
                          NestedF1(fitted != nullptr ? *fitted : judged_rows));
  progress("abnormal rows, without labels");
  report.scores["row_f1_unsupervised"] = RowF1(judged, JudgeShifts(judged, {}), All(judged));
  report.nested["row_f1_unsupervised"] = NestedShiftF1(train != nullptr ? *train : judged);
  report.baselines["rule: three deviations"]["row_f1_unsupervised"] = ThreeSigmaF1(judged);
  NamedScores& trivial = report.baselines["trivial: by chance; every row abnormal"];
  trivial["row_f1"] = trivial["row_f1_unsupervised"] = EveryRowF1(judged);
  return base::OkStatus();
}

}  // namespace distdiag::engine
