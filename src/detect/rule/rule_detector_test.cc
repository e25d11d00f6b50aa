#include "detect/rule/rule_detector.h"

#include "detect/testing.h"

#include <set>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

RuleDetector Make(const std::string& list, std::size_t nodes = 1) {
  domain::Topology topology;
  topology.nodes.resize(nodes);
  for (std::size_t n = 0; n < nodes; ++n) topology.nodes[n].name = "n" + std::to_string(n + 1);
  const auto read = domain::ParseDetectors("{\"detectors\":[" + list + "]}", "test");
  EXPECT_TRUE(read) << read.error().message();
  return RuleDetector(read.value_or(domain::DetectorDefinitions{}), topology);
}

// One letter a tick: 'A' = it alarms.
std::string Course(RuleDetector& detector, const std::vector<double>& values) {
  RowTape tape(1, {"h_disk_util"});
  std::string course;
  for (const double value : values) {
    tape.Append([&](std::size_t, std::size_t) { return value; });
    course += detector.Observe(tape.View(), Learning::kHold).empty() ? '.' : 'A';
  }
  return course;
}

std::string Rule(const std::string& parameters) {
  return R"({"name":"r","kind":"rule","metrics":["h_disk_util"],"parameters":{)" + parameters +
         "}}";
}

TEST(RuleDetector, WaitsAsLongAsItIsTold) {
  auto at_once = Make(Rule(R"("above":0.9,"for_s":0)"));
  EXPECT_EQ(Course(at_once, {0.5, 0.95, 0.5}), ".A.");
  auto later = Make(Rule(R"("above":0.9,"for_s":3)"));
  EXPECT_EQ(Course(later, {0.95, 0.95, 0.95, 0.5, 0.95, 0.95, 0.95, 0.95, 0.95}), ".......AA");
}

TEST(RuleDetector, HysteresisKeepsItFromFlapping) {
  auto plain = Make(Rule(R"("above":1,"for_s":0,"hysteresis":0)"));
  EXPECT_EQ(Course(plain, {1.01, 0.99, 1.01, 0.99, 0.9}), "A.A..");
  auto calm = Make(Rule(R"("above":1,"for_s":0,"hysteresis":0.05)"));
  EXPECT_EQ(Course(calm, {1.01, 0.99, 1.01, 0.96, 0.9, 0.99}), "AAAA..");
  auto below = Make(Rule(R"("below":1,"for_s":0,"hysteresis":0.05)"));
  EXPECT_EQ(Course(below, {1.01, 0.99, 1.04, 1.06, 1.01}), ".AA..");
}

TEST(RuleDetector, TwoThresholdsCloseTogetherLeaveAWayBack) {
  auto narrow = Make(Rule(R"("above":10,"below":9,"for_s":0,"hysteresis":0.05)"));
  EXPECT_EQ(Course(narrow, {11, 9.6, 9.4, 8.9, 9.4, 9.5}), "AA.AA.");
}

TEST(RuleDetector, IsKeptAsLongAsItIsTold) {
  auto detector = Make(Rule(R"("above":1,"for_s":0,"keep_s":3)"));
  EXPECT_EQ(Course(detector, {2, 0.5, 0.5, 0.5, 0.5}), "AAA..");
}

TEST(RuleDetector, AnAlarmThatIsKeptIsOneAlarm) {
  auto detector = Make(Rule(R"("above":1,"below":-1,"for_s":2,"keep_s":3)"));
  RowTape tape(1, {"h_disk_util"});
  std::set<base::Timestamp> since;
  for (const double value : {2.0, 2.0, 2.0, 0.5, 2.0, -0.9}) {
    tape.Append([&](std::size_t, std::size_t) { return value; });
    for (const auto& alarm : detector.Observe(tape.View(), Learning::kHold)) {
      since.insert(alarm.evidence.since);
      EXPECT_DOUBLE_EQ(alarm.evidence.expected, 1) << "the threshold that was crossed";
    }
  }
  EXPECT_EQ(since.size(), 1U);
}

TEST(RuleDetector, GapsNeitherBeginNorEnd) {
  auto detector = Make(Rule(R"("above":1,"for_s":2)"));
  EXPECT_EQ(Course(detector, {2, kGap, 2, 2, kGap, 2, 0.5}), "..AA.A.")
      << "at a gap there is no value to tell, but it stands on";
}

TEST(RuleDetector, TheWorstRuleOfASeriesIsTold) {
  auto detector = Make(
      R"({"name":"low","kind":"rule","metrics":["h_disk_util"],"parameters":{"above":0.5,"for_s":0}},
         {"name":"high","kind":"rule","metrics":["h_disk_util"],"parameters":{"above":0.9,"for_s":0}})");
  RowTape tape(1, {"h_disk_util"});
  tape.Append([](std::size_t, std::size_t) { return 0.95; });
  const auto alarms = detector.Observe(tape.View(), Learning::kFollow);
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_DOUBLE_EQ(alarms[0].evidence.expected, 0.5) << "further beyond";
  EXPECT_EQ(alarms[0].detector, domain::DetectorKind::kRule);
}

TEST(RuleDetector, WatchesWhatFitsAlone) {
  auto detector = Make(
      R"({"name":"r","kind":"rule","groups":["disk"],"nodes":["n2"],"parameters":{"above":0.5,"for_s":0}},
         {"name":"off","kind":"rule","metrics":["c_p95_ms"],"enabled":false,"parameters":{"above":0,"for_s":0}})",
      3);
  RowTape tape(3, {"h_disk_util", "c_p95_ms"});
  tape.Append([](std::size_t, std::size_t) { return 0.9F; });
  const auto alarms = detector.Observe(tape.View(), Learning::kFollow);
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_EQ(alarms[0].node, domain::NodeIndex(1));
}

TEST(RuleDetector, WithoutRulesItIsSilent) {
  auto detector = Make("");
  EXPECT_EQ(Course(detector, {1e30, -1e30}), "..");
}

}  // namespace
}  // namespace distdiag::detect
