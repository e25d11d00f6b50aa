#include "collect/live_source.h"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const domain::MetricId kTps = *domain::FindMetric("c_tps");

// Answers at once, or waits for its deadline like a server that hangs.
class FakeProbe final : public Probe {
 public:
  enum class Behaviour { kAnswers, kHangs, kFails };
  FakeProbe(Behaviour behaviour, base::Clock& clock, std::atomic<int>& calls)
      : behaviour_(behaviour), clock_(clock), calls_(calls) {}

  std::string_view kind() const override { return "mysql"; }
  base::Result<ProbeReading> Read(base::Timestamp deadline) override {
    ++calls_;
    if (behaviour_ == Behaviour::kHangs) {
      base::StopSignal never;
      clock_.SleepUntil(deadline, never);
    }
    if (behaviour_ != Behaviour::kAnswers) return base::Fail(base::Unavailable("no answer"));
    ProbeReading reading;
    reading.time = clock_.Now();
    reading.values = {{kTps, 30}};
    return reading;
  }

 private:
  const Behaviour behaviour_;
  base::Clock& clock_;
  std::atomic<int>& calls_;
};

domain::Topology TwoNodes() {
  return {.cluster = "c", .nodes = {{.name = "n1", .zone = {}}, {.name = "n2", .zone = {}}}};
}

TEST(LiveSourceTest, AHangingNodeDelaysNeitherTheTicksNorTheOtherNode) {
  base::RealClock clock;
  base::SelfMetrics metrics;
  std::atomic<int> good_calls{0}, bad_calls{0};
  std::vector<LiveProbe> probes;
  using enum FakeProbe::Behaviour;
  probes.push_back(
      {domain::NodeIndex(0), std::make_unique<FakeProbe>(kAnswers, clock, good_calls)});
  probes.push_back({domain::NodeIndex(1), std::make_unique<FakeProbe>(kHangs, clock, bad_calls)});
  LiveSource source(TwoNodes(), std::move(probes),
                    {.interval = milliseconds(20), .read_limit = milliseconds(400)}, clock,
                    metrics);
  base::StopSignal stop;
  int answered = 0;
  bool told = false;
  base::Timestamp before{};
  for (int i = 0; i < 1000 && (answered < 5 || !told); ++i) {
    const auto tick = source.Next(stop);
    ASSERT_TRUE(tick);
    EXPECT_EQ(tick->samples.starts_new_stretch, i == 0);
    EXPECT_EQ(tick->samples.time.time_since_epoch() % milliseconds(20), base::Duration::zero());
    EXPECT_GT(tick->samples.time, before);
    before = tick->samples.time;
    if (tick->samples.nodes[0].answered) ++answered;
    EXPECT_FALSE(tick->samples.nodes[1].answered);
    if (!tick->troubles.empty()) told = tick->troubles[0].message == "no answer";
  }
  EXPECT_GE(answered, 5);
  EXPECT_TRUE(told);
}

TEST(LiveSourceTest, AFailingProbeIsAskedLessAndLess) {
  base::RealClock clock;
  base::SelfMetrics metrics;
  std::atomic<int> calls{0};
  std::vector<LiveProbe> probes;
  probes.push_back({domain::NodeIndex(0),
                    std::make_unique<FakeProbe>(FakeProbe::Behaviour::kFails, clock, calls)});
  LiveSource source(TwoNodes(), std::move(probes),
                    {.interval = milliseconds(5), .longest_pause = milliseconds(80)}, clock,
                    metrics);
  base::StopSignal stop;
  int ticks = 0;
  while (calls < 6) {
    ASSERT_TRUE(source.Next(stop));
    ++ticks;
  }
  EXPECT_GE(ticks, 20) << "5, 10, 20, 40, 80 ms lie between six attempts";
}

TEST(LiveSourceTest, AStopEndsTheWait) {
  base::RealClock clock;
  base::SelfMetrics metrics;
  LiveSource source(TwoNodes(), {}, {.interval = seconds(300)}, clock, metrics);
  base::StopSignal stop;
  stop.Request();
  EXPECT_FALSE(source.Next(stop));
}

}  // namespace
}  // namespace distdiag::collect
