#include "serve/live_feed.h"

#include "serve/test_fixture.h"

#include <gtest/gtest.h>

#include <thread>

namespace distdiag::serve {
namespace {

class LiveFeedTest : public testing::Test {
 protected:
  LiveFeedTest() {
    listener_ = std::move(feed_.hub().Subscribe("", [] {})).value();
  }
  void PublishCluster(ClusterCondition condition = ClusterCondition::kOk) {
    auto state = std::make_shared<LiveState>();
    state->clusters = {SampleCluster(condition)};
    feed_.Publish(state);
  }
  std::vector<std::string> Events() {
    std::vector<std::string> names;
    for (const auto& frame : listener_->Take()) {
      const std::size_t start = frame->find("event: ") + 7;
      names.push_back(frame->substr(start, frame->find('\n', start) - start));
    }
    return names;
  }

  base::SimulatedClock clock_{At(0)};
  base::SelfMetrics metrics_;
  LiveFeed feed_{clock_, metrics_};
  std::unique_ptr<SseSubscription> listener_;
};

using Names = std::vector<std::string>;

TEST_F(LiveFeedTest, IsEmptyAtFirstButNeverNull) {
  EXPECT_TRUE(feed_.state()->clusters.empty());
  EXPECT_EQ(feed_.status()->version, "");
  EXPECT_EQ(feed_.demo(), nullptr);
}

TEST_F(LiveFeedTest, AtMostOneClusterEventASecond) {
  for (int i = 0; i < 10; ++i) PublishCluster();
  EXPECT_EQ(Events(), Names{"cluster"});
  clock_.Advance(std::chrono::milliseconds(999));
  feed_.Flush();
  EXPECT_EQ(Events(), Names{});
  clock_.Advance(std::chrono::milliseconds(1));
  feed_.Flush();
  EXPECT_EQ(Events(), Names{"cluster"}) << "what was held back";
  clock_.Advance(std::chrono::seconds(5));
  feed_.Flush();
  EXPECT_EQ(Events(), Names{}) << "nothing new";
  clock_.Advance(std::chrono::hours(-1));
  PublishCluster();
  EXPECT_EQ(Events(), Names{"cluster"}) << "a clock set back does not silence it";
}

TEST_F(LiveFeedTest, DemoIsToldOnlyWhenItChanges) {
  feed_.PublishDemo(SampleDemo());
  feed_.PublishDemo(SampleDemo());
  EXPECT_EQ(Events(), Names{"demo"});
  auto other = std::make_shared<DemoStatus>(*SampleDemo());
  other->correct = 1;
  feed_.PublishDemo(other);
  EXPECT_EQ(Events(), Names{"demo"});
  EXPECT_EQ(feed_.demo(), other);
}

TEST_F(LiveFeedTest, IncidentsAreToldEachTime) {
  domain::IncidentEvent event{.change = domain::IncidentChange::kOpened,
                              .incident = SampleIncident()};
  feed_.PublishIncident(event, Lab());
  feed_.PublishIncident(event, Lab());
  const auto frames = listener_->Take();
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_NE(frames[0]->find(R"("change":"opened","incident":{"id":0,"cluster":"lab")"),
            std::string::npos)
      << *frames[0];
}

TEST_F(LiveFeedTest, ReadersAndPublisherDoNotDisturbEachOther) {
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([&] {
        while (!done) {
          const auto state = feed_.state();
          if (!state->clusters.empty() && state->Find("lab") == nullptr) ++wrong;
        }
      });
    }
    threads.emplace_back([&] {
      for (int i = 0; i < 300; ++i) PublishCluster();
      done = true;
    });
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace distdiag::serve
