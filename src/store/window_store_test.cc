#include "store/window_store.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::store {
namespace {

using domain::MetricId;
using domain::NodeIndex;
using ::testing::ElementsAre;

constexpr auto kFirst = MetricId(3);
constexpr auto kSecond = MetricId(7);
constexpr auto kAbsent = MetricId(9);

base::Timestamp At(int second) { return base::Timestamp(std::chrono::seconds(1000 + second)); }

// A tick of node 0 with one value.
domain::TickSamples Tick(int second, float value, MetricId metric = kFirst,
                         bool new_stretch = false) {
  return {.time = At(second),
          .nodes = {{.node = NodeIndex(0), .answered = true, .values = {{metric, value}}}},
          .starts_new_stretch = new_stretch};
}

WindowStore MakeStore(std::size_t capacity) {
  return {domain::SeriesLayout(2, {kFirst, kSecond}), capacity};
}

TEST(WindowStoreTest, KeepsTheNewestTicksContiguousAcrossManyRollovers) {
  auto store = MakeStore(3);
  for (int i = 0; i < 20; ++i)
    ASSERT_EQ(store.Append(Tick(i, static_cast<float>(i))), AppendResult::kAppended);
  const auto view = store.View();
  ASSERT_EQ(view.tick_count(), 3u);
  for (std::size_t tick = 0; tick < 3; ++tick) {
    EXPECT_EQ(view.at(tick, NodeIndex(0), 0), static_cast<float>(17 + tick));
    EXPECT_EQ(view.time(tick), At(static_cast<int>(17 + tick)));
    EXPECT_TRUE(std::isnan(view.at(tick, NodeIndex(0), 1))) << "never delivered";
    EXPECT_TRUE(std::isnan(view.at(tick, NodeIndex(1), 0))) << "never delivered";
  }
}

TEST(WindowStoreTest, RefusesATickThatIsNotLaterAndKeepsWhatItHas) {
  auto store = MakeStore(4);
  ASSERT_EQ(store.Append(Tick(5, 1)), AppendResult::kAppended);
  EXPECT_EQ(store.Append(Tick(5, 2)), AppendResult::kNotLater);
  EXPECT_EQ(store.Append(Tick(4, 3)), AppendResult::kNotLater);
  EXPECT_EQ(store.tick_count(), 1u);
  EXPECT_EQ(store.View().at(0, NodeIndex(0), 0), 1.0F);
}

TEST(WindowStoreTest, RefusesAnUnknownNodeAndCountsAnUnknownMetric) {
  auto store = MakeStore(4);
  auto wrong = Tick(1, 1);
  wrong.nodes.front().node = NodeIndex(2);
  EXPECT_EQ(store.Append(wrong), AppendResult::kWrongLayout);
  EXPECT_EQ(store.Append(Tick(2, 1, kAbsent)), AppendResult::kAppended);
  EXPECT_EQ(store.unknown_values(), 1u);
}

TEST(WindowStoreTest, InfinityIsStoredAsMissing) {
  auto store = MakeStore(4);
  ASSERT_EQ(store.Append(Tick(1, std::numeric_limits<float>::infinity())), AppendResult::kAppended);
  EXPECT_TRUE(std::isnan(store.View().at(0, NodeIndex(0), 0)));
}

TEST(WindowStoreTest, ViewStartsAtTheNewStretchWhileReadersStillSeeThePast) {
  auto store = MakeStore(10);
  for (int i = 0; i < 4; ++i) ASSERT_EQ(store.Append(Tick(i, 1)), AppendResult::kAppended);
  ASSERT_EQ(store.Append(Tick(100, 2, kFirst, true)), AppendResult::kAppended);
  ASSERT_EQ(store.Append(Tick(101, 2)), AppendResult::kAppended);
  EXPECT_EQ(store.View().tick_count(), 2u);
  EXPECT_EQ(store.tick_count(), 6u);
  EXPECT_THAT(store.ReadTail(0, 3), ElementsAre(1.0F, 2.0F, 2.0F));
}

TEST(WindowStoreTest, SlicesGiveMinimumMaximumAndMeanOfWhatIsThere) {
  auto store = MakeStore(10);
  for (int i = 0; i < 6; ++i)
    ASSERT_EQ(store.Append(Tick(i, static_cast<float>(i * i))), AppendResult::kAppended);
  const std::size_t series[] = {0, 1};
  const auto slices = store.ReadSlices(series, At(0), At(5), 3);
  EXPECT_THAT(slices.times, ElementsAre(At(0), At(2), At(4)));
  EXPECT_DOUBLE_EQ(slices.step_s, 2.0);
  EXPECT_THAT(slices.series[0].min, ElementsAre(0, 4, 16));
  EXPECT_THAT(slices.series[0].max, ElementsAre(1, 9, 25));
  EXPECT_THAT(slices.series[0].mean, ElementsAre(0.5, 6.5, 20.5));
  for (const double value : slices.series[1].mean) EXPECT_TRUE(std::isnan(value));
}

TEST(WindowStoreTest, SlicesOfAnEmptyRangeAreEmpty) {
  auto store = MakeStore(10);
  ASSERT_EQ(store.Append(Tick(5, 1)), AppendResult::kAppended);
  const std::size_t series[] = {0};
  EXPECT_TRUE(store.ReadSlices(series, At(6), At(9), 3).times.empty());
  EXPECT_EQ(store.ReadSlices(series, At(0), At(9), 3).times.size(), 1u);
}

}  // namespace
}  // namespace distdiag::store
