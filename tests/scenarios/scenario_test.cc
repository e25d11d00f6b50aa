// Plays every scenario file and compares the story with what it expects.
#include "scenario.h"

#include "base/file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::scenarios {
namespace {

constexpr const char* kFolder = DISTDIAG_SOURCE_DIR "/tests/scenarios";
constexpr std::size_t kUsualTicks = 3600;
constexpr std::size_t kTinyTicks = 70;

std::vector<std::string> ScenarioNames() {
  std::vector<std::string> names;
  const base::RealFileSystem files;
  const auto all = files.ListDirectory(kFolder);
  if (!all) return names;
  for (const std::string& file : *all) {
    if (file.ends_with(".yaml")) names.push_back(file.substr(0, file.size() - 5));
  }
  return names;
}

class ScenarioTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ScenarioTest, HappensAsExpected) {
  const auto scenario = LoadScenario(std::string(kFolder) + "/" + GetParam() + ".yaml");
  ASSERT_TRUE(scenario) << scenario.error().message();
  SCOPED_TRACE(scenario->description);
  const auto story = Play(*scenario, kUsualTicks);
  ASSERT_TRUE(story) << story.error().message();
  const Expectation& expect = scenario->expect;
  if (expect.incidents) {
    EXPECT_EQ(story->incidents, *expect.incidents);
  }
  if (expect.opened_s) {
    ASSERT_TRUE(story->opened_s) << "no incident opened";
    EXPECT_GE(*story->opened_s, expect.opened_s->first);
    EXPECT_LE(*story->opened_s, expect.opened_s->second);
  }
  if (expect.resolved) {
    EXPECT_EQ(!story->open_at_end, *expect.resolved);
  }
  if (expect.first) {
    EXPECT_EQ(story->first, *expect.first);
  }
  if (expect.shown) {
    EXPECT_THAT(story->shown, ::testing::UnorderedElementsAreArray(*expect.shown));
  }
  if (expect.notifications) {
    EXPECT_EQ(story->notifications, *expect.notifications);
  }

  if (expect.explained) {
    EXPECT_EQ(story->explained, *expect.explained);
  }
  if (expect.untold_incidents) {
    Scenario untold = *scenario;
    untold.told.clear();
    const auto alarmed = Play(untold, kUsualTicks);
    ASSERT_TRUE(alarmed) << alarmed.error().message();
    EXPECT_EQ(alarmed->incidents, *expect.untold_incidents) << "when nobody tells the change";
  }

  const auto again = Play(*scenario, kTinyTicks);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_TRUE(*again == *story) << "a window of 70 ticks tells another story";
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioTest, ::testing::ValuesIn(ScenarioNames()),
                         [](const auto& row) { return row.param; });

}  // namespace
}  // namespace distdiag::scenarios
