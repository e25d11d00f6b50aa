#include "detect/classify/training.h"

#include "detect/classify/made_up_cases.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

TEST(ExtractExamples, LabelsTheFaultyNodeInTheFaultOnly) {
  const CaseExamples examples = ExtractExamples(MadeUpCase("a", domain::ProblemId::kCpu, 1, 1));
  const std::size_t cpu = static_cast<std::size_t>(domain::ProblemId::kCpu);
  ASSERT_EQ(examples.examples.size() % 3, 0U);
  std::size_t positive = 0;
  for (std::size_t i = 0; i < examples.examples.size(); ++i) {
    const Example& example = examples.examples[i];
    EXPECT_TRUE(example.problems.none() ||
                (i % 3 == 1 && example.problems.count() == 1 && example.problems.test(cpu)));
    positive += example.problems.any() ? 1U : 0U;
    EXPECT_GT(example.weight, 0.0F);
  }
  // 18 of 36 windows of the fault, and of every second of these three milder copies.
  EXPECT_EQ(positive, 18U + 3U * 9U);
}

TEST(ExtractExamples, ARecordingThatIsTooShortGivesNone) {
  LabelledRecording recording = MadeUpCase("a", domain::ProblemId::kCpu, 1, 1);
  recording.times.resize(15);
  recording.values.resize(15 * recording.layout.series_count());
  EXPECT_TRUE(ExtractExamples(recording).examples.empty());
}

TEST(TrainModel, SameBytesWhateverTheOrderOfTheCases) {
  std::vector<CaseExamples> examples;
  for (const LabelledRecording& recording : MadeUpCases())
    examples.push_back(ExtractExamples(recording));
  std::vector<const CaseExamples*> forward;
  for (const CaseExamples& one : examples) forward.push_back(&one);
  std::vector<const CaseExamples*> backward(forward.rbegin(), forward.rend());
  const auto a = TrainModel(forward, {}), b = TrainModel(backward, {});
  ASSERT_TRUE(a && b);
  EXPECT_EQ(WriteModel(*a), WriteModel(*b));
  EXPECT_EQ(a->manifest.cases.size(), examples.size());
  EXPECT_TRUE(
      std::is_sorted(a->manifest.cases.begin(), a->manifest.cases.end(),
                     [](const TrainingCase& x, const TrainingCase& y) { return x.id < y.id; }));
}

TEST(TrainModel, KnowsTheTypesOfItsCasesOnlyAndTellsThemApart) {
  const ModelArtefact artefact = TrainedOnMadeUpCases();
  ASSERT_EQ(artefact.models.size(), 3U);
  const CaseExamples unseen = ExtractExamples(MadeUpCase("unseen", domain::ProblemId::kIo, 2, 99));
  for (const ProblemModel& model : artefact.models) {
    for (const Example& example : unseen.examples) {
      std::vector<float> row;
      for (const std::string& feature : model.features)
        row.push_back(example.features[*FindFeature(feature)]);
      const double probability = Calibrated(model.calibration, model.trees.Margin(row));
      if (example.weight < 1) continue;  // milder copies may be too mild
      if (example.problems.test(static_cast<std::size_t>(model.problem))) {
        EXPECT_GT(probability, 0.8) << domain::GetProblem(model.problem).name;
      } else {
        EXPECT_LT(probability, 0.2) << domain::GetProblem(model.problem).name;
      }
    }
  }
}

TEST(TrainModel, WithoutALabelItIsAnError) {
  const CaseExamples normal = ExtractExamples(MadeUpCase("n", domain::ProblemId::kUnknown, 0, 1));
  const CaseExamples* pointer = &normal;
  const auto artefact = TrainModel(std::span(&pointer, 1), {});
  ASSERT_FALSE(artefact.has_value());
  EXPECT_EQ(artefact.error().code(), base::StatusCode::kInvalidArgument);
  EXPECT_FALSE(TrainModel({}, {}).has_value());
}

}  // namespace
}  // namespace distdiag::detect
