// What the tests of HostProbe share: texts as the kernel writes them, and a probe on a tree of them.
#pragma once

#include "collect/host/host_probe.h"
#include "collect/host/tree_host_files.h"
#include "domain/metric_catalogue.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace distdiag::collect {

inline std::string ProcessStatText(int pid, const std::string& name, char state, int user,
                                   int system, int start) {
  return std::to_string(pid) + " (" + name + ") " + state + " 1 77 77 0 -1 4194560 1 2 3 4 " +
         std::to_string(user) + " " + std::to_string(system) + " 8 9 20 0 5 0 " +
         std::to_string(start) + " 99 1 18\n";
}

inline std::string PressureText(int some_us, int full_us) {
  return "some avg10=8.69 avg60=1.57 avg300=0.32 total=" + std::to_string(some_us) +
         "\nfull avg10=8.69 avg60=1.57 avg300=0.32 total=" + std::to_string(full_us) + "\n";
}

inline std::string NetDevText(const std::string& name, int rx_bytes, int rx_packets, int rx_drop,
                              int tx_bytes, int tx_packets, int tx_drop) {
  const auto n = [](int value) { return " " + std::to_string(value); };
  return "Inter-|   Receive                            |  Transmit\n"
         " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets\n"
         "    lo: 9 9 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n  " +
         name + ":" + n(rx_bytes) + n(rx_packets) + " 0" + n(rx_drop) + " 0 0 0 0" + n(tx_bytes) +
         n(tx_packets) + " 0" + n(tx_drop) + " 0 0 0 0\n";
}

inline std::string SnmpText(int in, int out, int retransmitted) {
  return "Ip: Forwarding\nIp: 1\nTcp: RtoMin MaxConn InSegs OutSegs RetransSegs\nTcp: 200 -1 " +
         std::to_string(in) + " " + std::to_string(out) + " " + std::to_string(retransmitted) +
         "\n";
}

inline std::string NetstatText(int reordered, int lost, int timeouts, int delivered) {
  return "TcpExt: TCPSACKReorder TCPLostRetransmit TCPTimeouts TCPDelivered\nTcpExt: " +
         std::to_string(reordered) + " " + std::to_string(lost) + " " + std::to_string(timeouts) +
         " " + std::to_string(delivered) + "\n";
}

class HostProbeTest : public testing::Test {
 protected:
  std::unique_ptr<HostProbe> NewProbe(HostProbeOptions options) {
    options.node = "n1";
    return std::make_unique<HostProbe>(std::move(options), clock_,
                                       std::make_unique<TreeHostFiles>(tree_));
  }
  // Values by name; limits into limits_.
  std::map<std::string, float> Read(HostProbe& probe) {
    const auto reading = probe.Read(clock_.Now() + std::chrono::seconds(1));
    EXPECT_TRUE(reading.has_value()) << (reading ? "" : reading.error().message());
    std::map<std::string, float> values;
    if (!reading) return values;
    limits_ = reading->limits;
    EXPECT_EQ(reading->time, clock_.Now());
    for (const auto& value : reading->values)
      EXPECT_TRUE(values.emplace(domain::GetMetric(value.metric).name, value.value).second)
          << domain::GetMetric(value.metric).name << " twice";
    return values;
  }
  std::string& File(const std::string& path) { return tree_.files[path]; }

  void WriteNetwork(const std::string& folder, const std::string& interface, int round) {
    File(folder + "/dev") =
        NetDevText(interface, 100000 + 50000 * round, 1000 + 300 * round, 5 + round,
                   200000 + 20000 * round, 2000 + 200 * round, 7 + 2 * round);
    File(folder + "/snmp") = SnmpText(39440 + 100 * round, 31499 + 80 * round, 13 + 6 * round);
    File(folder + "/netstat") =
        NetstatText(1 + round, 13 + 4 * round, 14 + 8 * round, 17059 + 60 * round);
  }
  static void ExpectNetwork(std::map<std::string, float>& values) {  // of round 0, 2 s, round 1
    EXPECT_EQ(values["h_net_rx_kb"], 25.0F);                         // 50000 bytes = 50 kB in 2 s
    EXPECT_EQ(values["h_net_rx_pkts"], 150.0F);                      // 300 in 2 s
    EXPECT_EQ(values["h_net_rx_drop"], 0.5F);
    EXPECT_EQ(values["h_net_tx_kb"], 10.0F);
    EXPECT_EQ(values["h_net_tx_pkts"], 100.0F);
    EXPECT_EQ(values["h_net_tx_drop"], 1.0F);
    EXPECT_EQ(values["h_tcp_in"], 50.0F);
    EXPECT_EQ(values["h_tcp_out"], 40.0F);
    EXPECT_EQ(values["h_tcp_retrans"], 3.0F);
    EXPECT_EQ(values["h_tcp_reorder"], 0.5F);
    EXPECT_EQ(values["h_tcp_lost"], 2.0F);
    EXPECT_EQ(values["h_tcp_timeouts"], 4.0F);
    EXPECT_EQ(values["h_tcp_delivered"], 30.0F);
  }

  base::SimulatedClock clock_{base::TimestampFromSeconds(1000)};
  HostTree tree_;
  std::vector<std::string> limits_;
};

}  // namespace distdiag::collect
