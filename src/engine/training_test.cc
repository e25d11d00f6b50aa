#include "engine/training.h"

#include "collect/recorded/recording_loader.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

// Trains on the recordings of these folders, in reversed order.
void ExpectReproduced(const std::string& path, const std::vector<std::string>& folders) {
  const base::RealFileSystem files;
  const std::string root = DISTDIAG_SOURCE_DIR "/";
  std::vector<detect::CaseExamples> examples;
  for (const std::string& folder : folders) {
    const auto recordings = collect::LoadRecordings(files, root + folder);
    ASSERT_TRUE(recordings) << recordings.error().message();
    for (const collect::Recording& recording : *recordings)
      examples.push_back(ExamplesOf(recording));
  }
  std::vector<const detect::CaseExamples*> cases;
  for (const detect::CaseExamples& one : examples) cases.push_back(&one);
  std::reverse(cases.begin(), cases.end());
  const auto model = TrainOn(cases);
  ASSERT_TRUE(model) << model.error().message();
  const auto shipped = files.ReadFile(root + path);
  ASSERT_TRUE(shipped);
  // The scores come from an evaluation, not from the training.
  detect::ModelArtefact trained = **model;
  trained.manifest.scores = detect::ReadModel(*shipped, "shipped").value().manifest.scores;
  EXPECT_FALSE(trained.manifest.scores.empty());
  EXPECT_TRUE(detect::WriteModel(trained) == *shipped) << path << ": run: make models";
}

TEST(TrainingTest, TheShippedModelsAreWhatTheRecordingsGiveByteForByteInAnyOrder) {
  ExpectReproduced("models/galera/model.json", {"recordings"});
  ExpectReproduced("models/oceanbase/model.json", {"recordings/oceanbase", "recordings"});
}

TEST(TrainingTest, WhatIsJudgedIsNotLearned) {
  collect::Recording a, b, copy_of_a;
  a.id = "A1_r1";
  a.content_hash = "aaaaaaaaaaaaaaaa";
  b.id = "A1_r1";
  b.content_hash = "bbbbbbbbbbbbbbbb";
  copy_of_a.id = "mine";
  copy_of_a.content_hash = a.content_hash;
  EXPECT_TRUE(RefuseSharedCases(std::span(&a, 1), std::span(&b, 1)).ok()) << "names may be alike";
  const base::Status refused =
      RefuseSharedCases(std::span(&a, 1), std::vector<collect::Recording>{b, copy_of_a});
  EXPECT_EQ(refused.code(), base::StatusCode::kFailedPrecondition);
  EXPECT_THAT(refused.message(), testing::HasSubstr("found mine, which is A1_r1 there"));
}

TEST(TrainingTest, TheShippedSequenceModelIsWhatTheRecordingsGiveByteForByte) {
  const base::RealFileSystem files;
  const auto recordings = collect::LoadRecordings(files, DISTDIAG_SOURCE_DIR "/recordings");
  ASSERT_TRUE(recordings) << recordings.error().message();
  std::vector<detect::CalmStretch> stretches;
  for (const collect::Recording& recording : *recordings)
    stretches.push_back(CalmStretchOf(recording));
  const auto model = detect::TrainSequenceModel(stretches, {});
  ASSERT_TRUE(model) << model.error().message();
  const auto shipped = files.ReadFile(DISTDIAG_SOURCE_DIR "/models/galera/sequence.json");
  ASSERT_TRUE(shipped);
  EXPECT_TRUE(detect::WriteSequenceModel(*model) == *shipped) << "run: make models";
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
