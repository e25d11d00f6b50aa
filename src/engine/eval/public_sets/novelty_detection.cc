#include "engine/eval/public_sets/novelty_detection.h"

#include "base/check.h"
#include "detect/classify/novelty.h"
#include "engine/eval/public_sets/isolation_forest.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

constexpr std::size_t kFolds = 5;
// The ridge of the distance, and the share of normal windows that may be called abnormal: the threshold is what so many of the held-out normal
// windows exceed. The first is used, the others only show what a choice among them is worth.
struct Settings {
  double ridge;
  double false_share;
};
constexpr std::array kSettings = {Settings{0.1, 0.03}, Settings{0.1, 0.05}, Settings{0.5, 0.03},
                                  Settings{0.5, 0.05}};

// The compressed median of each metric, out of a window's summary.
std::vector<float> NoveltyRow(std::span<const float> summary) {
  std::vector<float> row;
  for (std::size_t i = kSummaryMedian; i < summary.size(); i += kSummarySize)
    row.push_back(std::isfinite(summary[i]) ? summary[i] : 0);
  return row;
}

// A score of a row, higher = more unlike the rows at the fit.
using ScoreOf = std::function<double(std::span<const float>)>;
using FitNormal = std::function<ScoreOf(const LabelledRows& normal)>;

// The same fit, blind to one column.
FitNormal Without(const std::string& metric, const FitNormal& fit) {
  const std::vector<std::string> metrics = UsedRunMetrics();
  const auto column =
      static_cast<std::size_t>(std::find(metrics.begin(), metrics.end(), metric) - metrics.begin());
  CHECK(column < metrics.size());
  const auto blind = [column](std::span<const float> row) {
    std::vector<float> copy(row.begin(), row.end());
    copy[column] = 0;
    return copy;
  };
  return [blind, fit](const LabelledRows& normal) -> ScoreOf {
    LabelledRows rows;
    for (std::size_t row = 0; row < normal.row_count(); ++row)
      rows.Add(blind(normal.Row(row)), normal.labels[row], normal.groups[row]);
    return
        [blind, score_of = fit(rows)](std::span<const float> row) { return score_of(blind(row)); };
  };
}

FitNormal FitDistance(double ridge) {
  return [ridge](const LabelledRows& normal) -> ScoreOf {
    return [model = detect::Novelty::Fit(normal.values, normal.columns, {.ridge = ridge})](
               std::span<const float> row) { return model.DistanceOf(row); };
  };
}

ScoreOf FitIsolation(const LabelledRows& normal) {
  return [model = IsolationForest::Fit(normal.values, normal.columns)](std::span<const float> row) {
    return model.ScoreOf(row);
  };
}

// The largest deviation of a metric's mean from normal, in normal deviations.
ScoreOf FitLargest(const LabelledRows& normal) {
  std::vector<double> mean(normal.columns, 0), scale(normal.columns, 0);
  const auto count = static_cast<double>(normal.row_count());
  for (std::size_t row = 0; row < normal.row_count(); ++row) {
    for (std::size_t c = 0; c < normal.columns; ++c) mean[c] += normal.Row(row)[c] / count;
  }
  for (std::size_t row = 0; row < normal.row_count(); ++row) {
    for (std::size_t c = 0; c < normal.columns; ++c)
      scale[c] += (normal.Row(row)[c] - mean[c]) * (normal.Row(row)[c] - mean[c]) / count;
  }
  return [mean, scale](std::span<const float> row) {
    double largest = 0;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const double deviation =
          std::max(std::sqrt(scale[c]), 1e-3 * std::max(1.0, std::abs(mean[c])));
      largest = std::max(largest, std::abs(row[c] - mean[c]) / deviation);
    }
    return largest;
  };
}

struct Rows {
  LabelledRows normal, abnormal, before;  // `before`: in front of an injection
};

Rows RowsOf(const RunWindows& set) {
  Rows rows;
  for (std::size_t row = 0; row < set.windows.row_count(); ++row) {
    const std::size_t label = set.windows.labels[row];
    (label == set.normal_class ? rows.normal : rows.abnormal)
        .Add(NoveltyRow(set.windows.Row(row)), label, set.windows.groups[row]);
  }
  for (std::size_t row = 0; row < set.control.row_count(); ++row)
    rows.before.Add(NoveltyRow(set.control.Row(row)), set.control.labels[row],
                    set.control.groups[row]);
  return rows;
}

LabelledRows RowsInFolds(const LabelledRows& rows, const RunWindows& set,
                         const std::function<bool(std::size_t)>& wanted, std::size_t folds) {
  LabelledRows part;
  part.columns = rows.columns;
  for (std::size_t row = 0; row < rows.row_count(); ++row) {
    if (wanted(FoldOf(set.runs[rows.groups[row]].block, folds)))
      part.Add(rows.Row(row), rows.labels[row], rows.groups[row]);
  }
  return part;
}

// The score that a share of normal windows exceeds: each third by a fit on the others, so that the fit does not flatter its own rows.
double ThresholdOf(const LabelledRows& normal, const RunWindows& set, const FitNormal& fit,
                   double false_share) {
  constexpr std::size_t kParts = 3;
  std::vector<double> scores;
  for (std::size_t part = 0; part < kParts; ++part) {
    // The folds' hash modulo 5 * 3 keeps these thirds independent of the outer folds.
    const auto third = [&](std::size_t fold) { return fold / kFolds == part; };
    const LabelledRows asked = RowsInFolds(normal, set, third, kFolds * kParts);
    const LabelledRows rest = RowsInFolds(
        normal, set, [&](std::size_t fold) { return !third(fold); }, kFolds * kParts);
    if (rest.row_count() < 2) continue;
    const ScoreOf score_of = fit(rest);
    for (std::size_t row = 0; row < asked.row_count(); ++row)
      scores.push_back(score_of(asked.Row(row)));
  }
  if (scores.empty()) return 0;
  std::sort(scores.begin(), scores.end());
  const auto place =
      static_cast<std::size_t>((1 - false_share) * static_cast<double>(scores.size()));
  return scores[std::min(place, scores.size() - 1)];
}

double SumOf(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

struct Counts {
  double normal = 0, false_alarms = 0;  // normal windows
  // [class that comes later], windows before an injection
  std::vector<double> before, before_alarms;
  std::vector<double> abnormal, found;  // [class]

  explicit Counts(std::size_t classes)
      : before(classes, 0), before_alarms(classes, 0), abnormal(classes, 0), found(classes, 0) {}
  // Normal and abnormal windows weigh alike.
  double F1() const {
    const double all = SumOf(abnormal), hits = SumOf(found);
    if (all == 0 || normal == 0 || hits == 0) return 0;
    const double recall = hits / all, false_share = false_alarms / normal;
    return 2 * recall / (2 * recall + false_share + (1 - recall));
  }
};

void Judge(const ScoreOf& score_of, double threshold, const Rows& rows, Counts& counts) {
  const auto alarms = [&](const LabelledRows& of, std::size_t row) {
    return score_of(of.Row(row)) > threshold ? 1.0 : 0.0;
  };
  for (std::size_t row = 0; row < rows.normal.row_count(); ++row)
    ++counts.normal, counts.false_alarms += alarms(rows.normal, row);
  for (std::size_t row = 0; row < rows.before.row_count(); ++row) {
    ++counts.before[rows.before.labels[row]];
    counts.before_alarms[rows.before.labels[row]] += alarms(rows.before, row);
  }
  for (std::size_t row = 0; row < rows.abnormal.row_count(); ++row) {
    ++counts.abnormal[rows.abnormal.labels[row]];
    counts.found[rows.abnormal.labels[row]] += alarms(rows.abnormal, row);
  }
}

base::Result<Counts> Detect(const RunWindows* train, const RunWindows& judged, const FitNormal& fit,
                            double false_share) {
  Counts counts(judged.classes.size());
  const Rows all = RowsOf(judged);
  for (std::size_t fold = 0; fold < (train != nullptr ? 1 : kFolds); ++fold) {
    const auto asked = [&](std::size_t f) { return train != nullptr || f == fold; };
    const RunWindows& source = train != nullptr ? *train : judged;
    const LabelledRows normal = RowsInFolds(
        RowsOf(source).normal, source, [&](std::size_t f) { return train != nullptr || f != fold; },
        kFolds);
    if (normal.row_count() < 2) {
      return base::Fail(base::InvalidArgument(fmt::format(
          "dbpa: expected at least 2 normal windows to fit on, found {}", normal.row_count())));
    }
    const ScoreOf score_of = fit(normal);
    Judge(score_of, ThresholdOf(normal, source, fit, false_share),
          {.normal = RowsInFolds(all.normal, judged, asked, kFolds),
           .abnormal = RowsInFolds(all.abnormal, judged, asked, kFolds),
           .before = RowsInFolds(all.before, judged, asked, kFolds)},
          counts);
  }
  return counts;
}

// Settings chosen by folds inside one half of the blocks, fitted on it, the other half judged; mean of both ways round.
base::Result<double> NestedF1(const RunWindows& set) {
  double sum = 0;
  for (std::size_t half = 0; half < 2; ++half) {
    const RunWindows inside = HalfOf(set, half), other = HalfOf(set, 1 - half);
    Settings best = kSettings.front();
    double best_f1 = -1;
    for (const Settings& setting : kSettings) {
      ASSIGN_OR_RETURN(const Counts counts,
                       Detect(nullptr, inside, FitDistance(setting.ridge), setting.false_share));
      if (counts.F1() > best_f1) best = setting, best_f1 = counts.F1();
    }
    ASSIGN_OR_RETURN(const Counts judged,
                     Detect(&inside, other, FitDistance(best.ridge), best.false_share));
    sum += judged.F1();
  }
  return sum / 2;
}

}  // namespace

base::Status ScoreDetection(const RunWindows* train, const RunWindows& judged, SetReport& report) {
  ASSIGN_OR_RETURN_STATUS(const Counts ours, Detect(train, judged, FitDistance(kSettings[0].ridge),
                                                    kSettings[0].false_share));
  report.scores["detect_f1"] = ours.F1();
  report.details["detect_control_false_share"] =
      SumOf(ours.before_alarms) / std::max(SumOf(ours.before), 1.0);
  report.details["detect_false_share"] = ours.false_alarms / std::max(ours.normal, 1.0);
  for (std::size_t k = 0; k < judged.classes.size(); ++k) {
    if (ours.abnormal[k] > 0)
      report.details["detect_recall." + judged.classes[k]] = ours.found[k] / ours.abnormal[k];
    if (ours.before[k] > 0)
      report.details["detect_control_false_share." + judged.classes[k]] =
          ours.before_alarms[k] / ours.before[k];
  }
  const std::pair<const char*, FitNormal> baselines[] = {
      {"DistDiag, blind to active connections",
       Without("mysql5_conn_Act", FitDistance(kSettings[0].ridge))},
      {"isolation forest", FitIsolation},
      {"largest deviation of a metric", FitLargest}};
  for (const auto& [name, fit] : baselines) {
    ASSIGN_OR_RETURN_STATUS(const Counts one, Detect(train, judged, fit, kSettings[0].false_share));
    report.baselines[name]["detect_f1"] = one.F1();
  }
  report.baselines["trivial: most frequent class; always abnormal"]["detect_f1"] = 2.0 / 3;
  ASSIGN_OR_RETURN_STATUS(report.nested["detect_f1"], NestedF1(train != nullptr ? *train : judged));
  return base::OkStatus();
}

}  // namespace distdiag::engine
