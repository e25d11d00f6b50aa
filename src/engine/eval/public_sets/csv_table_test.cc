#include "engine/eval/public_sets/csv_table.h"

#include "base/gzip.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CsvTableTest, ReadsNumbersAndGaps) {
  const auto table = ParseCsvTable("step,a,b\n0,1.5,\n1,-2e3,7\r\n", "t.csv");
  ASSERT_TRUE(table) << table.error().message();
  EXPECT_THAT(table->columns, ElementsAre("step", "a", "b"));
  ASSERT_EQ(table->row_count(), 2U);
  EXPECT_EQ(table->Row(0)[1], 1.5);
  EXPECT_TRUE(std::isnan(table->Row(0)[2]));
  EXPECT_EQ(table->Row(1)[1], -2000);
}

TEST(CsvTableTest, SaysWhereAndWhatIsWrong) {
  const struct {
    const char* name;
    const char* text;
    const char* message;
  } kCases[] = {
      {"empty", "", "t.csv:1: column 1: expected a name that stands once, found \"\""},
      {"same name", "a,a\n1,2\n",
       "t.csv:1: column 2: expected a name that stands once, found \"a\""},
      {"no rows", "a,b\n", "t.csv:2: expected at least one row of numbers, found none"},
      {"text", "a,b\n1,2\n3,x7\n",
       "t.csv:3: column b: expected a finite number or an empty cell, found \"x7\""},
      {"not finite", "a\ninf\n", "found \"inf\""},
      {"short row", "a,b\n1\n", "t.csv:2: expected 2 cells as in the header, found 1"},
      {"long row", "a,b\n1,2,3\n", "t.csv:2: expected 2 cells as in the header, found 3"},
  };
  for (const auto& one : kCases) {
    const auto table = ParseCsvTable(one.text, "t.csv");
    ASSERT_FALSE(table) << one.name;
    EXPECT_THAT(table.error().message(), HasSubstr(one.message)) << one.name;
  }
}

TEST(CsvTableTest, AFileThatIsNoTableIsNamed) {
  base::MemoryFileSystem files;
  ASSERT_TRUE(files.WriteFileAtomic("/d/plain.csv.gz", "a\n1\n").ok());
  ASSERT_TRUE(files.WriteFileAtomic("/d/good.csv.gz", base::Gzip("a,b\n1,2\n")).ok());
  EXPECT_THAT(ReadCsvTable(files, "/d/plain.csv.gz").error().message(), HasSubstr("plain.csv.gz"));
  EXPECT_THAT(ReadCsvTable(files, "/d/none.csv.gz").error().message(), HasSubstr("none.csv.gz"));
  const auto good = ReadCsvTable(files, "/d/good.csv.gz");
  ASSERT_TRUE(good);
  const std::vector<std::string> names = {"b", "c"};
  EXPECT_THAT(FindColumns(*good, names, "good").error().message(),
              HasSubstr("expected a column \"c\""));
}

}  // namespace
}  // namespace distdiag::engine
