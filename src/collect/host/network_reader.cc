#include "collect/host/network_reader.h"

#include "collect/host/physical_devices.h"
#include "collect/host/proc_text.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

using Counter = HostCounter;

void Add(const InterfaceStat& stat, HostSnapshot& snapshot) {
  const auto sum = [&](Counter counter, std::uint64_t value, double per_unit) {
    double& slot = snapshot[counter];
    const double more = static_cast<double>(value) / per_unit;
    slot = slot == slot ? slot + more : more;
  };
  sum(Counter::kNetRxKb, stat.rx_bytes, 1e3);
  sum(Counter::kNetRxPackets, stat.rx_packets, 1);
  sum(Counter::kNetRxDrops, stat.rx_drop, 1);
  sum(Counter::kNetTxKb, stat.tx_bytes, 1e3);
  sum(Counter::kNetTxPackets, stat.tx_packets, 1);
  sum(Counter::kNetTxDrops, stat.tx_drop, 1);
}

}  // namespace

void NetworkReader::Read(const std::string& folder, HostSnapshot& snapshot,
                         std::vector<std::string>& limits) {
  snapshot[HostSource::kNetwork] = std::hash<std::string>{}(folder);
  ReadInterfaces(folder, snapshot, limits);
  ReadTcp(folder, snapshot, limits);
}

void NetworkReader::ReadInterfaces(const std::string& folder, HostSnapshot& snapshot,
                                   std::vector<std::string>& limits) {
  if (const base::Status status = files_.Read(folder + "/dev", text_); !status.ok()) {
    limits.push_back(status.message() + ": no values of the network");
    return;
  }
  std::string names;
  std::vector<std::string_view> taken;
  for (const InterfaceStat& stat : ParseNetDev(text_)) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", stat.name);
    const bool wanted = interfaces_.empty() ? IsPhysicalInterface(stat.name)
                                            : std::find(interfaces_.begin(), interfaces_.end(),
                                                        stat.name) != interfaces_.end();
    if (!wanted) continue;
    taken.push_back(stat.name);
    Add(stat, snapshot);
    std::uint64_t& identity = snapshot[HostSource::kNetwork];
    identity = identity * 31 + std::hash<std::string_view>{}(stat.name);
  }
  for (const std::string& name : interfaces_)
    if (std::find(taken.begin(), taken.end(), name) == taken.end())
      limits.push_back(fmt::format("{}/dev: expected interface {}, found {}", folder, name, names));
  if (interfaces_.empty() && taken.empty())
    limits.push_back(fmt::format(
        "{}/dev: expected a physical interface, found {}: name the interface", folder, names));
}

void NetworkReader::ReadTcp(const std::string& folder, HostSnapshot& snapshot,
                            std::vector<std::string>& limits) {
  struct Row {
    std::string_view name;
    Counter counter;
  };
  constexpr Row kSnmp[] = {{"RetransSegs", Counter::kTcpRetransmitted},
                           {"InSegs", Counter::kTcpIn},
                           {"OutSegs", Counter::kTcpOut}};
  constexpr Row kNetstat[] = {{"TCPTimeouts", Counter::kTcpTimeouts},
                              {"TCPLostRetransmit", Counter::kTcpLost},
                              {"TCPSACKReorder", Counter::kTcpReordered},
                              {"TCPDelivered", Counter::kTcpDelivered}};
  const auto read = [&](std::string_view file, std::string_view prefix, const auto& rows) {
    const std::string path = fmt::format("{}/{}", folder, file);
    if (const base::Status status = files_.Read(path, text_); !status.ok()) {
      limits.push_back(status.message() + ": TCP counters are missing");
      return;
    }
    const NamedRows values(text_, prefix);
    for (const Row& row : rows) {
      if (const auto value = values.Find(row.name)) {
        snapshot[row.counter] = static_cast<double>(*value);
      } else {
        limits.push_back(fmt::format("{}: the kernel does not count {}", path, row.name));
      }
    }
  };
  read("snmp", "Tcp:", kSnmp);
  read("netstat", "TcpExt:", kNetstat);
}

}  // namespace distdiag::collect
