// The properties that every detector has.
#include "detect/detector.h"

#include "detect/peer/peer_detector.h"
#include "detect/recent/recent_detector.h"
#include "detect/rule/rule_detector.h"
#include "detect/seasonal/seasonal_detector.h"
#include "detect/seasonal/seasonal_fit.h"
#include "detect/sequence/sequence_detector.h"
#include "detect/testing.h"

#include <cmath>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

// What the series of a test are while nothing is wrong.
struct Calm {
  std::vector<double> levels = {1000};  // by column
  double noise = 20;
};

struct Row {
  std::string name;
  std::size_t nodes;
  std::function<std::unique_ptr<Detector>()> make;
  // For detectors that learn from more than the rows; empty = nothing to teach.
  std::function<void(Detector&, std::size_t nodes, const Calm&)> teach;
  bool learns = true;  // false: what it expects was given
};

// Two days of calm before the tape's first row.
void TeachSeasons(Detector& detector, std::size_t nodes, const Calm& calm) {
  constexpr std::size_t kCount = 2 * 288;
  const SeasonalTimes times(base::TimestampFromSeconds(1000.0 - 300.0 * kCount),
                            std::chrono::minutes(5), kCount, LocalCalendar());
  std::vector<SeasonalDetector::SeriesModel> models;
  for (std::size_t node = 0; node < nodes; ++node) {
    for (const double level : calm.levels) {
      base::Random random(9);
      std::vector<float> history;
      for (std::size_t i = 0; i < kCount; ++i)
        history.push_back(static_cast<float>(level + calm.noise * Noise(random)));
      models.push_back({static_cast<std::uint32_t>(models.size()), FitSeasonal(history, times)});
    }
  }
  dynamic_cast<SeasonalDetector&>(detector).SetModels(std::move(models));
}

std::shared_ptr<const SequenceModel> ShippedSequences() {
  static const auto model = std::make_shared<const SequenceModel>(
      LoadSequenceModel(base::RealFileSystem(), DISTDIAG_SOURCE_DIR "/models/galera/sequence.json")
          .value());
  return model;
}

// Half as much again as what is calm, for three ticks.
void TeachThreshold(Detector& detector, std::size_t nodes, const Calm& calm) {
  domain::Topology topology;
  topology.nodes.resize(nodes);
  for (std::size_t n = 0; n < nodes; ++n) topology.nodes[n].name = "n" + std::to_string(n);
  domain::DetectorDefinition rule;
  rule.name = "rule";
  rule.kind = domain::DetectorKind::kRule;
  rule.metrics = {"c_p95_ms"};
  rule.parameters = {{"above", 1.5 * std::min(calm.levels.front(), 1e14)}, {"for_s", 2}};
  dynamic_cast<RuleDetector&>(detector) = RuleDetector({rule}, topology);
}

const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = {
      {"Recent", 3, [] { return std::make_unique<RecentDetector>(); }, {}},
      {"RecentWithTrend",
       3,
       [] { return std::make_unique<RecentDetector>(RecentOptions{.trend_follow = 0.02}); },
       {}},
      {"PeerFewNodes", 3, [] { return std::make_unique<PeerDetector>(); }, {}},
      {"PeerManyNodes", 12, [] { return std::make_unique<PeerDetector>(); }, {}},
      {"Seasonal", 3, [] { return std::make_unique<SeasonalDetector>(); }, TeachSeasons},
      {"Rule", 3,
       [] {
         return std::make_unique<RuleDetector>(domain::DetectorDefinitions{}, domain::Topology{});
       },
       TeachThreshold, false},
      {"Sequence", 3, [] { return std::make_unique<SequenceDetector>(ShippedSequences()); }, {}},
  };
  return rows;
}

class DetectorTest : public testing::TestWithParam<std::size_t> {
 protected:
  const Row& row() const { return Rows()[GetParam()]; }
  void Teach(Detector& detector, const Calm& calm = {}) const {
    if (row().teach) row().teach(detector, row().nodes, calm);
  }
  std::unique_ptr<Detector> Make(const Calm& calm = {}) const {
    auto detector = row().make();
    Teach(*detector, calm);
    return detector;
  }

  // Noise around 1000, and from `fault` on node 1 is `factor` times as high. p95 is bad when high.
  std::vector<std::vector<domain::Alarm>> Run(Detector& detector, double factor, double scale = 1,
                                              double shift = 0) const {
    RowTape tape(row().nodes, {"c_p95_ms"});
    base::Random random(1);
    std::vector<std::vector<domain::Alarm>> alarms;
    for (std::size_t tick = 0; tick < 60; ++tick) {
      tape.Append([&](std::size_t node, std::size_t) {
        const double value = 1000 + 20 * Noise(random);
        return scale * (node == 1 && tick >= 40 ? factor * value : value) + shift;
      });
      alarms.push_back(detector.Observe(tape.View(), Learning::kFollow));
    }
    return alarms;
  }

  static std::size_t Count(const std::vector<std::vector<domain::Alarm>>& alarms, std::size_t from,
                           std::size_t to) {
    std::size_t count = 0;
    for (std::size_t tick = from; tick < to; ++tick) count += alarms[tick].size();
    return count;
  }
};

// What was forgotten is learned anew, silently; the other series go on.
TEST_P(DetectorTest, ForgettingConcernsTheChosenSeriesAlone) {
  const auto run = [&](const SeriesChoice& choice) {
    const auto detector = Make();
    RowTape tape(row().nodes, {"c_p95_ms"});
    detector->Forget(tape.layout(), choice);  // before the first row there is nothing to forget
    base::Random random(1);
    std::size_t alarms = 0;
    for (std::size_t tick = 0; tick < 60; ++tick) {
      tape.Append([&](std::size_t node, std::size_t) {
        return (1000 + 20 * Noise(random)) * (node == 1 && tick >= 40 ? 3 : 1);
      });
      // One tick into the step, so that there is more to forget than what is usual: what has begun to lie outside.
      if (tick == 41) detector->Forget(tape.layout(), choice);
      alarms += detector->Observe(tape.View(), Learning::kFollow).size();
    }
    return alarms;
  };
  const std::size_t as_usual = run({});
  EXPECT_GT(as_usual, 0U);
  EXPECT_EQ(run({{domain::NodeIndex(1)}, {"disk"}}), as_usual);
  EXPECT_EQ(run({{domain::NodeIndex(0)}, {"client"}}), as_usual);
  EXPECT_LT(run({{domain::NodeIndex(1)}, {"client"}}), as_usual);
}

TEST_P(DetectorTest, AnEmptyWindowRaisesNothing) {
  EXPECT_TRUE(Make()->Observe({}, Learning::kFollow).empty());
}

TEST_P(DetectorTest, NoiseRaisesNothingAndALastingStepIsFound) {
  const auto detector = Make();
  const auto alarms = Run(*detector, 3);
  EXPECT_EQ(Count(alarms, 0, 40), 0U);
  ASSERT_EQ(alarms[47].size(), 1U);
  const domain::Alarm& alarm = alarms[47][0];
  EXPECT_EQ(alarm.node, domain::NodeIndex(1));
  EXPECT_EQ(alarm.detector, detector->kind());
  EXPECT_GT(alarm.severity, 0.0);
  EXPECT_LE(alarm.severity, 1.0);
  EXPECT_GT(alarm.evidence.observed, alarm.evidence.band_high);
  EXPECT_LE(alarm.evidence.band_low, alarm.evidence.expected);
  EXPECT_GE(alarm.evidence.since, base::TimestampFromSeconds(1040));
  EXPECT_LE(alarm.evidence.since, base::TimestampFromSeconds(1044));
}

TEST_P(DetectorTest, TheGoodSideRaisesNothing) {
  const auto detector = Make();
  EXPECT_EQ(Count(Run(*detector, 0.2), 0, 60), 0U);
}

TEST_P(DetectorTest, AConstantSeriesRaisesNothing) {
  const auto detector = Make({{55.5, 0}, 0});
  RowTape tape(row().nodes, {"c_p95_ms", "h_disk_util"});
  for (int tick = 0; tick < 50; ++tick) {
    tape.Append([](std::size_t, std::size_t column) { return column == 0 ? 55.5 : 0.0; });
    EXPECT_TRUE(detector->Observe(tape.View(), Learning::kFollow).empty()) << tick;
  }
}

TEST_P(DetectorTest, GapsAndInfinitiesRaiseNothingAndTeachNothing) {
  const auto detector = Make();
  RowTape tape(row().nodes, {"c_p95_ms"});
  base::Random random(1);
  for (int tick = 0; tick < 60; ++tick) {
    tape.Append([&](std::size_t node, std::size_t) -> double {
      const double value = 1000 + 20 * Noise(random);
      if (tick >= 20 && tick < 30) return node == 0 ? kGap : std::numeric_limits<float>::infinity();
      return value;
    });
    EXPECT_TRUE(detector->Observe(tape.View(), Learning::kFollow).empty()) << tick;
  }
}

TEST_P(DetectorTest, HugeValuesGiveFiniteAlarms) {
  const auto detector = Make({{1e30}, 0});
  RowTape tape(row().nodes, {"c_p95_ms"});
  for (int tick = 0; tick < 60; ++tick) {
    tape.Append([&](std::size_t node, std::size_t) {
      return tick < 30 ? 1e30
                       : (node == 1 ? std::numeric_limits<float>::max()
                                    : -std::numeric_limits<float>::max());
    });
    for (const domain::Alarm& alarm : detector->Observe(tape.View(), Learning::kFollow)) {
      EXPECT_TRUE(std::isfinite(alarm.severity) && alarm.severity >= 0 && alarm.severity <= 1);
      EXPECT_TRUE(std::isfinite(alarm.evidence.observed) &&
                  std::isfinite(alarm.evidence.band_high));
    }
  }
}

TEST_P(DetectorTest, ScaleDoesNotMatter) {
  const auto a = Make(), b = Make({{64 * 1000.0}, 64 * 20.0});
  const auto plain = Run(*a, 3), scaled = Run(*b, 3, 64);
  for (std::size_t tick = 0; tick < plain.size(); ++tick) {
    ASSERT_EQ(plain[tick].size(), scaled[tick].size()) << tick;
    for (std::size_t i = 0; i < plain[tick].size(); ++i) {
      EXPECT_NEAR(plain[tick][i].severity, scaled[tick][i].severity, 1e-3);
    }
  }
}

TEST_P(DetectorTest, AShiftThatIsSmallToTheValuesDoesNotMatter) {
  const auto a = Make(), b = Make({{1100}, 20});
  const auto plain = Run(*a, 3), shifted = Run(*b, 3, 1, 100);
  EXPECT_EQ(Count(shifted, 0, 40), 0U);
  EXPECT_EQ(Count(plain, 47, 60), Count(shifted, 47, 60));
}

TEST_P(DetectorTest, TheSameRowsGiveTheSameAlarms) {
  const auto a = Make(), b = Make();
  const auto first = Run(*a, 3), second = Run(*b, 3);
  a->Reset();
  Teach(*a);
  const auto third = Run(*a, 3);
  for (std::size_t tick = 0; tick < first.size(); ++tick) {
    ASSERT_EQ(first[tick].size(), second[tick].size());
    ASSERT_EQ(first[tick].size(), third[tick].size());
    for (std::size_t i = 0; i < first[tick].size(); ++i) {
      EXPECT_EQ(first[tick][i].severity, second[tick][i].severity);
      EXPECT_EQ(first[tick][i].severity, third[tick][i].severity);
    }
  }
}

TEST_P(DetectorTest, TheOrderOfTheNodesDoesNotMatter) {
  const auto a = Make(), b = Make();
  RowTape forward(row().nodes, {"c_p95_ms"}), backward(row().nodes, {"c_p95_ms"});
  base::Random random(1);
  for (int tick = 0; tick < 60; ++tick) {
    std::vector<double> values;
    for (std::size_t node = 0; node < row().nodes; ++node) {
      values.push_back(1000 + 20 * Noise(random) + (node == 0 && tick >= 40 ? 3000 : 0));
    }
    forward.Append([&](std::size_t node, std::size_t) { return values[node]; });
    backward.Append([&](std::size_t node, std::size_t) { return values[row().nodes - 1 - node]; });
    const auto one = a->Observe(forward.View(), Learning::kFollow),
               other = b->Observe(backward.View(), Learning::kFollow);
    ASSERT_EQ(one.size(), other.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
      const domain::Alarm& mirrored = other[other.size() - 1 - i];
      EXPECT_EQ(domain::Index(one[i].node), row().nodes - 1 - domain::Index(mirrored.node));
      EXPECT_DOUBLE_EQ(one[i].severity, mirrored.severity);
    }
  }
}

TEST_P(DetectorTest, WhatIsSeenInTroubleIsNotLearnt) {
  const auto detector = Make();
  RowTape tape(row().nodes, {"c_p95_ms"});
  base::Random random(1);
  std::size_t last = 0;
  for (int tick = 0; tick < 200; ++tick) {
    tape.Append([&](std::size_t node, std::size_t) {
      return 1000 + 20 * Noise(random) + (node == 1 && tick >= 40 ? 2000 : 0);
    });
    last = detector->Observe(tape.View(), tick >= 40 ? Learning::kHold : Learning::kFollow).size();
  }
  EXPECT_EQ(last, 1U);
}

TEST_P(DetectorTest, ALastingChangeWithoutTroubleBecomesTheNormalWhereItLearns) {
  const auto detector = Make();
  RowTape tape(row().nodes, {"c_p95_ms"});
  base::Random random(1);
  std::size_t last = 1;
  for (int tick = 0; tick < 120; ++tick) {
    tape.Append([&](std::size_t node, std::size_t) {
      return 1000 + 20 * Noise(random) + (node == 1 && tick >= 40 ? 2000 : 0);
    });
    last = detector->Observe(tape.View(), Learning::kFollow).size();
  }
  EXPECT_EQ(last, row().learns ? 0U : 1U);
}

INSTANTIATE_TEST_SUITE_P(All, DetectorTest, testing::Range<std::size_t>(0, Rows().size()),
                         [](const auto& row) { return Rows()[row.param].name; });

}  // namespace
}  // namespace distdiag::detect
