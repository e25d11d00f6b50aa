#include "lab/workload/terminal.h"

#include "lab/workload/testing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kStart = 1000;

// A workload of one read; each transaction takes `takes` and the last one of `count` stops the terminal.
class OneRead final : public Workload {
 public:
  OneRead(base::SimulatedClock& clock, base::StopSignal& stop) : clock_(clock), stop_(stop) {}
  void Plan() override { starts.push_back(base::ToUnixSeconds(clock_.Now())); }
  base::Result<TransactionEnd> Run(Session& session) override {
    ASSIGN_OR_RETURN(const auto result, session.Run(StatementKind::kRead, "SELECT 1"));
    clock_.Advance(takes);
    if (static_cast<int>(starts.size()) >= count) stop_.Request();
    return TransactionEnd::kCommitted;
  }

  std::vector<double> starts;
  base::Duration takes = milliseconds(10);
  int count = 5;

 private:
  base::SimulatedClock& clock_;
  base::StopSignal& stop_;
};

class TerminalTest : public testing::Test {
 protected:
  // Sessions fail as listed in `failures`, one list a session.
  void RunTerminal() {
    auto workload = std::make_unique<OneRead>(clock_, stop_);
    workload->takes = takes_;
    workload->count = count_;
    OneRead* seen = workload.get();
    Terminal terminal(
        options_, std::move(workload),
        [this]() -> base::Result<std::unique_ptr<Session>> {
          ++opened_;
          if (refusals_-- > 0) return base::Fail(base::Unavailable("refused"));
          auto session = std::make_unique<FakeSession>();
          if (!failures_.empty()) {
            session->failures = failures_.front();
            failures_.pop_front();
          }
          return session;
        },
        base::Random(3));
    terminal.Run(meter_, clock_, stop_);
    starts_ = seen->starts;
    window_ = meter_.Take();
  }

  base::SimulatedClock clock_{base::TimestampFromSeconds(kStart)};
  base::StopSignal stop_;
  ClientMeter meter_;
  TerminalOptions options_{
      .number = 0,
      .shape = {},
      .pace = {.think = ThinkTime::kFixed, .think_mean = milliseconds(250), .rate = 0},
      .load_began = base::TimestampFromSeconds(kStart)};
  base::Duration takes_ = milliseconds(10);
  int count_ = 5;
  int opened_ = 0;
  int refusals_ = 0;
  std::deque<std::deque<base::Status>> failures_;
  std::vector<double> starts_;
  ClientWindow window_;
};

TEST_F(TerminalTest, ThinksBetweenTransactions) {
  RunTerminal();
  ASSERT_EQ(starts_.size(), 5u);
  EXPECT_GE(starts_[0], kStart);
  EXPECT_LE(starts_[0], kStart + 0.25);
  for (std::size_t i = 1; i < starts_.size(); ++i)
    EXPECT_NEAR(starts_[i] - starts_[i - 1], 0.26, 1e-6);
  EXPECT_EQ(window_.transactions, 5u);
  EXPECT_EQ(window_.reads, 5u);
  EXPECT_EQ(opened_, 1);
}

TEST_F(TerminalTest, FixedRateDoesNotDependOnLatency) {
  options_.pace.rate = 80;  // of 8 terminals: 10 a second each
  RunTerminal();
  for (std::size_t i = 1; i < starts_.size(); ++i)
    EXPECT_NEAR(starts_[i] - starts_[i - 1], 0.1, 1e-6);
}

TEST_F(TerminalTest, FixedRateMakesNothingUp) {
  options_.pace.rate = 80;
  takes_ = milliseconds(350);
  RunTerminal();
  for (std::size_t i = 1; i < starts_.size(); ++i)
    EXPECT_NEAR(starts_[i] - starts_[i - 1], 0.35, 1e-6);
}

TEST_F(TerminalTest, ARefusedTransactionIsTriedAgainAndCounted) {
  count_ = 1;
  const base::Status deadlock = base::InvalidArgument("1213 deadlock");
  failures_ = {{deadlock, base::OkStatus(), deadlock, base::OkStatus()}};  // with the rollbacks
  RunTerminal();
  EXPECT_EQ(starts_.size(), 1u);
  EXPECT_EQ(window_.errors, 2u);
  EXPECT_EQ(window_.controls, 2u);
  EXPECT_EQ(window_.transactions, 1u);
  EXPECT_EQ(window_.reconnects, 0u);
  EXPECT_EQ(window_.latencies, (std::vector<base::Duration>{milliseconds(30)}));  // with one pause
}

TEST_F(TerminalTest, ALostConnectionIsOpenedAgain) {
  count_ = 2;
  failures_ = {{base::OkStatus(), base::Unavailable("2013 lost")}};
  RunTerminal();
  EXPECT_EQ(window_.transactions, 2u);
  EXPECT_EQ(window_.errors, 0u);
  EXPECT_EQ(window_.reconnects, 1u);
  EXPECT_EQ(opened_, 2);
}

TEST_F(TerminalTest, WaitsForAServerThatRefuses) {
  refusals_ = 3;
  count_ = 1;
  RunTerminal();
  EXPECT_EQ(opened_, 4);
  EXPECT_EQ(window_.transactions, 1u);
  EXPECT_EQ(window_.reconnects, 0u);
}

TEST_F(TerminalTest, WaitsForItsTurnInARamp) {
  options_.number = 3;
  options_.shape.ramp = Ramp{.from = 0, .to = 8, .length = seconds(8)};
  count_ = 1;
  RunTerminal();
  ASSERT_EQ(starts_.size(), 1u);
  EXPECT_GE(starts_[0], kStart + 3.5);  // when lround gives 4 active ones
  EXPECT_LE(starts_[0], kStart + 3.8);
}

TEST_F(TerminalTest, NightIsSlower) {
  options_.shape.day = seconds(4000);
  clock_.Advance(seconds(2000));  // unix time 3000: the lowest point
  RunTerminal();
  EXPECT_NEAR(starts_[1] - starts_[0], 0.01 + 0.25 / 0.4, 1e-3);
}

TEST_F(TerminalTest, StopEndsAPause) {
  stop_.Request();
  RunTerminal();
  EXPECT_TRUE(starts_.empty());
}

}  // namespace
}  // namespace distdiag::lab
