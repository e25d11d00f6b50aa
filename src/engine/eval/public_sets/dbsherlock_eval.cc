// DBSherlock (Yoon, Niu, Mozafari, SIGMOD 2016): one MySQL server under TPC-C, ten causes alone and six mixtures of them, 1 s.
#include "engine/eval/public_sets/public_set_eval.h"

#include "base/check.h"
#include "base/random.h"
#include "detect/classify/change_signature.h"
#include "engine/eval/extra_trees.h"
#include "engine/eval/public_sets/case_file.h"
#include "engine/eval/public_sets/csv_table.h"
#include "engine/eval/public_sets/logistic_regression.h"
#include "engine/eval/public_sets/row_detection.h"
#include "engine/eval/public_sets/set_models.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

constexpr std::size_t kSignatureFrom = 10;  // rows before it are warm-up and no normal
constexpr std::size_t kMixtures = 1500;     // examples of several causes at once
constexpr std::size_t kShown = 3;           // causes of a ranking that count

// Forests grown by XGBoost: with a few dozen cases, steps of boosting fit the noise. The first is used, the others only show what
// a choice among them is worth.
constexpr BoostSettings Forest(int depth, double split_share) {
  return {.rounds = 1,
          .max_depth = depth,
          .learning_rate = 1.0,
          .min_child_weight = 0.5,
          .row_share = 0.63,
          .feature_share = 1.0,
          .split_share = split_share,
          .parallel_trees = 200};
}
constexpr std::array kForests = {Forest(4, 0.1), Forest(8, 0.1), Forest(4, 0.3)};

struct Sherlock {
  RegionSet set;
  std::vector<RegionRows> rows;                     // [case]
  std::vector<detect::ChangeSignature> signatures;  // [case]

  std::vector<std::size_t> Of(bool compound) const {
    std::vector<std::size_t> cases;
    for (std::size_t i = 0; i < set.cases.size(); ++i)
      if (set.cases[i].is_compound == compound) cases.push_back(i);
    return cases;
  }
};

base::Result<RegionRows> ReadRows(const base::FileSystem& files, const std::string& path,
                                  const RegionCase& one, const std::vector<std::string>& skipped) {
  ASSIGN_OR_RETURN(const CsvTable table, ReadCsvTable(files, path));
  std::vector<std::size_t> columns;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    const std::string& name = table.columns[column];
    if (name != "step" && std::find(skipped.begin(), skipped.end(), name) == skipped.end())
      columns.push_back(column);
  }
  if (columns.empty())
    return base::Fail(base::InvalidArgument(path + ":1: expected a metric, found none"));
  RegionRows rows;
  rows.columns = columns.size();
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    for (const std::size_t column : columns) rows.values.push_back(table.Row(row)[column]);
  }
  rows.kinds.assign(table.row_count(), RowKind::kNeither);
  const auto mark = [&](const std::vector<std::size_t>& places, RowKind kind) -> base::Status {
    for (const std::size_t place : places) {
      if (place >= rows.kinds.size())
        return base::InvalidArgument(fmt::format("{}: expected row {} of case {}, found {} rows",
                                                 path, place, one.id, rows.kinds.size()));
      rows.kinds[place] = kind;
    }
    return base::OkStatus();
  };
  RETURN_FAIL_IF_ERROR(mark(one.normal, RowKind::kNormal));
  RETURN_FAIL_IF_ERROR(mark(one.abnormal, RowKind::kAbnormal));
  return rows;
}

detect::ChangeSignature CaseSignature(const RegionRows& rows) {
  std::vector<double> before, after, early;
  for (std::size_t row = 0; row < rows.kinds.size(); ++row) {
    const std::span<const double> values = rows.Row(row);
    if (rows.kinds[row] == RowKind::kAbnormal)
      after.insert(after.end(), values.begin(), values.end());
    if (rows.kinds[row] == RowKind::kNormal) {
      auto& place = row < kSignatureFrom ? early : before;
      place.insert(place.end(), values.begin(), values.end());
    }
  }
  return detect::SignatureOf(before.empty() ? early : before, after, rows.columns);
}

base::Result<Sherlock> ReadSherlock(const base::FileSystem& files, const std::string& directory) {
  const std::string path = directory + "/cases.json";
  ASSIGN_OR_RETURN(const std::string text, files.ReadFile(path));
  Sherlock data;
  ASSIGN_OR_RETURN(data.set, ParseRegionCases(text, path));
  for (const RegionCase& one : data.set.cases) {
    const std::string file = directory + "/" + one.file;
    ASSIGN_OR_RETURN(RegionRows rows, ReadRows(files, file, one, data.set.skipped_columns));
    rows.id = one.id;
    if (!data.rows.empty() && rows.columns != data.rows.front().columns) {
      return base::Fail(base::InvalidArgument(
          fmt::format("{}:1: expected {} metrics as in the first case, found {}", file,
                      data.rows.front().columns, rows.columns)));
    }
    data.signatures.push_back(CaseSignature(rows));
    data.rows.push_back(std::move(rows));
  }
  return data;
}

struct Sets {
  const Sherlock& judged;
  const Sherlock& train;  // the same object = inside it
  bool inside() const { return &judged == &train; }
};

// --- one known case a class ------------------------------------------------------------------------------------------

// For each class its scores, higher = more likely, of one signature.
using RankCauses = std::function<std::vector<double>(const detect::ChangeSignature&)>;
// Fits on the given cases of `train`.
using FitCauses = std::function<base::Result<RankCauses>(const Sherlock& train,
                                                         const std::vector<std::size_t>& cases)>;

std::vector<std::size_t> Order(const std::vector<double>& scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  return order;
}

// The likest of the known cases speaks for its class.
base::Result<RankCauses> FitNearest(const Sherlock& train, const std::vector<std::size_t>& cases) {
  return RankCauses([&train, cases](const detect::ChangeSignature& signature) {
    std::vector<double> scores(train.set.classes.size(), -3.0);
    for (const std::size_t i : cases) {
      double& score = scores[train.set.cases[i].causes.front()];
      score = std::max(score, detect::SignatureSimilarity(signature, train.signatures[i]));
    }
    return scores;
  });
}

LabelledRows SignatureRows(const Sherlock& train, const std::vector<std::size_t>& cases) {
  LabelledRows rows;
  for (const std::size_t i : cases)
    rows.Add(train.signatures[i], train.set.cases[i].causes.front(), i);
  return rows;
}

base::Result<RankCauses> FitLogistic(const Sherlock& train, const std::vector<std::size_t>& cases) {
  auto model = std::make_shared<const LogisticRegression>(
      LogisticRegression::Fit(SignatureRows(train, cases), train.set.classes.size()));
  return RankCauses(
      [model](const detect::ChangeSignature& signature) { return model->Margins(signature); });
}

base::Result<RankCauses> FitExtraTrees(const Sherlock& train,
                                       const std::vector<std::size_t>& cases) {
  std::vector<float> x, y;
  for (const std::size_t i : cases) {
    x.insert(x.end(), train.signatures[i].begin(), train.signatures[i].end());
    for (std::size_t k = 0; k < train.set.classes.size(); ++k)
      y.push_back(train.set.cases[i].causes.front() == k ? 1.0F : 0.0F);
  }
  auto model =
      std::make_shared<const ExtraTrees>(ExtraTrees::Fit(x, y, cases.size(), ExtraTreesOptions{}));
  return RankCauses(
      [model](const detect::ChangeSignature& signature) { return model->Predict(signature); });
}

// In round r the r-th trial of each class is known; all other single cases are judged.
base::Status ScoreOneKnown(const Sets& sets, const FitCauses& fit, NamedScores& scores) {
  std::map<std::size_t, std::vector<std::size_t>> of_class;
  std::size_t rounds = 0;
  for (const std::size_t i : sets.train.Of(false)) {
    auto& trials = of_class[sets.train.set.cases[i].causes.front()];
    trials.push_back(i);
    rounds = std::max(rounds, trials.size());
  }
  for (auto& [klass, trials] : of_class) {
    std::sort(trials.begin(), trials.end(), [&](std::size_t a, std::size_t b) {
      return sets.train.set.cases[a].trial < sets.train.set.cases[b].trial;
    });
  }
  double first = 0, second = 0, all = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::vector<std::size_t> known;
    for (const auto& [klass, trials] : of_class) known.push_back(trials[round % trials.size()]);
    ASSIGN_OR_RETURN_STATUS(const RankCauses rank, fit(sets.train, known));
    for (const std::size_t i : sets.judged.Of(false)) {
      if (sets.inside() && std::find(known.begin(), known.end(), i) != known.end()) continue;
      const auto order = Order(rank(sets.judged.signatures[i]));
      const std::size_t truth = sets.judged.set.cases[i].causes.front();
      first += order[0] == truth ? 1 : 0;
      second += order[0] == truth || (order.size() > 1 && order[1] == truth) ? 1 : 0;
      ++all;
    }
  }
  scores["train1_top1"] = first / all;
  scores["train1_top2"] = second / all;
  return base::OkStatus();
}

// --- several causes at once ------------------------------------------------------------------------------------------

// The known single cases, and what they would look like two or three at a time.
struct Mixtures {
  std::vector<detect::ChangeSignature> signatures;
  std::vector<std::set<std::size_t>> causes;
};

Mixtures MakeMixtures(const Sherlock& train, const std::vector<std::size_t>& cases) {
  base::Random random(11);
  Mixtures mixtures;
  for (const std::size_t i : cases) {
    mixtures.signatures.push_back(train.signatures[i]);
    mixtures.causes.push_back({train.set.cases[i].causes.front()});
  }
  for (std::size_t made = 0; made < kMixtures; ++made) {
    std::vector<const detect::ChangeSignature*> parts;
    std::set<std::size_t> causes;
    const std::size_t wanted = random.NextUnit() < 0.3 ? 3 : 2;
    for (std::size_t part = 0; part < wanted; ++part) {
      const std::size_t i = cases[random.NextBelow(cases.size())];
      if (!causes.insert(train.set.cases[i].causes.front()).second) continue;
      parts.push_back(&train.signatures[i]);
    }
    mixtures.signatures.push_back(detect::CombineSignatures(parts));
    mixtures.causes.push_back(std::move(causes));
  }
  return mixtures;
}

FitCauses FitMixtures(const BoostSettings& settings) {
  return [settings](const Sherlock& train,
                    const std::vector<std::size_t>& cases) -> base::Result<RankCauses> {
    const Mixtures mixtures = MakeMixtures(train, cases);
    auto trees = std::make_shared<std::vector<detect::TreeEnsemble>>();
    for (std::size_t klass = 0; klass < train.set.classes.size(); ++klass) {
      LabelledRows rows;
      for (std::size_t i = 0; i < mixtures.signatures.size(); ++i)
        rows.Add(mixtures.signatures[i], mixtures.causes[i].count(klass), i);
      ASSIGN_OR_RETURN(auto fitted, FitOneClass(rows, 1, settings));
      trees->push_back(std::move(fitted));
    }
    return RankCauses([trees](const detect::ChangeSignature& signature) {
      std::vector<double> scores;
      for (const auto& ensemble : *trees) scores.push_back(ensemble.Margin(signature));
      return scores;
    });
  };
}

// Found causes in the first three over all causes.
double CompoundTop3(const Sherlock& judged, const RankCauses& rank,
                    const std::vector<std::size_t>& cases) {
  double found = 0, all = 0;
  for (const std::size_t i : cases) {
    const auto order = Order(rank(judged.signatures[i]));
    for (const std::size_t cause : judged.set.cases[i].causes) {
      const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, order.size()));
      found += std::find(order.begin(), end, cause) != end ? 1 : 0;
      ++all;
    }
  }
  return all > 0 ? found / all : std::nan("");
}

base::Status ScoreCompound(const Sets& sets, const FitCauses& fit, NamedScores& scores) {
  ASSIGN_OR_RETURN_STATUS(const RankCauses rank, fit(sets.train, sets.train.Of(false)));
  scores["compound_top3"] = CompoundTop3(sets.judged, rank, sets.judged.Of(true));
  return base::OkStatus();
}

// The forest that is best on one half of the mixtures, on the other half; mean of both ways round. All are fitted on single cases only.
base::Result<double> NestedCompound(const Sherlock& data) {
  std::vector<std::size_t> halves[2];
  for (const std::size_t i : data.Of(true))
    halves[FoldOf("nested " + data.set.cases[i].id, 2)].push_back(i);
  double best[2] = {-1, -1}, judged[2] = {0, 0};
  for (const BoostSettings& forest : kForests) {
    ASSIGN_OR_RETURN(const RankCauses rank, FitMixtures(forest)(data, data.Of(false)));
    for (std::size_t half = 0; half < 2; ++half) {
      const double inside = CompoundTop3(data, rank, halves[half]);
      if (inside <= best[half]) continue;
      best[half] = inside;
      judged[half] = CompoundTop3(data, rank, halves[1 - half]);
    }
  }
  return (judged[0] + judged[1]) / 2;
}

// --- the whole -------------------------------------------------------------------------------------------------------

base::Status ScoreCauses(const Sets& sets, SetReport& report, const Progress& progress) {
  progress("one known case a class");
  RETURN_IF_ERROR(ScoreOneKnown(sets, FitNearest, report.scores));
  progress("several causes at once");
  RETURN_IF_ERROR(ScoreCompound(sets, FitMixtures(kForests.front()), report.scores));
  ASSIGN_OR_RETURN_STATUS(report.nested["compound_top3"], NestedCompound(sets.train));
  const std::pair<const char*, FitCauses> baselines[] = {
      {"extra trees on our signatures", FitExtraTrees},
      {"logistic regression on our signatures", FitLogistic},
      {"nearest known case", FitNearest}};
  for (const auto& [name, fit] : baselines) {
    progress(name);
    if (std::string_view(name) != "nearest known case")
      RETURN_IF_ERROR(ScoreOneKnown(sets, fit, report.baselines[name]));
    RETURN_IF_ERROR(ScoreCompound(sets, fit, report.baselines[name]));
  }
  const auto classes = static_cast<double>(sets.judged.set.classes.size());
  report.baselines["trivial: by chance; every row abnormal"] = {
      {"train1_top1", 1 / classes},
      {"train1_top2", 2 / classes},
      {"compound_top3", static_cast<double>(kShown) / classes}};
  return base::OkStatus();
}

std::vector<RegionRows> SingleRows(const Sherlock& data) {
  std::vector<RegionRows> rows;
  for (const std::size_t i : data.Of(false)) rows.push_back(data.rows[i]);
  return rows;
}

}  // namespace

base::Result<SetReport> EvalDbsherlock(const base::FileSystem& files,
                                       const PublicSetRequest& request, const Progress& progress) {
  progress("reading");
  ASSIGN_OR_RETURN(const Sherlock judged, ReadSherlock(files, request.data_directory));
  std::optional<Sherlock> other;
  if (request.train_directory) {
    ASSIGN_OR_RETURN(other, ReadSherlock(files, *request.train_directory));
    if (other->set.classes != judged.set.classes ||
        other->rows.front().columns != judged.rows.front().columns) {
      return base::Fail(base::InvalidArgument(
          fmt::format("{}: expected the classes and metrics of {}, found others",
                      *request.train_directory, request.data_directory)));
    }
  }
  const Sets sets{judged, other ? *other : judged};
  if (sets.train.Of(false).empty() || judged.Of(false).empty()) {
    return base::Fail(
        base::InvalidArgument(request.data_directory +
                              ": expected cases of kind single to fit and to judge, found none"));
  }
  SetReport report;
  report.set = "dbsherlock";
  report.cases = judged.set.cases.size();
  report.protocol =
      other ? fmt::format("fitted on {} cases of another folder", other->set.cases.size())
            : "inside the folder, split by case";
  RETURN_FAIL_IF_ERROR(ScoreCauses(sets, report, progress));
  const std::vector<RegionRows> train_rows = SingleRows(sets.train);
  RETURN_FAIL_IF_ERROR(
      ScoreRows(sets.inside() ? nullptr : &train_rows, SingleRows(judged), report, progress));
  report.published = {{"train1_top1", 0.981},
                      {"compound_top3", 0.833},
                      {"row_f1", 0.944},
                      {"row_f1_unsupervised", 0.689}};
  report.notes = {
      "train1: in round r the r-th trial of each class is known, every other single case is "
      "judged, the regions are given.",
      "compound_top3: fitted on single cases only; true causes among the first three, over all "
      "true causes.",
      "row_f1: rows from the 21st on that lie in a region, single cases; unsupervised: no label is "
      "used, each verdict from that "
      "row and earlier ones of its case only."};
  return report;
}

}  // namespace distdiag::engine
