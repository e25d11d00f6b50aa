// DBCatcher (Zhang et al., ICDE 2023): units of five nodes, one window a case, each course brought to mean 0 and deviation 1
// by the publishers, so only the course against the peers' is left to tell a node by.
#include "engine/eval/public_sets/public_set_eval.h"

#include "base/check.h"
#include "detect/peer/dbscan.h"
#include "detect/peer/window_shape.h"
#include "engine/eval/public_sets/case_file.h"
#include "engine/eval/public_sets/csv_table.h"
#include "engine/eval/public_sets/logistic_regression.h"
#include "engine/eval/public_sets/set_models.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

constexpr std::size_t kFolds = 5;
constexpr double kDensityRadius = 0.5;  // DBSCAN per step and metric, in standard deviations
constexpr std::size_t kDensityPoints = 3;

// What the model may be; the first is used, the others only show what a choice among them is worth.
constexpr std::array kSettings = {
    BoostSettings{.rounds = 200, .max_depth = 5, .learning_rate = 0.1, .feature_share = 0.3},
    BoostSettings{.rounds = 300, .max_depth = 3, .learning_rate = 0.1, .feature_share = 0.3},
};

struct Unit {
  std::string id, subset, family;
  std::size_t nodes = 0;
  std::vector<std::size_t> labels;  // [node]
  std::vector<float> features;      // [node, kWindowFeatures]
  std::vector<double> distance;     // [node], mean distance to the peers' median: the rule's score
  std::vector<double> noise;        // [node], share of DBSCAN's noise points
};

using Units = std::vector<Unit>;

// Share of (step, metric) at which each node is a noise point among the unit's values.
std::vector<double> NoiseShares(const detect::PeerWindow& window) {
  std::vector<double> shares(window.nodes, 0), values(window.nodes);
  for (std::size_t i = 0; i < window.metrics * window.steps; ++i) {
    for (std::size_t node = 0; node < window.nodes; ++node)
      values[node] = window.values[node * window.metrics * window.steps + i];
    if (!std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); }))
      continue;
    const std::vector<double> beyond =
        detect::NoiseDistance(values, kDensityRadius, kDensityPoints);
    for (std::size_t node = 0; node < window.nodes; ++node)
      shares[node] += beyond[node] > 0 ? 1.0 : 0.0;
  }
  for (double& share : shares) share /= static_cast<double>(window.metrics * window.steps);
  return shares;
}

class UnitReader {
 public:
  UnitReader(const base::FileSystem& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  base::Result<Unit> Read(const UnitWindowCase& one, const std::vector<std::string>& metrics) {
    const std::size_t steps = one.rows.second - one.rows.first;
    if (one.files.size() < 2 || steps < 3) {
      return base::Fail(base::InvalidArgument(
          fmt::format("{}: expected at least 2 nodes and 3 steps, found {} and {}", one.id,
                      one.files.size(), steps)));
    }
    Unit unit{.id = one.id,
              .subset = one.subset,
              .family = one.subset.substr(0, one.subset.find('_')),
              .nodes = one.files.size(),
              .labels = std::vector<std::size_t>(one.files.size(), 0),
              .features = {},
              .distance = {},
              .noise = {}};
    for (const std::size_t node : one.anomalous_nodes) unit.labels[node] = 1;
    std::vector<double> values;
    for (const std::string& file : one.files)
      RETURN_FAIL_IF_ERROR(AppendNode(file, one, metrics, values));
    const detect::PeerWindow window{
        .nodes = unit.nodes, .metrics = metrics.size(), .steps = steps, .values = values};
    unit.features = detect::WindowShapeFeatures(window);
    unit.noise = NoiseShares(window);
    static const std::size_t distance = IndexOf("distance_mean.mean");
    for (std::size_t node = 0; node < unit.nodes; ++node)
      unit.distance.push_back(unit.features[node * detect::kWindowFeatures + distance]);
    return unit;
  }

 private:
  static std::size_t IndexOf(std::string_view name) {
    const auto names = detect::WindowShapeFeatureNames();
    const auto it = std::find(names.begin(), names.end(), name);
    CHECK(it != names.end());
    return static_cast<std::size_t>(it - names.begin());
  }

  base::Status AppendNode(const std::string& file, const UnitWindowCase& one,
                          const std::vector<std::string>& metrics, std::vector<double>& values) {
    const std::string path = directory_ + "/" + file;
    auto it = tables_.find(file);
    if (it == tables_.end()) {
      ASSIGN_OR_RETURN_STATUS(CsvTable table, ReadCsvTable(files_, path));
      it = tables_.emplace(file, std::move(table)).first;
    }
    const CsvTable& table = it->second;
    if (one.rows.second > table.row_count()) {
      return base::InvalidArgument(fmt::format("{}: expected {} rows for case {}, found {}", path,
                                               one.rows.second, one.id, table.row_count()));
    }
    ASSIGN_OR_RETURN_STATUS(const auto columns, FindColumns(table, metrics, path));
    for (const std::size_t column : columns) {
      for (std::size_t row = one.rows.first; row < one.rows.second; ++row)
        values.push_back(table.Row(row)[column]);
    }
    return base::OkStatus();
  }

  const base::FileSystem& files_;
  std::string directory_;
  std::map<std::string, CsvTable> tables_;
};

base::Result<Units> ReadUnits(const base::FileSystem& files, const std::string& directory) {
  const std::string path = directory + "/cases.json";
  ASSIGN_OR_RETURN(const std::string text, files.ReadFile(path));
  ASSIGN_OR_RETURN(const UnitWindowSet set, ParseUnitWindowCases(text, path));
  UnitReader reader(files, directory);
  Units units;
  for (const UnitWindowCase& one : set.cases) {
    ASSIGN_OR_RETURN(Unit unit, reader.Read(one, set.metrics));
    units.push_back(std::move(unit));
  }
  return units;
}

// Scores of every node of every judged unit, higher = more anomalous, with the threshold that belongs to them.
struct Verdicts {
  std::vector<std::vector<double>> scores;  // [unit][node]; empty = not judged
  std::vector<double> thresholds;           // [unit]

  explicit Verdicts(std::size_t units) : scores(units), thresholds(units, 0) {}
  std::size_t Of(std::size_t unit, std::size_t node) const {
    return scores[unit][node] > thresholds[unit] ? 1 : 0;
  }
};

using Choice = std::vector<std::uint8_t>;  // by unit, 1 = chosen

// How one way of judging is fitted on chosen units and used on others.
using Judge =
    std::function<base::Status(const Units& train, const Choice& fitted_on, const Units& judged,
                               const Choice& asked, Verdicts& verdicts)>;

LabelledRows RowsOf(const Units& units, const Choice& chosen) {
  LabelledRows rows;
  for (std::size_t unit = 0; unit < units.size(); ++unit) {
    if (chosen[unit] == 0) continue;
    for (std::size_t node = 0; node < units[unit].nodes; ++node) {
      rows.Add(std::span(units[unit].features)
                   .subspan(node * detect::kWindowFeatures, detect::kWindowFeatures),
               units[unit].labels[node], unit);
    }
  }
  return rows;
}

template <typename ScoreOf>
void ScoreNodes(const Units& judged, const Choice& asked, double threshold, ScoreOf score_of,
                Verdicts& verdicts) {
  for (std::size_t unit = 0; unit < judged.size(); ++unit) {
    if (asked[unit] == 0) continue;
    verdicts.thresholds[unit] = threshold;
    verdicts.scores[unit].clear();
    for (std::size_t node = 0; node < judged[unit].nodes; ++node)
      verdicts.scores[unit].push_back(score_of(judged[unit], node));
  }
}

std::span<const float> FeaturesOf(const Unit& unit, std::size_t node) {
  return std::span(unit.features).subspan(node * detect::kWindowFeatures, detect::kWindowFeatures);
}

Judge BoostedJudge(const BoostSettings& settings) {
  return [settings](const Units& train, const Choice& fitted_on, const Units& judged,
                    const Choice& asked, Verdicts& verdicts) -> base::Status {
    ASSIGN_OR_RETURN_STATUS(const auto trees, FitOneClass(RowsOf(train, fitted_on), 1, settings));
    ScoreNodes(
        judged, asked, 0,
        [&](const Unit& unit, std::size_t node) -> double {
          return trees.Margin(FeaturesOf(unit, node));
        },
        verdicts);
    return base::OkStatus();
  };
}

Judge LogisticJudge() {
  return [](const Units& train, const Choice& fitted_on, const Units& judged, const Choice& asked,
            Verdicts& verdicts) -> base::Status {
    const auto model = LogisticRegression::Fit(RowsOf(train, fitted_on), 2);
    ScoreNodes(
        judged, asked, 0,
        [&](const Unit& unit, std::size_t node) {
          const std::vector<double> margins = model.Margins(FeaturesOf(unit, node));
          return margins[1] - margins[0];
        },
        verdicts);
    return base::OkStatus();
  };
}

// A number of the node above a threshold that is best on the training part.
Judge ThresholdJudge(const std::vector<double> Unit::*score) {
  return [score](const Units& train, const Choice& fitted_on, const Units& judged,
                 const Choice& asked, Verdicts& verdicts) -> base::Status {
    std::vector<double> scores;
    std::vector<std::size_t> labels;
    for (std::size_t unit = 0; unit < train.size(); ++unit) {
      if (fitted_on[unit] == 0) continue;
      scores.insert(scores.end(), (train[unit].*score).begin(), (train[unit].*score).end());
      labels.insert(labels.end(), train[unit].labels.begin(), train[unit].labels.end());
    }
    ScoreNodes(
        judged, asked, BestThreshold(scores, labels),
        [&](const Unit& unit, std::size_t node) { return (unit.*score)[node]; }, verdicts);
    return base::OkStatus();
  };
}

Choice Chosen(const Units& units, const std::function<bool(const Unit&)>& choose) {
  Choice choice;
  for (const Unit& unit : units) choice.push_back(choose(unit) ? 1 : 0);
  return choice;
}

double NodeF1(const Units& units, const Verdicts& verdicts, const Choice& counted) {
  BinaryCount count;
  for (std::size_t unit = 0; unit < units.size(); ++unit) {
    if (counted[unit] == 0) continue;
    for (std::size_t node = 0; node < units[unit].nodes; ++node)
      count.Add(units[unit].labels[node], verdicts.Of(unit, node));
  }
  return count.F1();
}

double WindowF1(const Units& units, const Verdicts& verdicts) {
  std::map<std::string, BinaryCount> of_subset;
  for (std::size_t unit = 0; unit < units.size(); ++unit) {
    std::size_t truth = 0, verdict = 0;
    for (std::size_t node = 0; node < units[unit].nodes; ++node) {
      truth |= units[unit].labels[node];
      verdict |= verdicts.Of(unit, node);
    }
    of_subset[units[unit].subset].Add(truth, verdict);
  }
  double sum = 0;
  for (const auto& [subset, count] : of_subset) sum += count.F1();
  return sum / static_cast<double>(of_subset.size());
}

// Of the windows with an anomalous node: how often the highest score is one.
double NodeTop1(const Units& units, const Verdicts& verdicts) {
  std::size_t right = 0, all = 0;
  for (std::size_t unit = 0; unit < units.size(); ++unit) {
    const auto& labels = units[unit].labels;
    if (std::find(labels.begin(), labels.end(), 1U) == labels.end()) continue;
    const auto& scores = verdicts.scores[unit];
    const auto first = std::max_element(scores.begin(), scores.end()) - scores.begin();
    right += labels[static_cast<std::size_t>(first)];
    ++all;
  }
  return all == 0 ? std::nan("") : static_cast<double>(right) / static_cast<double>(all);
}

const Choice AllOf(const Units& units) { return Choice(units.size(), 1); }

struct Sets {
  const Units& judged;
  const Units* train;  // null = folds inside `judged`
};

base::Status JudgeAll(const Sets& sets, const Judge& judge, Verdicts& verdicts) {
  if (sets.train != nullptr)
    return judge(*sets.train, AllOf(*sets.train), sets.judged, AllOf(sets.judged), verdicts);
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    const Choice asked =
        Chosen(sets.judged, [&](const Unit& unit) { return FoldOf(unit.id, kFolds) == fold; });
    Choice rest;
    for (const std::uint8_t one : asked) rest.push_back(one ^ 1);
    RETURN_IF_ERROR(judge(sets.judged, rest, sets.judged, asked, verdicts));
  }
  return base::OkStatus();
}

// Each family judged by what was fitted on the others: the scores of ours and of a baseline alike.
base::Status LeaveFamiliesOut(const Sets& sets, const Judge& judge, NamedScores& details,
                              NamedScores& scores) {
  std::set<std::string> families;
  for (const Unit& unit : sets.judged) families.insert(unit.family);
  const Units& train = sets.train != nullptr ? *sets.train : sets.judged;
  double worst = std::nan("");
  for (const std::string& family : families) {
    const Choice others = Chosen(train, [&](const Unit& unit) { return unit.family != family; });
    const Choice asked =
        Chosen(sets.judged, [&](const Unit& unit) { return unit.family == family; });
    if (std::find(others.begin(), others.end(), 1) == others.end()) continue;
    Verdicts verdicts(sets.judged.size());
    RETURN_IF_ERROR(judge(train, others, sets.judged, asked, verdicts));
    const double f1 = NodeF1(sets.judged, verdicts, asked);
    details["lofo_node_f1." + family] = f1;
    worst = std::isnan(worst) ? f1 : std::min(worst, f1);
  }
  scores["lofo_worst_node_f1"] = worst;
  return base::OkStatus();
}

base::Status Score(const Sets& sets, const Judge& judge, NamedScores& details,
                   NamedScores& scores) {
  Verdicts verdicts(sets.judged.size());
  RETURN_IF_ERROR(JudgeAll(sets, judge, verdicts));
  scores["window_f1"] = WindowF1(sets.judged, verdicts);
  scores["node_f1"] = NodeF1(sets.judged, verdicts, AllOf(sets.judged));
  scores["node_top1"] = NodeTop1(sets.judged, verdicts);
  return LeaveFamiliesOut(sets, judge, details, scores);
}

// The settings are chosen by two folds inside one half, fitted on it, and judged on the other half; both ways round.
base::Result<NamedScores> Nested(const Units& units) {
  Verdicts verdicts(units.size());
  const auto quarter_of = [](const Unit& unit) { return FoldOf("nested " + unit.id, 4); };
  for (std::size_t half = 0; half < 2; ++half) {
    const auto quarter = [&](std::size_t q) {
      return Chosen(units, [&](const Unit& unit) { return quarter_of(unit) == q; });
    };
    const std::size_t a = half * 2, b = a + 1;
    std::size_t best = 0;
    double best_f1 = -1;
    for (std::size_t setting = 0; setting < kSettings.size(); ++setting) {
      const Judge judge = BoostedJudge(kSettings[setting]);
      Verdicts inside(units.size());
      RETURN_FAIL_IF_ERROR(judge(units, quarter(a), units, quarter(b), inside));
      RETURN_FAIL_IF_ERROR(judge(units, quarter(b), units, quarter(a), inside));
      const double f1 =
          NodeF1(units, inside,
                 Chosen(units, [&](const Unit& unit) { return quarter_of(unit) / 2 == half; }));
      if (f1 > best_f1) best = setting, best_f1 = f1;
    }
    RETURN_FAIL_IF_ERROR(BoostedJudge(kSettings[best])(
        units, Chosen(units, [&](const Unit& unit) { return quarter_of(unit) / 2 == half; }), units,
        Chosen(units, [&](const Unit& unit) { return quarter_of(unit) / 2 != half; }), verdicts));
  }
  return NamedScores{{"window_f1", WindowF1(units, verdicts)},
                     {"node_f1", NodeF1(units, verdicts, AllOf(units))},
                     {"node_top1", NodeTop1(units, verdicts)}};
}

}  // namespace

base::Result<SetReport> EvalDbcatcher(const base::FileSystem& files,
                                      const PublicSetRequest& request, const Progress& progress) {
  progress("reading");
  ASSIGN_OR_RETURN(const Units judged, ReadUnits(files, request.data_directory));
  std::optional<Units> train;
  if (request.train_directory) {
    ASSIGN_OR_RETURN(train, ReadUnits(files, *request.train_directory));
  }
  const Sets sets{judged, train ? &*train : nullptr};
  SetReport report;
  report.set = "dbcatcher";
  report.cases = judged.size();
  report.protocol = train ? fmt::format("fitted on {} cases of another folder", train->size())
                          : fmt::format("{} folds by case", kFolds);
  progress("boosted trees on the course against the peers'");
  RETURN_FAIL_IF_ERROR(Score(sets, BoostedJudge(kSettings.front()), report.details, report.scores));
  const std::pair<const char*, Judge> baselines[] = {
      {"rule: distance to the peers' median", ThresholdJudge(&Unit::distance)},
      {"density: DBSCAN at each step", ThresholdJudge(&Unit::noise)},
      {"logistic regression, our features", LogisticJudge()}};
  for (const auto& [name, judge] : baselines) {
    progress(name);
    NamedScores ignored;
    RETURN_FAIL_IF_ERROR(Score(sets, judge, ignored, report.baselines[name]));
  }
  Verdicts always(judged.size());
  ScoreNodes(
      judged, AllOf(judged), 0, [](const Unit&, std::size_t) { return 1.0; }, always);
  report.baselines["trivial: every node, always"] = {
      {"window_f1", WindowF1(judged, always)},
      {"node_f1", NodeF1(judged, always, AllOf(judged))},
      {"node_top1", 1.0 / static_cast<double>(judged.front().nodes)}};
  progress("nested estimate");
  ASSIGN_OR_RETURN(report.nested, Nested(train ? *train : judged));
  report.published = {{"window_f1", 0.983}, {"node_f1", 0.981}, {"lofo_worst_node_f1", 0.892}};
  report.notes = {
      "window_f1: any node anomalous, mean over the subsets; node_f1: all (window, node) pooled; "
      "lofo: each family judged by "
      "the others, worst one.",
      "The anomalies look written into the courses of some metrics of one node: a value that "
      "stands still, or a straight line. "
      "What finds these need not find the faults of a real node."};
  return report;
}

}  // namespace distdiag::engine
