#include "collect/mysql/status_reading.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string_view>

namespace distdiag::collect {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const base::Timestamp kStart = base::TimestampFromSeconds(1'700'000'000);

std::optional<float> Value(const std::vector<domain::MetricValue>& values, std::string_view name) {
  const auto id = domain::FindMetric(name);
  EXPECT_TRUE(id) << name;
  for (const auto& value : values)
    if (value.metric == *id) return value.value;
  return std::nullopt;
}

StatusAnswer Answer(base::Timestamp time, const char* uptime, const char* selects) {
  return ParseStatus({{"Com_select", selects},
                      {"Threads_running", "3"},
                      {"Uptime", uptime},
                      {"wsrep_cluster_status", "Primary"},
                      {"wsrep_evs_repl_latency", "0.0001/0.0004/0.002/0.0003/36"},
                      {"Ssl_cipher", std::nullopt},
                      {"not_in_the_catalogue", "17"}},
                     time);
}

TEST(StatusRatesTest, FirstAnswerHasGaugesOnly) {
  StatusRates rates;
  const auto step = rates.Next(Answer(kStart, "100", "1000"), Continuity::kReconnected);
  EXPECT_EQ(Value(step.values, "d_Threads_running"), 3.0F);
  EXPECT_EQ(Value(step.values, "d_Uptime"), 100.0F);
  EXPECT_FLOAT_EQ(Value(step.values, "d_wsrep_evs_lat_avg_ms").value(), 0.4F);
  EXPECT_FLOAT_EQ(Value(step.values, "d_wsrep_evs_lat_max_ms").value(), 2.0F);
  EXPECT_FALSE(Value(step.values, "d_Com_select"));
  EXPECT_FALSE(step.restarted);
}

TEST(StatusRatesTest, RateIsOverTheTrueTime) {
  StatusRates rates;
  rates.Next(Answer(kStart, "100", "1000"), Continuity::kReconnected);
  const auto step =
      rates.Next(Answer(kStart + milliseconds(2500), "102", "1500"), Continuity::kSameConnection);
  EXPECT_FLOAT_EQ(Value(step.values, "d_Com_select").value(), 200.0F);
}

TEST(StatusRatesTest, CounterThatFellIsAbsentOnceAndNeverZero) {
  StatusRates rates;
  rates.Next(Answer(kStart, "100", "1000"), Continuity::kReconnected);
  auto step = rates.Next(Answer(kStart + seconds(1), "101", "10"), Continuity::kSameConnection);
  EXPECT_FALSE(Value(step.values, "d_Com_select"));
  EXPECT_FALSE(step.restarted);
  step = rates.Next(Answer(kStart + seconds(2), "102", "30"), Continuity::kSameConnection);
  EXPECT_EQ(Value(step.values, "d_Com_select"), 20.0F);
}

TEST(StatusRatesTest, UptimeThatFellIsARestartAndNoRateSpansIt) {
  StatusRates rates;
  rates.Next(Answer(kStart, "100", "1000"), Continuity::kReconnected);
  const auto step = rates.Next(Answer(kStart + seconds(9), "4", "2000"), Continuity::kReconnected);
  EXPECT_TRUE(step.restarted);
  EXPECT_FALSE(Value(step.values, "d_Com_select"));
  EXPECT_EQ(Value(step.values, "d_Threads_running"), 3.0F);
}

TEST(StatusRatesTest, RestartWhoseUptimeHasOvertakenTheOldOneIsSeenAfterAReconnect) {
  StatusRates rates;
  rates.Next(Answer(kStart, "5", "1000"), Continuity::kReconnected);
  rates.Forget();
  const auto step =
      rates.Next(Answer(kStart + seconds(60), "40", "2000"), Continuity::kReconnected);
  EXPECT_TRUE(step.restarted);
}

TEST(StatusRatesTest, ReconnectWithoutARestartIsNone) {
  StatusRates rates;
  rates.Next(Answer(kStart, "5", "1000"), Continuity::kReconnected);
  rates.Forget();
  const auto step =
      rates.Next(Answer(kStart + seconds(60), "64", "2000"), Continuity::kReconnected);
  EXPECT_FALSE(step.restarted);
  EXPECT_FALSE(Value(step.values, "d_Com_select")) << "the time in between was not seen";
}

TEST(ParseStatusTest, RowsThatAreShortOrNoNumbersAreLeftOut) {
  const auto answer = ParseStatus(
      {{}, {"Uptime"}, {std::nullopt, "1"}, {"Com_select", "many"}, {"Threads_running", ""}},
      kStart);
  StatusRates rates;
  EXPECT_TRUE(rates.Next(answer, Continuity::kReconnected).values.empty());
}

}  // namespace
}  // namespace distdiag::collect
