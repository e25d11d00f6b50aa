#include "detect/detector_plan.h"

#include "detect/peer/peer_detector.h"
#include "detect/recent/recent_detector.h"
#include "detect/testing.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

using domain::DetectorKind;

domain::Topology ThreeNodes() {
  domain::Topology topology;
  topology.nodes.resize(3);
  for (std::size_t n = 0; n < 3; ++n) topology.nodes[n].name = "n" + std::to_string(n + 1);
  return topology;
}

domain::DetectorDefinitions Parse(const std::string& list) {
  const auto read = domain::ParseDetectors("{\"detectors\":[" + list + "]}", "test");
  EXPECT_TRUE(read) << read.error().message();
  return read.value_or(domain::DetectorDefinitions{});
}

TEST(ChooseParameters, TheLastThatFitsDecides) {
  const domain::SeriesLayout layout(
      3, {*domain::FindMetric("c_p95_ms"), *domain::FindMetric("h_cpu_ext")});
  const auto choice = ChooseParameters(Parse(R"({"name":"all","kind":"recent"},
               {"name":"cpu","kind":"recent","groups":["cpu"],"parameters":{"band_width":9}},
               {"name":"quiet","kind":"recent","nodes":["n3"],"enabled":false},
               {"name":"peer","kind":"peer"})"),
                                       DetectorKind::kRecent, ThreeNodes(), layout);
  ASSERT_EQ(choice.sets.size(), 2U);
  ASSERT_EQ(choice.of_series.size(), 6U);
  const auto of = [&](std::uint32_t node, const char* metric) {
    return choice.of_series[layout.series(domain::NodeIndex(node),
                                          *layout.column(*domain::FindMetric(metric)))];
  };
  EXPECT_EQ(of(0, "c_p95_ms"), 0);
  EXPECT_EQ(of(0, "h_cpu_ext"), 1);
  EXPECT_DOUBLE_EQ(choice.sets[1][0], 9);
  EXPECT_EQ(of(2, "h_cpu_ext"), ParameterChoice::kUnwatched);
  EXPECT_EQ(of(2, "c_p95_ms"), ParameterChoice::kUnwatched);
}

// Noise with a step on node 1; alarms tick by tick.
template <typename AnyDetector>
std::vector<std::vector<domain::Alarm>> Run(AnyDetector& detector) {
  RowTape tape(3, {"c_p95_ms"});
  base::Random random(4);
  std::vector<std::vector<domain::Alarm>> alarms;
  for (int tick = 0; tick < 80; ++tick) {
    tape.Append([&](std::size_t node, std::size_t) {
      return 1000 + 20 * Noise(random) + (node == 1 && tick >= 40 ? 2000 : 0);
    });
    alarms.push_back(detector.Observe(tape.View(), Learning::kFollow));
  }
  return alarms;
}

std::size_t Count(const std::vector<std::vector<domain::Alarm>>& alarms) {
  std::size_t count = 0;
  for (const auto& tick : alarms) count += tick.size();
  return count;
}

template <typename AnyDetector>
void ExpectShippedIsStandard(DetectorKind kind) {
  const domain::SeriesLayout layout(3, {*domain::FindMetric("c_p95_ms")});
  AnyDetector plain, used;
  used.Use(ChooseParameters(domain::ShippedDetectors(), kind, ThreeNodes(), layout));
  const auto a = Run(plain), b = Run(used);
  ASSERT_GT(Count(a), 0U);
  for (std::size_t tick = 0; tick < a.size(); ++tick) {
    ASSERT_EQ(a[tick].size(), b[tick].size()) << tick;
    for (std::size_t i = 0; i < a[tick].size(); ++i) {
      EXPECT_EQ(a[tick][i].severity, b[tick][i].severity);
      EXPECT_EQ(a[tick][i].evidence.band_high, b[tick][i].evidence.band_high);
    }
  }
}

TEST(ChooseParameters, TheShippedDefinitionsAreTheDetectorsStandards) {
  ExpectShippedIsStandard<RecentDetector>(DetectorKind::kRecent);
  ExpectShippedIsStandard<PeerDetector>(DetectorKind::kPeer);
}

template <typename AnyDetector>
std::size_t AlarmsWith(DetectorKind kind, const std::string& list) {
  const domain::SeriesLayout layout(3, {*domain::FindMetric("c_p95_ms")});
  AnyDetector detector;
  detector.Use(ChooseParameters(Parse(list), kind, ThreeNodes(), layout));
  return Count(Run(detector));
}

TEST(ChooseParameters, ParametersHaveTheirEffect) {
  const auto recent = [](const std::string& parameters) {
    return AlarmsWith<RecentDetector>(
        DetectorKind::kRecent, R"({"name":"a","kind":"recent","parameters":{)" + parameters + "}}");
  };
  const std::size_t standard = recent("");
  EXPECT_LT(recent("\"persist_ticks\":10"), standard);
  EXPECT_GT(recent("\"accept_ticks\":40"), standard);
  EXPECT_EQ(recent("\"warm_up_ticks\":100"), 0U);
  const auto peer = [](const std::string& parameters) {
    return AlarmsWith<PeerDetector>(
        DetectorKind::kPeer, R"({"name":"a","kind":"peer","parameters":{)" + parameters + "}}");
  };
  EXPECT_LT(peer("\"persist_ticks\":10"), peer(""));
  EXPECT_LT(peer("\"average_ticks\":20,\"persist_ticks\":10,\"distance_spreads\":50"), peer(""));
  EXPECT_GT(peer("\"accept_ticks\":40"), peer(""));
}

TEST(ChooseParameters, WhatIsSwitchedOffIsSilent) {
  EXPECT_EQ(AlarmsWith<RecentDetector>(DetectorKind::kRecent,
                                       R"({"name":"a","kind":"recent","enabled":false})"),
            0U);
  EXPECT_EQ(AlarmsWith<PeerDetector>(DetectorKind::kPeer,
                                     R"({"name":"a","kind":"peer","enabled":false})"),
            0U);
  EXPECT_EQ(AlarmsWith<RecentDetector>(DetectorKind::kRecent, ""), 0U);
}

// A slope that was given up for a while does not carry the level away when it is wanted again.
TEST(ChooseParameters, ASlopeThatIsWantedAgainBeginsAnew) {
  const domain::SeriesLayout layout(1, {*domain::FindMetric("c_p95_ms")});
  domain::Topology topology;
  topology.nodes.resize(1);
  topology.nodes[0].name = "n1";
  const auto use = [&](RecentDetector& detector, const char* trend) {
    detector.Use(ChooseParameters(
        Parse(R"({"name":"other","kind":"recent","parameters":{"trend_follow":0.02}},
                 {"name":"a","kind":"recent","metrics":["c_p95_ms"],"parameters":{"trend_follow":)" +
              std::string(trend) + "}}"),
        DetectorKind::kRecent, topology, layout));
  };
  RecentDetector detector;
  RowTape tape(1, {"c_p95_ms"});
  std::size_t alarms = 0;
  for (int tick = 0; tick < 900; ++tick) {
    if (tick == 0) use(detector, "0.02");
    if (tick == 200) use(detector, "0");
    if (tick == 800) use(detector, "0.02");
    const double value = 3000 - 5.0 * std::min(tick, 200);
    tape.Append([&](std::size_t, std::size_t) { return value; });
    alarms += detector.Observe(tape.View(), Learning::kFollow).size();
  }
  EXPECT_EQ(alarms, 0U);
}

// A change on the fly: what was learnt before stays.
TEST(ChooseParameters, AChangeKeepsWhatWasLearnt) {
  const domain::SeriesLayout layout(3, {*domain::FindMetric("c_p95_ms")});
  RecentDetector detector;
  RowTape tape(3, {"c_p95_ms"});
  base::Random random(4);
  std::size_t alarms = 0;
  for (int tick = 0; tick < 60; ++tick) {
    tape.Append([&](std::size_t node, std::size_t) {
      return 1000 + 20 * Noise(random) + (node == 1 && tick >= 40 ? 2000 : 0);
    });
    if (tick == 39) {
      detector.Use(ChooseParameters(
          Parse(R"({"name":"a","kind":"recent","parameters":{"trend_follow":0.02}})"),
          DetectorKind::kRecent, ThreeNodes(), layout));
    }
    alarms += detector.Observe(tape.View(), Learning::kFollow).size();
  }
  EXPECT_GT(alarms, 5U) << "it has not to warm up again";
}

}  // namespace
}  // namespace distdiag::detect
