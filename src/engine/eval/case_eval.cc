#include "engine/eval/case_eval.h"

#include "collect/recorded/recording_loader.h"
#include "engine/eval/case_replay.h"
#include "engine/eval/given_window_baseline.h"
#include "engine/training.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

using collect::Recording;
using Model = std::shared_ptr<const detect::ModelArtefact>;

constexpr const char* kGivenWindow = "extra_trees_given_window";
// Rankers that are read beside ours at the same ticks; the first two are the trivial baselines, the others the published methods.
constexpr const char* kRivals[] = {"largest_deviation", "classifier", "grano_rcr",
                                   "dist_diagnosis"};

// A set of recordings with what trainings need of each, extracted once.
struct TrainingSet {
  std::vector<detect::CaseExamples> examples;
  std::vector<GivenWindowRows> rows;

  void Add(const std::vector<Recording>& recordings) {
    for (const Recording& recording : recordings) {
      examples.push_back(ExamplesOf(recording));
      rows.push_back(ExtractGivenWindow(recording));
    }
  }
  // All but the case of this position (none left out when it is past the end).
  base::Result<Model> Fit(std::size_t left_out) const {
    std::vector<const detect::CaseExamples*> cases;
    for (std::size_t i = 0; i < examples.size(); ++i) {
      if (i != left_out) cases.push_back(&examples[i]);
    }
    return TrainOn(cases);
  }
  GivenWindowBaseline FitBaseline(std::size_t left_out) const {
    std::vector<const GivenWindowRows*> cases;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i != left_out) cases.push_back(&rows[i]);
    }
    return GivenWindowBaseline(cases);
  }
};

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

base::Status RefuseTrainingCases(const std::vector<Recording>& recordings,
                                 const detect::ModelArtefact& model, const std::string& directory) {
  for (const Recording& recording : recordings) {
    for (const detect::TrainingCase& trained : model.manifest.cases) {
      if (trained.content_hash == recording.content_hash) {
        return base::FailedPrecondition(
            fmt::format("{}: case {}: expected a case that the model was not trained on, found it "
                        "among the training cases (as {}, content hash {})",
                        directory, recording.id, trained.id, recording.content_hash.substr(0, 12)));
      }
    }
  }
  return base::OkStatus();
}

base::Result<std::vector<CaseReader>> MakeReaders(
    std::vector<std::unique_ptr<const rank::Ranker>>& rankers) {
  std::vector<CaseReader> readers;
  readers.push_back(
      {"combined", [](const Pipeline&, const TickOutcome& outcome) { return outcome.verdict; }});
  for (const char* name : kRivals) {
    ASSIGN_OR_RETURN(auto ranker, rank::MakeRanker(name));
    const rank::Ranker* raw = ranker.get();
    rankers.push_back(std::move(ranker));
    readers.push_back(
        {name, [raw](const Pipeline& pipeline, const TickOutcome& outcome) {
           const domain::WindowView last = pipeline.window().View().Last(30);
           return raw->Rank({pipeline.topology(), last, *outcome.graph, outcome.scores});
         }});
  }
  return readers;
}

// The baseline's outcome: it has no detection of its own, so delays and false incidents are not defined.
CaseOutcome GivenWindowOutcome(const CaseOutcome& ours, std::vector<Pair> ranking) {
  CaseOutcome outcome = ours;
  outcome.at_30s = std::move(ranking);
  outcome.at_10s.clear();
  outcome.at_first.clear();
  outcome.shown.clear();
  outcome.said.clear();
  return outcome;
}

// Scores of a ranking that is given the true window: only what is read at 30 s is defined.
Scores GivenWindowScores(std::span<const CaseOutcome> outcomes) {
  Scores scores = ComputeScores(outcomes);
  std::erase_if(scores, [](const auto& entry) {
    const std::string& key = entry.first;
    const std::string name =
        key.substr(key.rfind('.') == std::string::npos ? 0 : key.rfind('.') + 1);
    return !(name == "ac1" || name == "ac3" || name == "ac5" || name == "recall_R" ||
             name == "node_ac1" || name == "faults");
  });
  return scores;
}

// How each case is judged: by a model of its own (cross-validation) or all by one.
class Judge {
 public:
  static base::Result<Judge> New(const base::FileSystem& files, const EvalRequest& request,
                                 const std::vector<Recording>& data) {
    Judge judge;
    if (request.model_path) {
      ASSIGN_OR_RETURN(detect::ModelArtefact model, detect::LoadModel(files, *request.model_path));
      judge.model_ = std::make_shared<const detect::ModelArtefact>(std::move(model));
      judge.protocol_ = fmt::format("model {}", *request.model_path);
    } else if (request.train_directory) {
      ASSIGN_OR_RETURN(const auto training,
                       collect::LoadRecordings(files, *request.train_directory));
      judge.training_.emplace().Add(training);
      ASSIGN_OR_RETURN(judge.model_, judge.training_->Fit(kNone));
      judge.protocol_ =
          fmt::format("fitted on the {} cases of {}", training.size(), *request.train_directory);
    } else {
      if (data.size() < 2)
        return base::Fail(base::InvalidArgument(
            fmt::format("{}: expected at least 2 cases for cross-validation, found {}",
                        request.data_directory, data.size())));
      judge.training_.emplace().Add(data);  // first: what is left out is told by position
      judge.protocol_ = fmt::format("leave one case out of {}", data.size());
      if (request.also_directory) {
        ASSIGN_OR_RETURN(const auto also, collect::LoadRecordings(files, *request.also_directory));
        RETURN_FAIL_IF_ERROR(RefuseSharedCases(data, also));
        judge.training_->Add(also);
        judge.protocol_ +=
            fmt::format(", with the {} cases of {}", also.size(), *request.also_directory);
      }
      judge.cross_validate_ = true;
    }
    if (judge.model_)
      RETURN_FAIL_IF_ERROR(RefuseTrainingCases(data, *judge.model_, request.data_directory));
    return judge;
  }

  base::Result<Model> ModelFor(std::size_t position) const {
    return cross_validate_ ? training_->Fit(position) : base::Result<Model>(model_);
  }
  // nullopt when there is nothing to train the baseline on.
  std::optional<std::vector<Pair>> GivenWindowRanking(std::size_t position,
                                                      const Recording& recording) const {
    if (!training_) return std::nullopt;
    return training_->FitBaseline(cross_validate_ ? position : kNone)
        .Rank(ExtractGivenWindow(recording));
  }
  const std::string& protocol() const { return protocol_; }

 private:
  std::optional<TrainingSet> training_;
  Model model_;
  bool cross_validate_ = false;
  std::string protocol_;
};

}  // namespace

base::Result<EvalReport> EvalCases(const base::FileSystem& files, const EvalRequest& request,
                                   const std::function<void(std::size_t, std::size_t)>& progress) {
  ASSIGN_OR_RETURN(const auto data, collect::LoadRecordings(files, request.data_directory));
  ASSIGN_OR_RETURN(const Judge judge, Judge::New(files, request, data));
  std::vector<std::unique_ptr<const rank::Ranker>> rankers;
  ASSIGN_OR_RETURN(const auto readers, MakeReaders(rankers));
  std::map<std::string, std::vector<CaseOutcome>> by_reader;
  EvalReport report{.set = data.front().topology.cluster,
                    .protocol = judge.protocol(),
                    .cases = data.size(),
                    .scores = {},
                    .baselines = {},
                    .per_case = {},
                    .reliability = {}};
  for (std::size_t i = 0; i < data.size(); ++i) {
    ASSIGN_OR_RETURN(const Model model, judge.ModelFor(i));
    ASSIGN_OR_RETURN(auto outcomes, ReplayCase(data[i], model, {}, readers));
    for (std::size_t r = 0; r < readers.size(); ++r)
      by_reader[readers[r].name].push_back(outcomes[r]);
    if (auto ranking = judge.GivenWindowRanking(i, data[i])) {
      by_reader[kGivenWindow].push_back(GivenWindowOutcome(outcomes.front(), std::move(*ranking)));
    }
    CaseReport one{.outcome = std::move(outcomes.front()), .node_names = {}};
    for (const domain::Node& node : data[i].topology.nodes) one.node_names.push_back(node.name);
    report.per_case.push_back(std::move(one));
    progress(i + 1, data.size());
  }
  for (const auto& [name, outcomes] : by_reader) {
    if (name == readers.front().name) {
      report.scores = ComputeScores(outcomes);
      report.reliability = ReliabilityTable(outcomes);
    } else {
      report.baselines[name] =
          name == kGivenWindow ? GivenWindowScores(outcomes) : ComputeScores(outcomes);
    }
  }
  return report;
}

}  // namespace distdiag::engine
