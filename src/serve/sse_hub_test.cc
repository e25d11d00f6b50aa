#include "serve/sse_hub.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace distdiag::serve {
namespace {

constexpr std::uint64_t kEpoch = 1700;

class SseHubTest : public testing::Test {
 protected:
  std::unique_ptr<SseSubscription> Listen(std::string_view last_id = "") {
    auto subscription = hub_.Subscribe(last_id, [this] { ++wakes_; });
    EXPECT_TRUE(subscription.has_value());
    return std::move(subscription).value();
  }
  static std::string TakeAll(SseSubscription& subscription) {
    std::string all;
    for (const auto& frame : subscription.Take()) all += *frame;
    return all;
  }
  std::uint64_t Count(const std::string& name) { return metrics_.GetCounter(name, "").value(); }

  base::SelfMetrics metrics_;
  std::atomic<int> wakes_{0};
  SseHub hub_{{.ring_events = 4,
               .ring_bytes = 1000,
               .client_events = 3,
               .client_bytes = 500,
               .max_clients = 2},
              kEpoch,
              metrics_};
};

TEST_F(SseHubTest, ListenersGetWhatIsPublishedFromNowOn) {
  hub_.Publish("early", "{}");
  const auto listener = Listen();
  EXPECT_EQ(TakeAll(*listener), "");
  hub_.Publish("cluster", R"({"a":1})");
  EXPECT_EQ(wakes_, 1);
  EXPECT_EQ(TakeAll(*listener), "id: 1700-2\nevent: cluster\ndata: {\"a\":1}\n\n");
  EXPECT_EQ(TakeAll(*listener), "");
  EXPECT_FALSE(listener->ended());
}

TEST_F(SseHubTest, AReturningListenerGetsWhatItMissedOrReset) {
  for (int i = 1; i <= 6; ++i) hub_.Publish("e", std::to_string(i));  // 3 to 6 are kept
  const struct {
    const char* name;
    const char* last_id;
    const char* expected;
  } rows[] = {
      {"missed nothing", "1700-6", ""},
      {"missed two", "1700-4",
       "id: 1700-5\nevent: e\ndata: 5\n\nid: 1700-6\nevent: e\ndata: 6\n\n"},
      {"missed all that is kept", "1700-2",
       "id: 1700-3\nevent: e\ndata: 3\n\nid: 1700-4\nevent: e\ndata: 4\n\n"
       "id: 1700-5\nevent: e\ndata: 5\n\nid: 1700-6\nevent: e\ndata: 6\n\n"},
      {"missed more than is kept", "1700-1", "id: 1700-6\nevent: reset\ndata: {}\n\n"},
      {"from an earlier run", "1600-5", "id: 1700-6\nevent: reset\ndata: {}\n\n"},
      {"from the future", "1700-7", "id: 1700-6\nevent: reset\ndata: {}\n\n"},
      {"nonsense", "abc", "id: 1700-6\nevent: reset\ndata: {}\n\n"},
  };
  for (const auto& row : rows) {
    const auto listener = Listen(row.last_id);
    EXPECT_EQ(TakeAll(*listener), row.expected) << row.name;
  }
  EXPECT_EQ(Count("distdiag_sse_resets_total"), 4U);
}

TEST_F(SseHubTest, ASlowListenerIsCutAndTheOthersAreNot) {
  const auto slow = Listen();
  const auto quick = Listen();
  for (int i = 0; i < 4; ++i) {
    hub_.Publish("e", "{}");
    EXPECT_EQ(quick->Take().size(), 1U);
  }
  EXPECT_TRUE(slow->ended());
  EXPECT_TRUE(slow->Take().empty());
  EXPECT_FALSE(quick->ended());
  EXPECT_EQ(hub_.client_count(), 1U);
  EXPECT_EQ(Count("distdiag_sse_listeners_cut_total"), 1U);
  hub_.Publish("big", std::string(600, 'x'));
  EXPECT_TRUE(quick->ended()) << "by bytes, too";
}

TEST_F(SseHubTest, NotMoreListenersThanAllowed) {
  auto first = Listen();
  const auto second = Listen();
  const auto third = hub_.Subscribe("", [] {});
  ASSERT_FALSE(third.has_value());
  EXPECT_EQ(third.error().code(), base::StatusCode::kUnavailable);
  EXPECT_EQ(Count("distdiag_sse_listeners_refused_total"), 1U);
  first.reset();
  EXPECT_TRUE(hub_.Subscribe("", [] {}).has_value());
}

TEST_F(SseHubTest, CloseEndsAll) {
  const auto listener = Listen();
  hub_.Close();
  hub_.Close();
  EXPECT_TRUE(listener->ended());
  EXPECT_EQ(wakes_, 1);
  hub_.Publish("late", "{}");
  EXPECT_TRUE(listener->Take().empty());
  EXPECT_FALSE(hub_.Subscribe("", [] {}).has_value());
}

TEST_F(SseHubTest, ManyThreadsPublishAndListen) {
  std::atomic<bool> done{false};
  std::atomic<int> seen{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([&] {
        while (!done) {
          const auto listener = hub_.Subscribe("1700-1", [&] { ++wakes_; });
          if (listener) seen += static_cast<int>((*listener)->Take().size());
        }
      });
    }
    threads.emplace_back([&] {
      // At least so many, and on until a listener was given the time to run.
      for (int i = 0; i < 2000 || seen == 0; ++i) hub_.Publish("e", "{}");
      done = true;
    });
  }
  EXPECT_GT(seen, 0);
  EXPECT_EQ(hub_.client_count(), 0U);
}

TEST(EventIdTest, IsReadStrictly) {
  const struct {
    const char* id;
    std::optional<std::uint64_t> number;
  } rows[] = {
      {"1700-0", 0},
      {"1700-42", 42},
      {"1700-18446744073709551615", 18446744073709551615U},
      {"1700-18446744073709551616", {}},
      {"1700--1", {}},
      {"1700-", {}},
      {"-1", {}},
      {"1700", {}},
      {"", {}},
      {"1700-1 ", {}},
      {"01700-1", 1},
      {"1701-1", {}},
      {"1700-0x1", {}},
      {"1700-111111111111111111111", {}},
  };
  for (const auto& row : rows) EXPECT_EQ(ParseEventId(row.id, kEpoch), row.number) << row.id;
}

}  // namespace
}  // namespace distdiag::serve
