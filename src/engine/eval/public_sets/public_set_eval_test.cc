#include "engine/eval/public_sets/public_set_eval.h"

#include "base/gzip.h"
#include "base/random.h"
#include "engine/eval/public_sets/run_windows.h"

#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using ::testing::HasSubstr;

// All made up here, in the sets' forms: none of their data is part of this project.
class PublicSetEvalTest : public ::testing::Test {
 protected:
  void Write(const std::string& name, const std::string& bytes) {
    ASSERT_TRUE(files_.WriteFileAtomic("/d/" + name, bytes).ok());
  }
  double Noise(double size) { return size * (random_.NextUnit() - 0.5); }

  // Units of five nodes that move alike; in every third window one node stands still for ten steps.
  void WriteUnits() {
    std::string cases;
    std::vector<std::string> tables(5, "window,step,a,b,c\n");
    for (std::size_t window = 0; window < 60; ++window) {
      const std::size_t odd = window % 3 == 0 ? random_.NextBelow(5) + 1 : 0;
      const double phase = random_.NextUnit() * 6;
      for (std::size_t node = 1; node <= 5; ++node) {
        for (std::size_t step = 0; step < 18; ++step) {
          std::string& table = tables[node - 1];
          table += fmt::format("{},{}", window, step);
          for (int metric = 0; metric < 3; ++metric) {
            const bool frozen = node == odd && step >= 4 && step < 14;
            table += fmt::format(
                ",{:.5f}",
                frozen ? 0.5
                       : std::sin(phase + 0.7 * static_cast<double>(step) + metric) + Noise(0.2));
          }
          table += "\n";
        }
      }
      cases += fmt::format(
          R"({}{{"id":"w{}","subset":"{}","row0":{},"row1":{},"files":["1.gz","2.gz","3.gz","4.gz","5.gz"],"anomalous_nodes":[{}]}})",
          window == 0 ? "" : ",", window, window % 2 == 0 ? "one_x" : "two_x", window * 18,
          window * 18 + 18, odd == 0 ? "" : std::to_string(odd));
    }
    for (std::size_t node = 0; node < 5; ++node)
      Write(fmt::format("{}.gz", node + 1), base::Gzip(tables[node]));
    Write("cases.json", fmt::format(R"({{"kpis":["a","b","c"],"cases":[{}]}})", cases));
  }

  // One server; cause k moves every third metric.
  void WriteRegions() {
    constexpr int kMetrics = 60;  // with few, what moves by chance is not told from a shift
    std::string cases;
    for (int trial = 0; trial < 6; ++trial) {
      for (int kind = 0; kind < 4; ++kind) {  // 3 = causes 0 and 1 at once
        std::string table = "step,Epoch,Cum", abnormal, normal;
        for (int metric = 0; metric < kMetrics; ++metric) table += fmt::format(",m{}", metric);
        table += "\n";
        for (int row = 0; row < 80; ++row) {
          const bool trouble = row >= 40 && row < 60;
          table += fmt::format("{},{},{}", row, row, row * 10);
          for (int metric = 0; metric < kMetrics; ++metric) {
            const int cause = metric % 3;
            const bool moved = trouble && (kind == cause || (kind == 3 && cause < 2));
            table += fmt::format(",{:.4f}", (moved ? 400 : 100) + Noise(10));
          }
          table += "\n";
          std::string& list = trouble ? abnormal : normal;
          list += fmt::format("{}{}", list.empty() ? "" : ",", row);
        }
        const std::string file = fmt::format("k{}t{}.gz", kind, trial);
        Write(file, base::Gzip(table));
        cases += fmt::format(
            R"({}{{"id":"k{}t{}","file":"{}","kind":"{}","root_causes":[{}],"trial":{},"abnormal":[{}],"normal":[{}]}})",
            cases.empty() ? "" : ",", kind, trial, file, kind == 3 ? "compound" : "single",
            kind == 3 ? R"("C0","C1")" : fmt::format(R"("C{}")", kind), trial, abnormal, normal);
      }
    }
    Write(
        "cases.json",
        fmt::format(
            R"({{"classes":["C0","C1","C2","C3"],"skip_columns":["Epoch"],"cumulative_columns":["Cum"],"cases":[{}]}})",
            cases));
  }

  // Two servers; from step 8 on cause k moves every third metric.
  void WriteRuns() {
    const std::vector<std::string> metrics = UsedRunMetrics();
    std::string cases, table = "run,step";
    for (const std::string& metric : metrics) table += "," + metric;
    table += "\n";
    std::size_t written = 0;
    for (int run = 0; run < 96; ++run) {
      const int kind = run / 2 % 4;  // 3 = normal
      const int hardware = run % 2;
      const std::size_t rows = kind == 3 ? 12 : 24;
      for (std::size_t row = 0; row < rows; ++row) {
        table += fmt::format("{},{}", run, row);
        for (std::size_t metric = 0; metric < metrics.size(); ++metric) {
          const bool moved = row >= 8 && static_cast<int>(metric % 3) == kind;
          table += fmt::format(",{:.3f}", (moved ? 400 : 100) + Noise(10));
        }
        table += "\n";
      }
      cases += fmt::format(
          R"({}{{"id":"r{}","file":"runs.gz","row0":{},"row1":{},"hardware":"h{}","label":"{}","block":"b{}","abnormal":{},"windows":[{}]}})",
          run == 0 ? "" : ",", run, written, written + rows, hardware,
          kind == 3 ? "normal" : fmt::format("C{}", kind), run / 8, kind == 3 ? "[]" : "[8,24]",
          kind == 3 ? "[1,11]" : "[9,19]");
      written += rows;
    }
    Write("runs.gz", base::Gzip(table));
    Write("cases.json",
          fmt::format(R"({{"classes":["C0","C1","C2","normal"],"metrics":["{}"],"cases":[{}]}})",
                      fmt::join(metrics, "\",\""), cases));
  }

  base::MemoryFileSystem files_;
  base::Random random_{5};
  const Progress silent_ = [](std::string_view) {};
};

TEST_F(PublicSetEvalTest, ANodeThatLeavesItsPeersIsFound) {
  WriteUnits();
  const auto report =
      EvalDbcatcher(files_, {.data_directory = "/d", .train_directory = {}}, silent_);
  ASSERT_TRUE(report) << report.error().message();
  EXPECT_EQ(report->cases, 60U);
  for (const char* name : {"window_f1", "node_f1", "node_top1", "lofo_worst_node_f1"})
    EXPECT_GT(report->scores.at(name), 0.9) << name;
  EXPECT_THAT(RenderSetText(*report), HasSubstr("lofo_worst_node_f1"));
  EXPECT_THAT(RenderSetJson(*report), HasSubstr("\"node_f1\":"));
}

TEST_F(PublicSetEvalTest, WithAFolderToFitOnTheSameCasesAreJudged) {
  WriteUnits();
  const auto report =
      EvalDbcatcher(files_, {.data_directory = "/d", .train_directory = "/d"}, silent_);
  ASSERT_TRUE(report) << report.error().message();
  EXPECT_THAT(report->protocol, HasSubstr("another folder"));
  EXPECT_GT(report->scores.at("node_f1"), 0.9);
}

TEST_F(PublicSetEvalTest, CausesAreNamedFromOneCaseEachAndTwoAtOnce) {
  WriteRegions();
  const auto report =
      EvalDbsherlock(files_, {.data_directory = "/d", .train_directory = {}}, silent_);
  ASSERT_TRUE(report) << report.error().message();
  for (const char* name :
       {"train1_top1", "train1_top2", "compound_top3", "row_f1", "row_f1_unsupervised"})
    EXPECT_GT(report->scores.at(name), 0.85) << name;
}

TEST_F(PublicSetEvalTest, ClassesAreNamedOnOtherHardwareAndWhatIsNotNormalIsFound) {
  WriteRuns();
  const auto report = EvalDbpa(files_, {.data_directory = "/d", .train_directory = {}}, silent_);
  ASSERT_TRUE(report) << report.error().message();
  EXPECT_EQ(report->cases, 96U);
  for (const char* name : {"loho_macro_f1", "relative_macro_f1", "detect_f1"})
    EXPECT_GT(report->scores.at(name), 0.9) << name;
  // Before the injection all runs are alike: no class can be named, and few windows are odd.
  EXPECT_LT(report->scores.at("loho_control"), 0.1);
  EXPECT_LT(report->details.at("detect_control_false_share"), 0.4);
}

TEST_F(PublicSetEvalTest, RunsAreJudgedByAnotherFolderOnlyIfItsClassesAreTheSame) {
  WriteRuns();
  const PublicSetRequest request{.data_directory = "/d", .train_directory = "/e"};
  const std::string cases = files_.ReadFile("/d/cases.json").value();
  ASSERT_TRUE(files_.WriteFileAtomic("/e/runs.gz", files_.ReadFile("/d/runs.gz").value()).ok());
  ASSERT_TRUE(files_.WriteFileAtomic("/e/cases.json", cases).ok());
  const auto report = EvalDbpa(files_, request, silent_);
  ASSERT_TRUE(report) << report.error().message();
  EXPECT_THAT(report->protocol, HasSubstr("96 cases of another folder"));
  EXPECT_GT(report->scores.at("detect_f1"), 0.9);
  std::string other = cases;
  other.replace(other.find("\"C0\""), 4, "\"X\",\"C0\"");
  ASSERT_TRUE(files_.WriteFileAtomic("/e/cases.json", other).ok());
  EXPECT_THAT(EvalDbpa(files_, request, silent_).error().message(),
              HasSubstr("/e: expected the classes of /d, found others"));
}

TEST_F(PublicSetEvalTest, WhatIsMissingIsNamed) {
  EXPECT_THAT(EvalDbcatcher(files_, {.data_directory = "/d", .train_directory = {}}, silent_)
                  .error()
                  .message(),
              HasSubstr("/d/cases.json"));
  Write("cases.json",
        R"({"kpis":["a"],"cases":[{"id":"w","subset":"s","row0":0,"row1":18,"files":["1.gz","2.gz"],
                       "anomalous_nodes":[]}]})");
  Write("1.gz", base::Gzip("a\n1\n2\n"));
  EXPECT_THAT(EvalDbcatcher(files_, {.data_directory = "/d", .train_directory = {}}, silent_)
                  .error()
                  .message(),
              HasSubstr("/d/1.gz: expected 18 rows for case w, found 2"));
}

}  // namespace
}  // namespace distdiag::engine
