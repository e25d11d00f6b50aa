#include "collect/host/host_rates.h"

#include "domain/metric_catalogue.h"

#include <optional>
#include <string_view>

#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using Counter = HostCounter;

std::optional<float> ValueOf(const std::vector<domain::MetricValue>& values,
                             std::string_view name) {
  for (const auto& value : values)
    if (domain::GetMetric(value.metric).name == name) return value.value;
  return std::nullopt;
}

HostSnapshot At(double time_s) {
  HostSnapshot snapshot;
  snapshot.time_s = time_s;
  return snapshot;
}

TEST(HostRatesTest, TheFirstSnapshotGivesGaugesOnly) {
  HostRates rates;
  HostSnapshot first = At(10);
  first[HostGauge::kUp] = 1;
  first[Counter::kDiskReads] = 5;
  const auto values = rates.Derive(first, RestOfCpu::kRemainder);
  ASSERT_EQ(values.size(), 1U);
  EXPECT_EQ(ValueOf(values, "h_up"), 1.0F);
}

TEST(HostRatesTest, RatesAreOverTheTrueTime) {
  HostRates rates;
  HostSnapshot snapshot = At(10);
  snapshot[Counter::kCpuUser] = 100;
  snapshot[Counter::kDiskReads] = 1000;
  snapshot[Counter::kDiskReadMs] = 500;
  snapshot[Counter::kDiskWrites] = 7;
  snapshot[Counter::kDiskWriteMs] = 70;
  snapshot.disk_busy_s = {1, 2};
  rates.Derive(snapshot, RestOfCpu::kRemainder);
  snapshot.time_s = 12.5;
  snapshot[Counter::kCpuUser] = 101.25;
  snapshot[Counter::kDiskReads] = 1010;
  snapshot[Counter::kDiskReadMs] = 525;
  snapshot.disk_busy_s = {1.5, 4};
  const auto values = rates.Derive(snapshot, RestOfCpu::kRemainder);
  EXPECT_EQ(ValueOf(values, "h_cpu_user"), 0.5F);         // 1.25 s of CPU in 2.5 s
  EXPECT_EQ(ValueOf(values, "h_disk_reads"), 4.0F);       // 10 in 2.5 s
  EXPECT_EQ(ValueOf(values, "h_disk_r_await_ms"), 2.5F);  // 25 ms for 10 reads
  EXPECT_EQ(ValueOf(values, "h_disk_w_await_ms"), 0.0F);  // nothing was written
  EXPECT_EQ(ValueOf(values, "h_disk_f_await_ms"), std::nullopt);
  EXPECT_EQ(ValueOf(values, "h_disk_util"), 0.8F);  // the busier one: 2 s in 2.5 s
}

TEST(HostRatesTest, ACounterThatFellIsAbsentOnce) {
  HostRates rates;
  HostSnapshot snapshot = At(1);
  snapshot[Counter::kDiskQueue] = 4294967.2;  // 32-bit milliseconds, about to wrap
  snapshot[Counter::kNetRxKb] = 10;
  rates.Derive(snapshot, RestOfCpu::kRemainder);
  snapshot.time_s = 2;
  snapshot[Counter::kDiskQueue] = 0.5;
  snapshot[Counter::kNetRxKb] = 30;
  auto values = rates.Derive(snapshot, RestOfCpu::kRemainder);
  EXPECT_EQ(ValueOf(values, "h_disk_queue"), std::nullopt);
  EXPECT_EQ(ValueOf(values, "h_net_rx_kb"), 20.0F);
  snapshot.time_s = 3;
  snapshot[Counter::kDiskQueue] = 1.0;
  values = rates.Derive(snapshot, RestOfCpu::kRemainder);
  EXPECT_EQ(ValueOf(values, "h_disk_queue"), 0.5F);
}

TEST(HostRatesTest, AnotherSourceHasOtherCounters) {
  HostRates rates;
  HostSnapshot snapshot = At(1);
  snapshot[Counter::kDiskReads] = 10;
  snapshot[Counter::kNetRxPackets] = 10;
  snapshot[HostSource::kDisk] = 1;
  rates.Derive(snapshot, RestOfCpu::kRemainder);
  snapshot.time_s = 2;
  snapshot[Counter::kDiskReads] = 1000;
  snapshot[Counter::kNetRxPackets] = 11;
  snapshot[HostSource::kDisk] = 2;
  const auto values = rates.Derive(snapshot, RestOfCpu::kRemainder);
  EXPECT_EQ(ValueOf(values, "h_disk_reads"), std::nullopt);
  EXPECT_EQ(ValueOf(values, "h_disk_r_await_ms"), std::nullopt);
  EXPECT_EQ(ValueOf(values, "h_net_rx_pkts"), 1.0F);
}

TEST(HostRatesTest, TheRestOfTheCpuIsNeverNegative) {
  HostRates rates;
  HostSnapshot snapshot = At(1);
  snapshot[Counter::kCpuTotal] = 100.004;
  snapshot[Counter::kCpuDb] = 50.00;
  rates.Derive(snapshot, RestOfCpu::kRemainder);
  snapshot.time_s = 2;
  snapshot[Counter::kCpuTotal] = 100.504;
  snapshot[Counter::kCpuDb] = 50.25;
  auto values = rates.Derive(snapshot, RestOfCpu::kRemainder);
  EXPECT_NEAR(ValueOf(values, "h_cpu_ext").value(), 0.25, 1e-6);
  snapshot.time_s = 3;
  snapshot[Counter::kCpuTotal] = 100.754;
  snapshot[Counter::kCpuDb] = 50.51;
  values = rates.Derive(snapshot, RestOfCpu::kRemainder);
  EXPECT_EQ(ValueOf(values, "h_cpu_ext"), 0.0F);
}

TEST(HostRatesTest, AClockThatStandsOrStepsBackGivesNoRates) {
  HostRates rates;
  HostSnapshot snapshot = At(10);
  snapshot[Counter::kCpuUser] = 1;
  rates.Derive(snapshot, RestOfCpu::kRemainder);
  EXPECT_TRUE(rates.Derive(snapshot, RestOfCpu::kRemainder).empty());
  snapshot.time_s = 5;
  EXPECT_TRUE(rates.Derive(snapshot, RestOfCpu::kRemainder).empty());
  snapshot.time_s = 6;
  snapshot[Counter::kCpuUser] = 3;
  EXPECT_EQ(ValueOf(rates.Derive(snapshot, RestOfCpu::kRemainder), "h_cpu_user"), 2.0F);
}

}  // namespace
}  // namespace distdiag::collect
