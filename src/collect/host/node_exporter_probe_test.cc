// On an answer of node_exporter 1.5 as captured on Debian 12, with its counters moved on by hand.
#include "collect/host/node_exporter_probe.h"

#include "domain/metric_catalogue.h"

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using testing::Contains;
using testing::HasSubstr;

class FakeTransport final : public base::HttpTransport {
 public:
  base::Result<base::HttpResponse> Send(const base::HttpRequest& request) override {
    last = request;
    return answer;
  }
  base::HttpRequest last;
  base::Result<base::HttpResponse> answer = base::HttpResponse{.status = 200, .body = {}};
};

std::string Captured() {
  std::ifstream file(std::string(DISTDIAG_TESTDATA) + "/node_exporter_1.5.prom");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The text with the value of the sample `name` (with labels) replaced.
void Set(std::string& text, const std::string& name, const std::string& value) {
  const std::size_t at = text.find("\n" + name + " ");
  ASSERT_NE(at, std::string::npos) << name;
  const std::size_t from = at + 1 + name.size() + 1;
  text.replace(from, text.find('\n', from) - from, value);
}

class NodeExporterProbeTest : public testing::Test {
 protected:
  std::map<std::string, float> Read(NodeExporterProbe& probe) {
    const auto reading = probe.Read(clock_.Now() + std::chrono::seconds(3));
    EXPECT_TRUE(reading.has_value()) << (reading ? "" : reading.error().message());
    std::map<std::string, float> values;
    if (!reading) return values;
    limits_ = reading->limits;
    for (const auto& value : reading->values)
      values[std::string(domain::GetMetric(value.metric).name)] = value.value;
    return values;
  }
  NodeExporterProbe NewProbe(NodeExporterOptions options = {}) {
    options.node = "n1";
    options.url = "http://10.0.0.11:9100/metrics";
    return {std::move(options), transport_, clock_};
  }

  base::SimulatedClock clock_{base::TimestampFromSeconds(1000)};
  FakeTransport transport_;
  std::vector<std::string> limits_;
};

TEST_F(NodeExporterProbeTest, GivesTheKernelsCountersOurNames) {
  NodeExporterProbe probe =
      NewProbe({.node = {}, .url = {}, .devices = {}, .interfaces = {}, .mount_point = "/"});
  std::string text = Captured();
  Set(text, "node_time_seconds", "1.7955684e+09");
  transport_.answer->body = text;
  auto first = Read(probe);
  EXPECT_EQ(transport_.last.method, "GET");
  EXPECT_EQ(transport_.last.url, "http://10.0.0.11:9100/metrics");
  EXPECT_GT(transport_.last.max_body_bytes, 1024U * 1024);
  EXPECT_EQ(transport_.last.timeout, std::chrono::seconds(3));
  EXPECT_NEAR(first["h_mem_mb"], (2.5276063744e+10 - 2.442921984e+10) / 1e6, 1e-3);
  EXPECT_NEAR(first["h_mem_rss_mb"], 23.609344, 1e-5);
  EXPECT_NEAR(first["h_disk_used_pct"], 100 * (1 - 8.2917871616e+10 / 2.70553174016e+11), 1e-4);
  EXPECT_EQ(first["h_disk_inflight"], 0.0F);

  Set(text, "node_time_seconds", "1.795568402e+09");  // 2 s later by its own clock
  Set(text, R"(node_cpu_seconds_total{cpu="0",mode="user"})", "172.7");              // from 172.2
  Set(text, R"(node_cpu_seconds_total{cpu="1",mode="nice"})", "72.82");              // from 72.32
  Set(text, R"(node_cpu_seconds_total{cpu="1",mode="softirq"})", "1.91");            // from 1.71
  Set(text, R"(node_cpu_seconds_total{cpu="1",mode="iowait"})", "99");               // nobody's
  Set(text, R"(node_disk_reads_completed_total{device="vda"})", "92860");            // from 92760
  Set(text, R"(node_disk_read_time_seconds_total{device="vda"})", "38.668");         // from 38.468
  Set(text, R"(node_disk_written_bytes_total{device="vda"})", "4188057600");         // + 40960
  Set(text, R"(node_disk_reads_completed_total{device="zram0"})", "5000");           // not a disk
  Set(text, R"(node_disk_io_time_seconds_total{device="vda"})", "18.524");           // from 17.524
  Set(text, R"(node_disk_io_time_weighted_seconds_total{device="vda"})", "69.516");  // + 3
  Set(text, R"(node_network_receive_bytes_total{device="eth0"})", "630819670");      // + 20000
  Set(text, R"(node_network_receive_bytes_total{device="ifb0"})", "9e9");
  Set(text, "node_netstat_Tcp_RetransSegs", "8");  // from 0
  clock_.Advance(std::chrono::seconds(7));         // ours says something else
  transport_.answer->body = text;
  auto values = Read(probe);
  EXPECT_NEAR(values["h_cpu_user"], 0.5, 1e-5);  // 0.5 s of user and 0.5 s of nice in 2 s
  EXPECT_NEAR(values["h_cpu_sys"], 0.1, 1e-5);
  EXPECT_EQ(values["h_cpu_throttled"], 0.0F);
  EXPECT_EQ(values["h_disk_reads"], 50.0F);
  EXPECT_NEAR(values["h_disk_r_await_ms"], 2, 1e-4);  // 0.2 s for 100 reads
  EXPECT_EQ(values["h_disk_w_await_ms"], 0.0F);
  EXPECT_NEAR(values["h_disk_write_kb"], 20, 1e-3);  // 40 KiB in 2 s
  EXPECT_NEAR(values["h_disk_util"], 0.5, 1e-6);
  EXPECT_NEAR(values["h_disk_queue"], 1.5, 1e-5);
  EXPECT_NEAR(values["h_net_rx_kb"], 10, 1e-4);
  EXPECT_EQ(values["h_tcp_retrans"], 4.0F);
  EXPECT_EQ(values["h_psi_cpu_full"], 0.0F);
  EXPECT_TRUE(values.contains("h_psi_io_some"));
  EXPECT_TRUE(values.contains("h_pgmajfault"));
  EXPECT_FALSE(values.contains("h_cpu_db"));
  EXPECT_FALSE(values.contains("h_up"));
  EXPECT_THAT(limits_, Contains(HasSubstr("--collector.netstat.fields")));
  EXPECT_THAT(limits_, Contains(HasSubstr("--collector.processes")));
  EXPECT_EQ(limits_.size(), 2U) << testing::PrintToString(limits_);
}

TEST_F(NodeExporterProbeTest, NamedDevicesAndAMissingFileSystem) {
  NodeExporterProbe probe = NewProbe({.node = {},
                                      .url = {},
                                      .devices = {"zram0"},
                                      .interfaces = {"eth9"},
                                      .mount_point = "/data"});
  std::string text = Captured();
  transport_.answer->body = text;
  Read(probe);
  Set(text, "node_time_seconds", "1.795668402e+09");
  transport_.answer->body = text;
  auto values = Read(probe);
  EXPECT_EQ(values["h_disk_reads"], 0.0F);
  EXPECT_FALSE(values.contains("h_net_rx_kb"));
  EXPECT_FALSE(values.contains("h_disk_used_pct"));
  EXPECT_THAT(limits_, Contains(HasSubstr("interface to watch must be named")));
  EXPECT_THAT(limits_, Contains(HasSubstr("no file system mounted at /data")));
}

TEST_F(NodeExporterProbeTest, ARestartedMachineGivesNoRates) {
  NodeExporterProbe probe = NewProbe();
  std::string text = Captured();
  Set(text, "node_time_seconds", "1000");
  transport_.answer->body = text;
  Read(probe);
  Set(text, "node_time_seconds", "1002");
  Set(text, R"(node_cpu_seconds_total{cpu="0",mode="user"})", "0.5");
  transport_.answer->body = text;
  auto values = Read(probe);
  EXPECT_FALSE(values.contains("h_cpu_user"));
  EXPECT_TRUE(values.contains("h_cpu_sys"));
}

TEST_F(NodeExporterProbeTest, EveryFailureSaysWhatToDo) {
  NodeExporterProbe probe = NewProbe();
  const auto message = [&] {
    const auto reading = probe.Read(clock_.Now() + std::chrono::seconds(1));
    return reading ? std::string("no failure") : reading.error().message();
  };
  transport_.answer = base::Fail(base::Unavailable("http://10.0.0.11:9100/…: Couldn't connect"));
  EXPECT_THAT(message(), HasSubstr("does not answer: http://10.0.0.11:9100/…: Couldn't connect"));
  transport_.answer = base::HttpResponse{.status = 404, .body = "not found"};
  EXPECT_THAT(message(), HasSubstr("expected the status 200, found 404"));
  transport_.answer = base::HttpResponse{.status = 200, .body = "<html>\n"};
  EXPECT_THAT(message(), HasSubstr("line 1: expected a metric's name, found \"<html>\""));
  transport_.answer = base::HttpResponse{.status = 200, .body = "mysql_up 1\n"};
  EXPECT_THAT(message(), HasSubstr("expected metrics named node_*"));
  transport_.answer = base::HttpResponse{.status = 200, .body = "x 1\n", .body_truncated = true};
  EXPECT_THAT(message(), HasSubstr("found more"));
  EXPECT_FALSE(probe.Read(clock_.Now()).has_value());
}

}  // namespace
}  // namespace distdiag::collect
