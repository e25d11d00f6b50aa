// BoundedQueue, Executor, StopSignal and the clocks under real threads.
#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/executor.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace distdiag::base {
namespace {

TEST(BoundedQueueTest, TryPushShedsAndCountsWhenFull) {
  BoundedQueue<int> queue(2);
  EXPECT_TRUE(queue.TryPush(1));
  EXPECT_TRUE(queue.TryPush(2));
  EXPECT_FALSE(queue.TryPush(3));
  EXPECT_EQ(queue.shed(), 1u);
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_TRUE(queue.TryPush(4));
}

TEST(BoundedQueueTest, CloseDeliversWhatIsInsideThenEnds) {
  BoundedQueue<int> queue(2);
  EXPECT_TRUE(queue.Push(1));
  queue.Close();
  EXPECT_FALSE(queue.Push(2));
  EXPECT_FALSE(queue.TryPush(2));
  EXPECT_EQ(queue.shed(), 0u) << "a closed queue refuses, it does not shed";
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_EQ(queue.Pop(), std::nullopt);
}

TEST(BoundedQueueTest, BlockingProducersLoseNothing) {
  BoundedQueue<int> queue(3);
  std::vector<std::jthread> producers;
  for (int p = 0; p < 4; ++p) {
    producers.emplace_back([&queue] {
      for (int i = 1; i <= 500; ++i) queue.Push(i);
    });
  }
  std::int64_t sum = 0;
  for (int taken = 0; taken < 2000; ++taken) sum += *queue.Pop();
  EXPECT_EQ(sum, 4 * 500 * 501 / 2);
}

TEST(ExecutorTest, StopRunsWhatIsQueued) {
  std::atomic<int> ran{0};
  ThreadPoolExecutor pool("test", 3, 1000);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(pool.Submit([&ran] { ++ran; }));
  pool.Stop();
  pool.Stop();
  EXPECT_EQ(ran, 100);
  EXPECT_FALSE(pool.Submit([] {}));
}

TEST(ClockTest, SimulatedSleepMovesTheClockUntilStopped) {
  SimulatedClock clock(Timestamp(std::chrono::seconds(100)));
  StopSignal stop;
  EXPECT_TRUE(clock.SleepUntil(Timestamp(std::chrono::seconds(160)), stop));
  EXPECT_EQ(clock.Now(), Timestamp(std::chrono::seconds(160)));
  EXPECT_TRUE(clock.SleepUntil(Timestamp(std::chrono::seconds(150)), stop));
  EXPECT_EQ(clock.Now(), Timestamp(std::chrono::seconds(160))) << "time never goes back";
  stop.Request();
  EXPECT_FALSE(clock.SleepUntil(Timestamp(std::chrono::seconds(200)), stop));
}

TEST(ClockTest, StopEndsARealSleep) {
  RealClock clock;
  StopSignal stop;
  std::jthread stopper([&stop] { stop.Request(); });
  EXPECT_FALSE(clock.SleepUntil(clock.Now() + std::chrono::hours(1), stop));
}

}  // namespace
}  // namespace distdiag::base
