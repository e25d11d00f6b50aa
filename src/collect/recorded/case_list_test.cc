#include "collect/recorded/case_list.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using ::testing::HasSubstr;

constexpr const char* kGood =
    R"({"dataset": "lab", "cases": [{"id": "A1", "scenario": "A1", "start": 1, "normal_end": 2,
 "anomaly_start": 3, "anomaly_end": 4, "recovered": 5, "end": 6, "labels": [{"node": "n1", "anomaly": "cpu", "scope": "node"}],
 "files": {"n1": "a.csv.gz"}}]})";

TEST(CaseListTest, ReadsACase) {
  const auto list = ParseCaseList(kGood, "cases.json");
  ASSERT_TRUE(list) << list.error().message();
  EXPECT_EQ(list->dataset, "lab");
  ASSERT_EQ(list->cases.size(), 1u);
  EXPECT_EQ(list->cases[0].labels[0].problem, domain::ProblemId::kCpu);
}

struct BadCase {
  const char* name;
  const char* from;  // text of kGood that is replaced
  const char* to;
  const char* message;  // part of the message
};

class CaseListBadInputTest : public ::testing::TestWithParam<BadCase> {};

TEST_P(CaseListBadInputTest, SaysWhereWhatWasExpectedAndWhatWasFound) {
  std::string text = kGood;
  const std::size_t at = text.find(GetParam().from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, std::string(GetParam().from).size(), GetParam().to);
  const auto list = ParseCaseList(text, "cases.json");
  ASSERT_FALSE(list);
  EXPECT_THAT(list.error().message(), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, CaseListBadInputTest,
    ::testing::Values(
        BadCase{"truncated", "}}]}", "", "cases.json:3:"},
        BadCase{"trailing", "}}]}", "}}]} x", "cases.json:3:"},
        BadCase{"no_dataset", "\"dataset\"", "\"datasets\"",
                "top level: key \"dataset\": expected a non-empty string, found nothing"},
        BadCase{"time_text", "\"start\": 1", "\"start\": \"x\"",
                "cases[0] (A1): key \"start\": expected seconds since 1970, found \"x\""},
        BadCase{"order", "\"normal_end\": 2", "\"normal_end\": 0",
                "key \"normal_end\": expected a time not before start, found 0"},
        BadCase{"problem", "\"cpu\"", "\"cpus\"",
                "key \"labels.anomaly\": expected a known problem, found \"cpus\""},
        BadCase{"node", "{\"node\": \"n1\"", "{\"node\": \"n9\"",
                "key \"labels.node\": expected a node that has a file, found \"n9\""},
        BadCase{"scope", "\"scope\": \"node\"", "\"scope\": \"all\"",
                "key \"labels.scope\": expected node or cluster"},
        BadCase{"path", "a.csv.gz", "../a.csv.gz",
                "key \"files\": expected plain file names within the folder"},
        BadCase{"no_label", "\"anomaly_start\": 3", "\"anomaly_start\": null",
                "key \"anomaly_end\""}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace distdiag::collect
