#include "lab/workload/client_meter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

std::vector<base::Duration> Latencies(int count) {
  std::vector<base::Duration> latencies;
  for (int i = count; i >= 1; --i) latencies.emplace_back(milliseconds(i));
  return latencies;
}

TEST(ClientMeter, PercentileIsTheSmallestThatCoversTheShare) {
  EXPECT_DOUBLE_EQ(LatencyPercentileMs(Latencies(100), 0.95), 95);
  EXPECT_DOUBLE_EQ(LatencyPercentileMs(Latencies(20), 0.95), 19);
  EXPECT_DOUBLE_EQ(LatencyPercentileMs(Latencies(1), 0.95), 1);
  EXPECT_DOUBLE_EQ(LatencyPercentileMs(Latencies(10), 1.0), 10);
  EXPECT_DOUBLE_EQ(LatencyPercentileMs({}, 0.95), 0.001);
}

TEST(ClientMeter, TakingBeginsAnew) {
  ClientMeter meter;
  meter.Statement(StatementKind::kRead);
  meter.Statement(StatementKind::kWrite);
  meter.Statement(StatementKind::kControl);
  meter.Transaction(milliseconds(3));
  meter.Error();
  meter.Reconnect();
  const ClientWindow window = meter.Take();
  EXPECT_EQ(window.reads + window.writes + window.controls, 3u);
  EXPECT_EQ(window.transactions, 1u);
  EXPECT_EQ(window.latencies.size(), 1u);
  EXPECT_EQ(window.errors, 1u);
  EXPECT_EQ(window.reconnects, 1u);
  EXPECT_EQ(meter.Take().transactions, 0u);
}

TEST(ClientReport, IsRatesOfItsWindow) {
  ClientWindow window{.transactions = 30,
                      .reads = 400,
                      .writes = 380,
                      .controls = 60,
                      .errors = 1,
                      .reconnects = 2,
                      .latencies = Latencies(20)};
  const std::string text = WriteClientReport({.node = "n1",
                                              .threads = 8,
                                              .time = base::TimestampFromSeconds(1780000000.85),
                                              .length = milliseconds(2000),
                                              .window = window});
  EXPECT_THAT(text, HasSubstr("# TYPE distdiag_client_threads gauge\n"
                              "distdiag_client_threads{node=\"n1\"} 8\n"));
  for (const char* line : {"distdiag_client_transactions_per_second{node=\"n1\"} 15\n",
                           "distdiag_client_queries_per_second{node=\"n1\"} 420\n",
                           "distdiag_client_reads_per_second{node=\"n1\"} 200\n",
                           "distdiag_client_writes_per_second{node=\"n1\"} 190\n",
                           "distdiag_client_latency_p95_ms{node=\"n1\"} 19\n",
                           "distdiag_client_errors_per_second{node=\"n1\"} 0.5\n",
                           "distdiag_client_reconnects_per_second{node=\"n1\"} 1\n",
                           "\ndistdiag_client_time_seconds 1780000000.850\n"})
    EXPECT_THAT(text, HasSubstr(line));
}

}  // namespace
}  // namespace distdiag::lab
