#include "engine/training.h"

#include "collect/recorded/recording_loader.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

TEST(TrainingTest, TheShippedModelIsWhatTheRecordingsGiveByteForByteInAnyOrder) {
  const base::RealFileSystem files;
  auto recordings = collect::LoadRecordings(files, DISTDIAG_SOURCE_DIR "/recordings");
  ASSERT_TRUE(recordings) << recordings.error().message();
  std::reverse(recordings->begin(), recordings->end());
  std::vector<detect::CaseExamples> examples;
  for (const collect::Recording& recording : *recordings) examples.push_back(ExamplesOf(recording));
  std::vector<const detect::CaseExamples*> cases;
  for (const detect::CaseExamples& one : examples) cases.push_back(&one);
  const auto model = TrainOn(cases);
  ASSERT_TRUE(model) << model.error().message();
  const auto shipped = files.ReadFile(DISTDIAG_SOURCE_DIR "/models/galera/model.json");
  ASSERT_TRUE(shipped);
  // The scores come from an evaluation, not from the training.
  detect::ModelArtefact trained = **model;
  trained.manifest.scores = detect::ReadModel(*shipped, "shipped").value().manifest.scores;
  EXPECT_FALSE(trained.manifest.scores.empty());
  EXPECT_TRUE(detect::WriteModel(trained) == *shipped) << "run: make models";
}

TEST(TrainingTest, AProblemOfClusterScopeIsALabelOnEachNode) {
  const base::RealFileSystem files;
  std::vector<base::Status> broken;
  const auto recordings =
      collect::LoadRecordings(files, DISTDIAG_SOURCE_DIR "/recordings", {"X5_r1"}, broken);
  ASSERT_TRUE(recordings);
  const detect::CaseExamples examples = ExamplesOf(recordings->front());
  const auto surge = static_cast<std::size_t>(domain::ProblemId::kSurge);
  const auto labelled =
      std::count_if(examples.examples.begin(), examples.examples.end(),
                    [&](const detect::Example& example) { return example.problems.test(surge); });
  EXPECT_GT(labelled, 0);
  EXPECT_EQ(labelled % 3, 0) << "three nodes";
}

}  // namespace
}  // namespace distdiag::engine
