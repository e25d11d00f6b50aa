#include "collect/clients/clients_probe.h"

#include "domain/metric_catalogue.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

constexpr const char* kPath = "/lab/run/n1.clients.prom";

class ClientsProbeTest : public testing::Test {
 protected:
  void Write(double time_s, const std::string& more = "") {
    const std::string text =
        "# HELP distdiag_client_threads Terminals that send transactions to the node.\n"
        "# TYPE distdiag_client_threads gauge\n"
        "distdiag_client_threads{node=\"n1\"} 8\n"
        "distdiag_client_threads{node=\"n2\"} 99\n"
        "distdiag_client_transactions_per_second{node=\"n1\"} 31.25\n"
        "distdiag_client_queries_per_second 880.5\n"
        "distdiag_client_reads_per_second 420\n"
        "distdiag_client_writes_per_second 380\n"
        "distdiag_client_errors_per_second 0\n"
        "distdiag_client_reconnects_per_second 1\n"
        "something_else 5\n" +
        more + "distdiag_client_time_seconds " + std::to_string(time_s) + "\n";
    ASSERT_TRUE(files_.WriteFileAtomic(kPath, text).ok());
  }
  base::Result<ProbeReading> Read() { return probe_.Read(clock_.Now() + std::chrono::seconds(1)); }
  static std::optional<float> ValueOf(const ProbeReading& reading, std::string_view name) {
    for (const auto& value : reading.values)
      if (domain::GetMetric(value.metric).name == name) return value.value;
    return std::nullopt;
  }

  base::SimulatedClock clock_{base::TimestampFromSeconds(1000)};
  base::MemoryFileSystem files_;
  ClientsProbe probe_{{.node = "n1", .path = kPath}, files_, clock_};
};

TEST_F(ClientsProbeTest, GivesWhatTheClientsSaw) {
  Write(999.5, "distdiag_client_latency_p95_ms 41.5\n");
  const auto reading = Read();
  ASSERT_TRUE(reading.has_value()) << reading.error().message();
  EXPECT_EQ(reading->time, base::TimestampFromSeconds(999.5));
  EXPECT_EQ(ValueOf(*reading, "c_threads"), 8.0F);
  EXPECT_EQ(ValueOf(*reading, "c_tps"), 31.25F);
  EXPECT_EQ(ValueOf(*reading, "c_qps"), 880.5F);
  EXPECT_EQ(ValueOf(*reading, "c_rps"), 420.0F);
  EXPECT_EQ(ValueOf(*reading, "c_wps"), 380.0F);
  EXPECT_EQ(ValueOf(*reading, "c_p95_ms"), 41.5F);
  EXPECT_EQ(ValueOf(*reading, "c_err"), 0.0F);
  EXPECT_EQ(ValueOf(*reading, "c_reconn"), 1.0F);
  EXPECT_EQ(reading->values.size(), 8U);
}

TEST_F(ClientsProbeTest, ASecondWithoutATransactionHasNoLatency) {
  Write(999.5, "distdiag_client_latency_p95_ms NaN\n");
  const auto reading = Read();
  ASSERT_TRUE(reading.has_value()) << reading.error().message();
  EXPECT_EQ(ValueOf(*reading, "c_p95_ms"), std::nullopt);
  EXPECT_EQ(reading->values.size(), 7U);
}

TEST_F(ClientsProbeTest, AReportIsTakenOnceAndAnOldOneMeansThatTheyStopped) {
  Write(999.5);
  ASSERT_TRUE(Read().has_value());
  clock_.Advance(std::chrono::seconds(1));
  const auto unchanged = Read();
  ASSERT_TRUE(unchanged.has_value()) << "the writer is a moment late: no trouble yet";
  EXPECT_TRUE(unchanged->values.empty());
  clock_.Advance(std::chrono::milliseconds(1501));
  const auto old = Read();
  ASSERT_FALSE(old.has_value());
  EXPECT_EQ(old.error().code(), base::StatusCode::kUnavailable);
  EXPECT_EQ(old.error().message(),
            "clients stopped reporting: /lab/run/n1.clients.prom was written at "
            "1970-01-01T00:16:39.500Z, expected each second");
}

TEST_F(ClientsProbeTest, WhatIsWrongWithTheFileIsSaid) {
  const auto missing = Read();
  ASSERT_FALSE(missing.has_value());
  EXPECT_TRUE(missing.error().retryable());
  EXPECT_NE(missing.error().message().find(kPath), std::string::npos) << missing.error().message();

  ASSERT_TRUE(files_.WriteFileAtomic(kPath, "distdiag_client_threads many\n").ok());
  EXPECT_EQ(Read().error().message(),
            "/lab/run/n1.clients.prom: line 1: expected a number as value of "
            "distdiag_client_threads, found \"many\"");

  ASSERT_TRUE(files_.WriteFileAtomic(kPath, "distdiag_client_threads 8\n").ok());
  EXPECT_EQ(Read().error().message(),
            "/lab/run/n1.clients.prom: expected distdiag_client_time_seconds <seconds since 1970> "
            "of node n1, found none");
  ASSERT_TRUE(files_.WriteFileAtomic(kPath, "distdiag_client_time_seconds NaN\n").ok());
  EXPECT_FALSE(Read().has_value());
}

}  // namespace
}  // namespace distdiag::collect
