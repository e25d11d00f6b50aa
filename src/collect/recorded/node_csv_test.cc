#include "collect/recorded/node_csv.h"

#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using ::testing::HasSubstr;

TEST(NodeCsvTest, ReadsValuesGapsAndExponents) {
  const auto table = ParseNodeCsv("ts,c_tps,h_cpu_ext\n10,1.5,\n11.25,2e+03,0.1\n", "n1.csv");
  ASSERT_TRUE(table) << table.error().message();
  ASSERT_EQ(table->times.size(), 2u);
  EXPECT_DOUBLE_EQ(base::ToUnixSeconds(table->times[1]), 11.25);
  EXPECT_EQ(table->values[0], 1.5F);
  EXPECT_TRUE(std::isnan(table->values[1]));
  EXPECT_EQ(table->values[2], 2000.0F);
}

TEST(NodeCsvTest, WindowsLineEndsAndAMissingLastNewlineAreFine) {
  const auto table = ParseNodeCsv("ts,c_tps\r\n1,2\r\n2,3", "n1.csv");
  ASSERT_TRUE(table) << table.error().message();
  EXPECT_EQ(table->times.size(), 2u);
}

struct BadCase {
  const char* name;
  const char* text;
  const char* message;
};

class NodeCsvBadInputTest : public ::testing::TestWithParam<BadCase> {};

TEST_P(NodeCsvBadInputTest, SaysWhereWhatWasExpectedAndWhatWasFound) {
  const auto table = ParseNodeCsv(GetParam().text, "n1.csv");
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code(), base::StatusCode::kInvalidArgument);
  EXPECT_EQ(table.error().message(), GetParam().message);
  EXPECT_THAT(table.error().message(), ::testing::Not(HasSubstr("\n")));
}

INSTANTIATE_TEST_SUITE_P(
    All, NodeCsvBadInputTest,
    ::testing::Values(
        BadCase{"empty", "", "n1.csv:1: column 1: expected \"ts\", found \"\""},
        BadCase{"no_ts", "time,c_tps\n", "n1.csv:1: column 1: expected \"ts\", found \"time\""},
        BadCase{"unknown_column", "ts,c_tsp\n1,2\n",
                "n1.csv:1: column 2: expected a metric of the catalogue (docs/metrics.md), found "
                "\"c_tsp\""},
        BadCase{"twice", "ts,c_tps,c_tps\n1,2,3\n",
                "n1.csv:1: column 3: expected each metric once, found \"c_tps\" again"},
        BadCase{"no_rows", "ts,c_tps\n",
                "n1.csv:2: expected at least one row of samples, found none"},
        BadCase{"few_cells", "ts,c_tps,c_qps\n1,2\n",
                "n1.csv:2: expected 3 cells as in the header, found 2"},
        BadCase{"many_cells", "ts,c_tps\n1,2,3\n",
                "n1.csv:2: expected 2 cells as in the header, found 3"},
        BadCase{"text", "ts,c_tps\n1,2\n2,many\n",
                "n1.csv:3: column c_tps: expected a number or an empty cell, found \"many\""},
        BadCase{"half_number", "ts,c_tps\n1,2x\n",
                "n1.csv:2: column c_tps: expected a number or an empty cell, found \"2x\""},
        BadCase{"nan", "ts,c_tps\n1,nan\n",
                "n1.csv:2: column c_tps: expected a finite number or an empty cell, found \"nan\""},
        BadCase{
            "inf", "ts,c_tps\n1,-inf\n",
            "n1.csv:2: column c_tps: expected a finite number or an empty cell, found \"-inf\""},
        BadCase{
            "too_large", "ts,c_tps\n1,1e300\n",
            "n1.csv:2: column c_tps: expected a finite number or an empty cell, found \"1e300\""},
        BadCase{"no_time", "ts,c_tps\n,1\n",
                "n1.csv:2: column ts: expected seconds since 1970, found \"\""},
        BadCase{"backwards", "ts,c_tps\n5,1\n4,1\n",
                "n1.csv:3: column ts: expected a time stamp later than 5, found \"4\""},
        BadCase{"duplicate", "ts,c_tps\n5,1\n5,1\n",
                "n1.csv:3: column ts: expected a time stamp later than the row before, found \"5 "
                "again\""},
        BadCase{"blank_line", "ts,c_tps\n5,1\n\n6,1\n",
                "n1.csv:3: column ts: expected seconds since 1970, found \"\""}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace distdiag::collect
