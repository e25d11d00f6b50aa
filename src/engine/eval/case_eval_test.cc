#include "engine/eval/case_eval.h"

#include "base/file_system.h"

#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

// The guard against a change that makes the diagnosis worse without anybody looking: faults that the shipped model has never
// seen, recorded by the lab. The bounds are what was measured (1.000, 0.969, 0), less one case.
TEST(CaseEvalTest, TheShippedModelIsRightOnTheLabsRecordings) {
  base::RealFileSystem files;
  const auto report = EvalCases(files,
                                {.data_directory = DISTDIAG_SOURCE_DIR "/recordings/lab",
                                 .train_directory = {},
                                 .model_path = DISTDIAG_SOURCE_DIR "/models/galera/model.json"},
                                [](std::size_t, std::size_t) {});
  ASSERT_TRUE(report) << report.error().message();
  EXPECT_EQ(report->scores.at("faults"), 20);
  EXPECT_GE(report->scores.at("ac1"), 0.95);
  EXPECT_GE(report->scores.at("recall_R"), 0.93);
  EXPECT_EQ(report->scores.at("false_incidents"), 0);
  EXPECT_EQ(report->scores.at("missed"), 0);
}

}  // namespace
}  // namespace distdiag::engine
