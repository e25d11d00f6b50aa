#include "notify/outbox_pump.h"

#include "notify/test_fixture.h"

#include <gtest/gtest.h>

#include <thread>

namespace distdiag::notify {
namespace {

using domain::DeliveryState;

// Fails as often as it was told, then takes everything.
class FakeChannel final : public Channel {
 public:
  explicit FakeChannel(std::string name) : name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  base::Status Send(const domain::Delivery& delivery) override {
    base::MutexLock lock(mutex_);
    sent_.push_back(delivery.id);
    if (failures_ == 0) return base::OkStatus();
    --failures_;
    return failure_;
  }
  void FailNext(int times, base::Status status) {
    base::MutexLock lock(mutex_);
    failures_ = times;
    failure_ = std::move(status);
  }
  std::vector<std::int64_t> sent() const {
    base::MutexLock lock(mutex_);
    return sent_;
  }

 private:
  const std::string name_;
  mutable base::Mutex mutex_;
  int failures_ GUARDED_BY(mutex_) = 0;
  base::Status failure_ GUARDED_BY(mutex_);
  std::vector<std::int64_t> sent_ GUARDED_BY(mutex_);
};

class OutboxPumpTest : public testing::Test {
 protected:
  OutboxPumpTest() {
    auto hook = std::make_unique<FakeChannel>("hook");
    auto chat = std::make_unique<FakeChannel>("chat");
    hook_ = hook.get();
    chat_ = chat.get();
    std::vector<std::unique_ptr<Channel>> channels;
    channels.push_back(std::move(hook));
    channels.push_back(std::move(chat));
    pump_ = std::make_unique<OutboxPump>(outbox_, std::move(channels), clock_, metrics_,
                                         RetryPolicy{.max_attempts = 4});
  }
  std::uint64_t Count(const std::string& name) { return metrics_.GetCounter(name, "").value(); }

  base::SimulatedClock clock_{At(0)};
  base::SelfMetrics metrics_;
  MemoryOutbox outbox_;
  FakeChannel* hook_;
  FakeChannel* chat_;
  std::unique_ptr<OutboxPump> pump_;
};

TEST(BackoffTest, DoublesUpToTheLimit) {
  const RetryPolicy policy;
  const struct {
    int attempts;
    int seconds;
  } rows[] = {{1, 1}, {2, 2}, {3, 4}, {8, 128}, {9, 256}, {10, 300}, {11, 300}, {1000000, 300}};
  for (const auto& row : rows) {
    EXPECT_EQ(BackoffAfter(row.attempts, policy), std::chrono::seconds(row.seconds))
        << row.attempts;
  }
}

TEST_F(OutboxPumpTest, SendsWhatIsDueOnce) {
  outbox_.Add(SampleDelivery(1, "hook"));
  outbox_.Add(SampleDelivery(2, "chat"));
  domain::Delivery later = SampleDelivery(3, "hook");
  later.next_attempt = At(10);
  outbox_.Add(later);
  EXPECT_EQ(*pump_->PumpOnce(), At(10));
  EXPECT_EQ(*pump_->PumpOnce(), At(10));
  EXPECT_EQ(hook_->sent(), std::vector<std::int64_t>{1});
  EXPECT_EQ(chat_->sent(), std::vector<std::int64_t>{2});
  EXPECT_EQ(outbox_.Get(1).state, DeliveryState::kDelivered);
  EXPECT_EQ(Count("distdiag_notifications_sent_total"), 2U);
  EXPECT_EQ(pump_->channel_names(), (std::vector<std::string>{"hook", "chat"}));
}

TEST_F(OutboxPumpTest, RetriesByScheduleAndGivesUp) {
  outbox_.Add(SampleDelivery(1, "hook"));
  hook_->FailNext(100, base::Unavailable("no\nanswer"));
  for (const int wait : {1, 2, 4}) {
    const auto next = pump_->PumpOnce();
    ASSERT_TRUE(next.has_value());
    EXPECT_EQ(*next, clock_.Now() + std::chrono::seconds(wait));
    clock_.Advance(std::chrono::seconds(wait));
  }
  EXPECT_EQ(*pump_->PumpOnce(), std::nullopt);
  const domain::Delivery given_up = outbox_.Get(1);
  EXPECT_EQ(given_up.state, DeliveryState::kFailed);
  EXPECT_EQ(given_up.attempts, 4);
  EXPECT_EQ(given_up.last_error, "no answer");
  EXPECT_EQ(Count("distdiag_notifications_retried_total"), 3U);
  EXPECT_EQ(Count("distdiag_notifications_failed_total"), 1U);
}

TEST_F(OutboxPumpTest, WhatCanNotWorkIsNotRepeated) {
  outbox_.Add(SampleDelivery(1, "hook"));
  outbox_.Add(SampleDelivery(2, "gone"));
  hook_->FailNext(1, base::FailedPrecondition("status 404"));
  EXPECT_EQ(*pump_->PumpOnce(), std::nullopt);
  EXPECT_EQ(outbox_.Get(1).state, DeliveryState::kFailed);
  EXPECT_EQ(outbox_.Get(2).last_error, "channel gone is no longer configured");
}

TEST_F(OutboxPumpTest, ADeadChannelDoesNotHoldUpTheOthers) {
  for (int i = 1; i <= 5; ++i) outbox_.Add(SampleDelivery(i, "hook"));
  for (int i = 6; i <= 8; ++i) outbox_.Add(SampleDelivery(i, "chat"));
  hook_->FailNext(100, base::Unavailable("time-out"));
  ASSERT_TRUE(pump_->PumpOnce().has_value());
  EXPECT_EQ(hook_->sent().size(), 1U) << "one time-out a round";
  EXPECT_EQ(chat_->sent().size(), 3U);
}

TEST_F(OutboxPumpTest, TheEndIsToldAfterTheBeginning) {
  outbox_.Add(SampleDelivery(1, "hook"));
  domain::Delivery resolved = SampleDelivery(2, "hook");
  resolved.incident_id = 1;
  outbox_.Add(resolved);
  hook_->FailNext(1, base::Unavailable("time-out"));
  ASSERT_TRUE(pump_->PumpOnce().has_value());
  EXPECT_EQ(hook_->sent(), std::vector<std::int64_t>{1});
  clock_.Advance(std::chrono::seconds(1));
  ASSERT_TRUE(pump_->PumpOnce().has_value());
  EXPECT_EQ(hook_->sent(), (std::vector<std::int64_t>{1, 1, 2}));
}

TEST_F(OutboxPumpTest, ABrokenOutboxIsCountedAndTriedAgain) {
  outbox_.Fail(base::ResourceExhausted("disk full"));
  EXPECT_EQ(pump_->PumpOnce().error().code(), base::StatusCode::kResourceExhausted);
  outbox_.Fail(base::OkStatus());
  EXPECT_TRUE(pump_->PumpOnce().has_value());
}

TEST_F(OutboxPumpTest, RunSendsUntilStopped) {
  outbox_.Add(SampleDelivery(1, "hook"));
  hook_->FailNext(2, base::Unavailable("time-out"));
  base::StopSignal stop;
  std::thread pumping([&] { pump_->Run(stop); });  // the simulated clock sleeps in no time
  while (outbox_.Get(1).state == DeliveryState::kPending) std::this_thread::yield();
  outbox_.Add(SampleDelivery(2, "chat"));
  pump_->Wake();
  while (outbox_.Get(2).state == DeliveryState::kPending) std::this_thread::yield();
  stop.Request();
  pumping.join();
  EXPECT_EQ(outbox_.Get(1).attempts, 3);
}

}  // namespace
}  // namespace distdiag::notify
