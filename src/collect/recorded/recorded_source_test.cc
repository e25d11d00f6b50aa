#include "collect/recorded/recorded_source.h"

#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using std::chrono::seconds;

base::Timestamp At(int second) { return base::Timestamp(seconds(second)); }

// One node, one metric, `ticks` rows a second apart from `start` on.
Recording Make(std::string id, int start, std::size_t ticks) {
  Recording recording;
  recording.id = std::move(id);
  recording.topology = {.cluster = "lab", .nodes = {{.name = "n1", .zone = {}}}};
  recording.layout = domain::SeriesLayout(1, {domain::MetricId(0)});
  for (std::size_t i = 0; i < ticks; ++i) {
    recording.times.push_back(At(start) + seconds(i));
    recording.values.push_back(static_cast<float>(i));
  }
  return recording;
}

class RecordedSourceTest : public ::testing::Test {
 protected:
  std::vector<Recording> recordings_ = {Make("a", 100, 3), Make("b", 900, 2)};
  base::SimulatedClock clock_{At(10'000)};
  base::StopSignal stop_;
};

TEST_F(RecordedSourceTest, RealTimeStartsNowAndKeepsThePace) {
  RecordedSource source(recordings_, {.speed = 1}, clock_);
  std::vector<base::Timestamp> stamps;
  while (const auto tick = source.Next(stop_)) {
    EXPECT_EQ(tick->samples.time, clock_.Now());
    EXPECT_EQ(tick->samples.starts_new_stretch, tick->replay->tick == 0);
    stamps.push_back(tick->samples.time);
  }
  EXPECT_EQ(stamps, (std::vector{At(10'000), At(10'001), At(10'002), At(10'003), At(10'004)}));
}

TEST_F(RecordedSourceTest, TenTimesFasterEndsAtThePresent) {
  RecordedSource source(recordings_, {.speed = 4}, clock_);
  std::optional<SourceTick> last;
  while (auto tick = source.Next(stop_)) {
    EXPECT_LE(tick->samples.time, clock_.Now());
    if (last) {
      EXPECT_EQ(tick->samples.time - last->samples.time, seconds(1));
    }
    last = tick;
  }
  EXPECT_EQ(clock_.Now(), At(10'001));
  EXPECT_EQ(last->samples.time, At(10'001));
  EXPECT_EQ(recordings_[1].times[1] + last->replay->shift, last->samples.time);
}

TEST_F(RecordedSourceTest, AsFastAsPossibleDoesNotWait) {
  RecordedSource source(recordings_, {.speed = 0}, clock_);
  int ticks = 0;
  while (source.Next(stop_)) ++ticks;
  EXPECT_EQ(ticks, 5);
  EXPECT_EQ(clock_.Now(), At(10'000));
}

TEST_F(RecordedSourceTest, RoundsRepeatWithRisingTime) {
  RecordedSource source(recordings_, {.speed = 0, .repeat = true}, clock_);
  base::Timestamp before = base::kNoTime;
  for (int i = 0; i < 12; ++i) {
    const auto tick = source.Next(stop_);
    ASSERT_TRUE(tick);
    EXPECT_GT(tick->samples.time, before);
    EXPECT_EQ(tick->replay->round, i / 5);
    EXPECT_LE(tick->samples.time, clock_.Now()) << "never in the future";
    before = tick->samples.time;
  }
}

TEST_F(RecordedSourceTest, StopEndsTheReplay) {
  RecordedSource source(recordings_, {.speed = 1}, clock_);
  ASSERT_TRUE(source.Next(stop_));
  stop_.Request();
  EXPECT_FALSE(source.Next(stop_));
}

}  // namespace
}  // namespace distdiag::collect
