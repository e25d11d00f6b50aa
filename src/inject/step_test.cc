#include "inject/step.h"
#include "inject/journal.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::inject {
namespace {

using ::testing::HasSubstr;

FaultPlan PlanWithEveryStep() {
  return {.prepare = {SqlStep{"n1", {"SELECT 'a\"b'", "SET GLOBAL x = 1"}, true}},
          .start = {SpawnStep{"", "f1", {"stress-ng", "--cpu", "3"}},
                    ExecStep{{"tc", "-n", "lab n1", "it's"}, false}},
          .stop = {KillStep{"n1", "f1"}, WriteStep{"/sys/x", "252:0 700"}},
          .restore = {ActionStep{"resize_pool", "n1", {"268435456"}}}};
}

TEST(Step, DescribesItselfInOneLine) {
  const FaultPlan plan = PlanWithEveryStep();
  EXPECT_EQ(Describe(plan.prepare[0]), "on n1, SQL: SELECT 'a\"b'; SET GLOBAL x = 1 (may fail)");
  EXPECT_EQ(Describe(plan.start[0]),
            "on the clients, leave running in group f1: stress-ng --cpu 3");
  EXPECT_EQ(Describe(plan.start[1]), "run: tc -n 'lab n1' 'it'\\''s'");
  EXPECT_EQ(Describe(plan.stop[0]), "on n1, kill all in group f1");
  EXPECT_EQ(Describe(plan.stop[1]), "write '252:0 700' into /sys/x");
  EXPECT_EQ(Describe(plan.restore[0]), "on n1, do: resize_pool 268435456");
}

TEST(Step, APlanIsReadAsItWasWritten) {
  const FaultPlan plan = PlanWithEveryStep();
  const auto again = ParsePlan(PlanToJson(plan), "plan");
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(*again, plan);
}

TEST(Step, AWrongPlanIsRefusedWithTheKey) {
  struct Row {
    const char* name;
    const char* text;
    const char* expected;
  };
  const Row rows[] = {
      {"no JSON", "{", "f.json: expected JSON"},
      {"no object", "[]", "f.json: expected a JSON object, found an array"},
      {"list missing", R"({"prepare":[]})", "f.json.start: expected an array, found nothing"},
      {"unknown step", R"({"prepare":[{"do":"dance"}],"start":[],"stop":[],"restore":[]})",
       "f.json.prepare[0].do: expected exec, spawn"},
      {"no program", R"({"prepare":[],"start":[{"do":"exec","argv":[],"may_fail":false}]})",
       "f.json.start[0].argv: expected a program"},
      {"number for text", R"({"prepare":[{"do":"write","path":1,"text":""}]})",
       "f.json.prepare[0].path: expected a string, found a number"},
      {"text for flag", R"({"prepare":[{"do":"exec","argv":["a"],"may_fail":"no"}]})",
       "f.json.prepare[0].may_fail: expected true or false"},
  };
  for (const Row& row : rows) {
    const auto plan = ParsePlan(row.text, "f.json");
    ASSERT_FALSE(plan) << row.name;
    EXPECT_EQ(plan.error().code(), base::StatusCode::kDataLoss) << row.name;
    EXPECT_THAT(plan.error().message(), HasSubstr(row.expected)) << row.name;
  }
}

TEST(Journal, AnEntryIsReadAsItWasWritten) {
  JournalEntry entry;
  entry.id = "f20261125T013000-n2-cpu";
  entry.spec = {.kind = "cpu", .node = "n2", .number = 2.5};
  entry.plan = PlanWithEveryStep();
  entry.phase = FaultPhase::kUndoFailed;
  entry.duration = std::chrono::seconds(40);
  entry.created = base::TimestampFromSeconds(1'764'034'200.25);
  entry.prepared = entry.created + std::chrono::seconds(1);
  entry.limit = entry.created + std::chrono::seconds(41);
  entry.message = "undo failed: the server is busy";
  const auto again = ParseEntry(EntryToJson(entry), "x");
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(*again, entry);
}

TEST(Journal, AFileUnderAnotherNameIsBroken) {
  base::MemoryFileSystem files;
  JournalEntry entry;
  entry.id = "f1";
  entry.spec.kind = "cpu";
  ASSERT_TRUE(files.WriteFileAtomic("/j/f2.json", EntryToJson(entry)).ok());
  const Journal journal("/j", files);
  const auto all = journal.All();
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->entries.empty());
  ASSERT_EQ(all->broken.size(), 1u);
  EXPECT_THAT(all->broken[0], HasSubstr("f2.json.id"));
}

TEST(Journal, AnIdNeverLeavesTheDirectory) {
  base::MemoryFileSystem files;
  const Journal journal("/j", files);
  for (const char* id : {"", "../x", "a/b", ".lock"}) {
    const auto entry = journal.Read(id);
    ASSERT_FALSE(entry) << id;
    EXPECT_EQ(entry.error().code(), base::StatusCode::kInvalidArgument) << id;
  }
}

}  // namespace
}  // namespace distdiag::inject
