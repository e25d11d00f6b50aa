#include "detect/sequence/sequence_detector.h"

#include "detect/sequence/lstm_training.h"
#include "detect/testing.h"

#include <cmath>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

constexpr double kTwoPi = 6.283185307179586;

domain::MetricId Metric(std::string_view name) { return domain::FindMetric(name).value(); }

// A network whose two outputs forecast 0 whatever comes in.
std::shared_ptr<const SequenceModel> ForecastsTheUsual() {
  SequenceModel model;
  const LstmShape shape{2, 4, 1, 2};
  model.groups.push_back(
      {"clients", {Metric("c_p95_ms"), Metric("c_tps")}, Lstm(shape, StartParameters(shape, 1))});
  return std::make_shared<const SequenceModel>(std::move(model));
}

// A network that learnt that the two series swing together, period 8.
std::shared_ptr<const SequenceModel> ForecastsSwings() {
  const LstmShape shape{2, 8, 1, 2};
  std::vector<SequenceBatch<float>> waves;
  base::Random random(1);
  for (int i = 0; i < 48; ++i) {
    SequenceBatch<float>& wave = waves.emplace_back();
    wave.ticks = 24;
    wave.size = 1;
    const double phase = kTwoPi * random.NextUnit();
    for (std::size_t tick = 0; tick < wave.ticks; ++tick) {
      for (int input = 0; input < 2; ++input) {
        const double now = phase + kTwoPi / 8 * static_cast<double>(tick);
        wave.x.push_back(static_cast<float>(1.57 * std::sin(now)));
        wave.target.push_back(static_cast<float>(1.57 * std::sin(now + kTwoPi / 8)));
        wave.weight.push_back(1);
      }
    }
  }
  LstmTrainOptions options;
  options.most_epochs = 80;
  options.adam.learning_rate = 0.02;
  TrainedLstm trained = TrainLstm(shape, waves, waves, options);
  SequenceModel model;
  model.groups.push_back({"clients",
                          {Metric("c_p95_ms"), Metric("c_tps")},
                          Lstm(shape, std::move(trained.parameters))});
  return std::make_shared<const SequenceModel>(std::move(model));
}

TEST(SequenceDetector, AlarmsWhereASwingStopsThoughTheValueIsUsual) {
  const auto model = ForecastsSwings();
  const auto first_alarm = [&](const std::shared_ptr<const SequenceModel>& used) {
    SequenceDetector detector(used);
    RowTape tape(1, {"c_p95_ms", "c_tps"});
    base::Random random(2);
    for (int tick = 0; tick < 120; ++tick) {
      const double swing = std::sin(kTwoPi / 8 * tick);
      tape.Append([&](std::size_t, std::size_t column) {
        // From tick 90 on the delay stays where it was at its highest: a value as before, but not in its time.
        const double own = column == 0 && tick >= 90 ? 1 : swing;
        return 1000 + 500 * own + 2 * Noise(random);
      });
      const auto alarms = detector.Observe(tape.View(), Learning::kFollow);
      if (!alarms.empty()) {
        EXPECT_EQ(alarms[0].metric, Metric("c_p95_ms"));
        EXPECT_EQ(alarms[0].detector, domain::DetectorKind::kSequence);
        EXPECT_GT(alarms[0].evidence.observed, alarms[0].evidence.band_high);
        EXPECT_LT(alarms[0].evidence.band_high, 1600);
        return tick;
      }
    }
    return -1;
  };
  const int found = first_alarm(model);
  EXPECT_GE(found, 90);
  EXPECT_LE(found, 100);
  // A network that knows nothing of the swing takes all of it for usual noise.
  EXPECT_EQ(first_alarm(ForecastsTheUsual()), -1);
}

TEST(SequenceDetector, AMetricThatNoGroupHasRaisesNothing) {
  SequenceDetector detector(ForecastsTheUsual());
  RowTape tape(2, {"h_disk_util"});
  for (int tick = 0; tick < 80; ++tick) {
    tape.Append([&](std::size_t, std::size_t) { return tick < 40 ? 0.1 : 0.9; });
    EXPECT_TRUE(detector.Observe(tape.View(), Learning::kFollow).empty());
  }
}

TEST(SequenceDetector, ItLearnsSilentlyForTwentyTicks) {
  SequenceDetector detector(ForecastsTheUsual());
  RowTape tape(1, {"c_p95_ms"});
  int first = -1;
  for (int tick = 0; tick < 60 && first < 0; ++tick) {
    tape.Append([&](std::size_t, std::size_t) { return tick < 20 ? 100 + tick % 2 : 900; });
    if (!detector.Observe(tape.View(), Learning::kHold).empty()) first = tick;
  }
  // Nothing is learnt while trouble is open: it never becomes ready.
  EXPECT_EQ(first, -1);
  SequenceDetector follows(ForecastsTheUsual());
  RowTape again(1, {"c_p95_ms"});
  for (int tick = 0; tick < 60 && first < 0; ++tick) {
    again.Append([&](std::size_t, std::size_t) { return tick < 20 ? 100 + tick % 2 : 900; });
    if (!follows.Observe(again.View(), Learning::kFollow).empty()) first = tick;
  }
  EXPECT_EQ(first, 22);  // the third tick outside
}

TEST(SequenceDetector, AnAlarmEndsOnlyWellInsideTheBand) {
  SequenceOptions options;
  options.quick = 1;
  SequenceDetector detector(ForecastsTheUsual(), options);
  RowTape tape(1, {"c_p95_ms"});
  std::vector<domain::Alarm> alarms;
  const auto observe = [&](double value, int ticks) {
    for (int i = 0; i < ticks; ++i) {
      tape.Append([&](std::size_t, std::size_t) { return value; });
      alarms = detector.Observe(tape.View(), Learning::kHold);
    }
    return alarms.size();
  };
  for (int i = 0; i < 40; ++i) {
    tape.Append([](std::size_t, std::size_t) { return 100.0; });
    detector.Observe(tape.View(), Learning::kFollow);
  }
  const double band = 6 * 5;  // 5 % of the level, six times
  EXPECT_EQ(observe(100 + 0.9 * band, 10), 0U);
  EXPECT_EQ(observe(100 + 1.1 * band, 5), 1U);
  EXPECT_EQ(observe(100 + 0.9 * band, 5), 1U);
  EXPECT_EQ(observe(100 + 0.7 * band, 5), 0U);
  EXPECT_EQ(observe(100 + 0.9 * band, 5), 0U);
}

TEST(SeriesNormal, OneWildValueHardlyMovesIt) {
  SeriesNormal normal;
  for (int i = 0; i < 100; ++i) normal.Learn(100 + i % 2, 0);
  const double level = normal.level, spread = normal.spread;
  normal.Learn(1e15, 0);
  EXPECT_NEAR(normal.level, level, 1);
  EXPECT_LE(normal.spread, spread + 1);
  EXPECT_EQ(normal.Z(1e15, 0), SeriesNormal::kLargestZ);
}

TEST(SeriesNormal, WhatNeverChangedHasNoScale) {
  SeriesNormal normal;
  for (int i = 0; i < 20; ++i) normal.Learn(0, 0);
  EXPECT_EQ(normal.Scale(0), 0);
  EXPECT_EQ(normal.Z(5, 0), 0);
  EXPECT_EQ(normal.Z(5, 6), 5);  // where it is known that 6 matters, a sixth of it is the scale
}

}  // namespace
}  // namespace distdiag::detect
