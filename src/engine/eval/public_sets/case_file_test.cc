#include "engine/eval/public_sets/case_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CaseFileTest, ReadsUnitWindows) {
  const auto set = ParseUnitWindowCases(
      R"({"kpis": ["a", "b"], "cases": [{"id": "x", "subset": "tpcc_periodic", "row0": 18, "row1": 36,
          "files": ["n1.csv.gz", "n2.csv.gz"], "anomalous_nodes": [2]}]})",
      "cases.json");
  ASSERT_TRUE(set) << set.error().message();
  EXPECT_THAT(set->metrics, ElementsAre("a", "b"));
  EXPECT_EQ(set->cases[0].rows, RowRange(18, 36));
  EXPECT_THAT(set->cases[0].anomalous_nodes, ElementsAre(1U));
}

TEST(CaseFileTest, ReadsRuns) {
  const auto set = ParseRunCases(
      R"({"classes": ["slow", "normal"], "metrics": ["a"], "cases": [
          {"id": "x", "file": "f.csv.gz", "row0": 0, "row1": 24, "hardware": "h", "label": "slow", "block": "b0",
           "abnormal": [5, 17], "windows": [[6, 16]]},
          {"id": "y", "file": "f.csv.gz", "row0": 24, "row1": 36, "hardware": "h", "label": "normal", "block": "b1",
           "abnormal": [], "windows": [[1, 11]]}]})",
      "cases.json");
  ASSERT_TRUE(set) << set.error().message();
  EXPECT_EQ(set->cases[0].abnormal, RowRange(5, 17));
  EXPECT_EQ(set->cases[1].abnormal, RowRange(0, 0));
  EXPECT_EQ(set->cases[1].windows[0], RowRange(1, 11));
}

TEST(CaseFileTest, ReadsRegions) {
  const auto set = ParseRegionCases(
      R"({"classes": ["A", "B"], "skip_columns": ["Epoch"], "cumulative_columns": ["Cum"], "cases": [
          {"id": "x", "file": "f.csv.gz", "kind": "compound", "root_causes": ["B", "A"], "trial": 3,
           "abnormal": [4, 5], "normal": [0, 1]}]})",
      "cases.json");
  ASSERT_TRUE(set) << set.error().message();
  EXPECT_TRUE(set->cases[0].is_compound);
  EXPECT_THAT(set->cases[0].causes, ElementsAre(1U, 0U));
  EXPECT_THAT(set->skipped_columns, ElementsAre("Epoch", "Cum"));
}

TEST(CaseFileTest, SaysWhereAndWhatIsWrong) {
  const struct {
    const char* name;
    const char* text;
    const char* message;
  } kCases[] = {
      {"no JSON", "{", "c.json: expected JSON"},
      {"no object", "[1]", "c.json: expected one JSON object, found array"},
      {"no metrics", "{}",
       "c.json: top: key \"kpis\": expected a non-empty list of strings, found nothing"},
      {"no cases", R"({"kpis": ["a"], "cases": []})", "key \"cases\": expected a non-empty list"},
      {"node beyond",
       R"({"kpis": ["a"], "cases": [{"id": "x", "subset": "s", "row0": 0, "row1": 3, "files": ["f"],
                        "anomalous_nodes": [2]}]})",
       "c.json: cases[0]: key \"anomalous_nodes\": expected numbers from 1 to 1, found [2]"},
      {"no rows",
       R"({"kpis": ["a"], "cases": [{"id": "x", "subset": "s", "row0": 3, "row1": 3, "files": ["f"],
                    "anomalous_nodes": []}]})",
       "key \"row1\": expected a row after row0 = 3, found 3"},
      {"leaves the folder",
       R"({"kpis": ["a"], "cases": [{"id": "x", "subset": "s", "row0": 0, "row1": 3,
                              "files": ["../f"], "anomalous_nodes": []}]})",
       "key \"files\": expected files inside the folder"},
  };
  for (const auto& one : kCases) {
    const auto set = ParseUnitWindowCases(one.text, "c.json");
    ASSERT_FALSE(set) << one.name;
    EXPECT_THAT(set.error().message(), HasSubstr(one.message)) << one.name;
  }
  const auto run = ParseRunCases(
      R"({"classes": ["normal"], "metrics": ["a"], "cases": [{"id": "x", "file": "f", "row0": 0, "row1": 9,
          "hardware": "h", "label": "normal", "block": "b", "abnormal": [], "windows": [[1, 11]]}]})",
      "c.json");
  ASSERT_FALSE(run);
  EXPECT_THAT(run.error().message(),
              HasSubstr("expected two steps [from, to) of the run's 9, found [1,11]"));
}

}  // namespace
}  // namespace distdiag::engine
