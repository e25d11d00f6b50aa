// What node_exporter's names mean.
#include "base/prometheus_text.h"
#include "collect/host/node_exporter_probe.h"
#include "collect/host/physical_devices.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <variant>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

using Counter = HostCounter;
using Gauge = HostGauge;

// Which of a name's samples count.
enum class Of { kMachine, kDisk, kInterface };

struct Meaning {
  std::variant<Counter, Gauge> slot;
  double factor;  // from the exporter's unit (seconds, bytes) to ours
  Of of = Of::kMachine;
};

constexpr double kPerKib = 1.0 / 1024;
constexpr double kPerKb = 1e-3;
constexpr double kMs = 1e3;

const std::unordered_map<std::string_view, Meaning>& Meanings() {
  static const auto& meanings = *new std::unordered_map<std::string_view, Meaning>{
      {"node_pressure_cpu_waiting_seconds_total", {Counter::kPsiCpuSome, 1}},
      {"node_pressure_io_waiting_seconds_total", {Counter::kPsiIoSome, 1}},
      {"node_pressure_io_stalled_seconds_total", {Counter::kPsiIoFull, 1}},
      {"node_pressure_memory_waiting_seconds_total", {Counter::kPsiMemorySome, 1}},
      {"node_pressure_memory_stalled_seconds_total", {Counter::kPsiMemoryFull, 1}},
      {"node_vmstat_pgfault", {Counter::kPageFaults, 1}},
      {"node_vmstat_pgmajfault", {Counter::kMajorPageFaults, 1}},
      {"node_memory_AnonPages_bytes", {Gauge::kMemoryRssMb, 1e-6}},
      {"node_processes_threads", {Gauge::kThreads, 1}},
      {"node_disk_reads_completed_total", {Counter::kDiskReads, 1, Of::kDisk}},
      {"node_disk_read_bytes_total", {Counter::kDiskReadKib, kPerKib, Of::kDisk}},
      {"node_disk_read_time_seconds_total", {Counter::kDiskReadMs, kMs, Of::kDisk}},
      {"node_disk_writes_completed_total", {Counter::kDiskWrites, 1, Of::kDisk}},
      {"node_disk_written_bytes_total", {Counter::kDiskWriteKib, kPerKib, Of::kDisk}},
      {"node_disk_write_time_seconds_total", {Counter::kDiskWriteMs, kMs, Of::kDisk}},
      {"node_disk_flush_requests_total", {Counter::kDiskFlushes, 1, Of::kDisk}},
      {"node_disk_flush_requests_time_seconds_total", {Counter::kDiskFlushMs, kMs, Of::kDisk}},
      {"node_disk_io_time_weighted_seconds_total", {Counter::kDiskQueue, 1, Of::kDisk}},
      {"node_disk_io_now", {Gauge::kDiskInFlight, 1, Of::kDisk}},
      {"node_network_receive_bytes_total", {Counter::kNetRxKb, kPerKb, Of::kInterface}},
      {"node_network_receive_packets_total", {Counter::kNetRxPackets, 1, Of::kInterface}},
      {"node_network_receive_drop_total", {Counter::kNetRxDrops, 1, Of::kInterface}},
      {"node_network_transmit_bytes_total", {Counter::kNetTxKb, kPerKb, Of::kInterface}},
      {"node_network_transmit_packets_total", {Counter::kNetTxPackets, 1, Of::kInterface}},
      {"node_network_transmit_drop_total", {Counter::kNetTxDrops, 1, Of::kInterface}},
      {"node_netstat_Tcp_RetransSegs", {Counter::kTcpRetransmitted, 1}},
      {"node_netstat_Tcp_InSegs", {Counter::kTcpIn, 1}},
      {"node_netstat_Tcp_OutSegs", {Counter::kTcpOut, 1}},
      {"node_netstat_TcpExt_TCPTimeouts", {Counter::kTcpTimeouts, 1}},
      {"node_netstat_TcpExt_TCPLostRetransmit", {Counter::kTcpLost, 1}},
      {"node_netstat_TcpExt_TCPSACKReorder", {Counter::kTcpReordered, 1}},
      {"node_netstat_TcpExt_TCPDelivered", {Counter::kTcpDelivered, 1}},
  };
  return meanings;
}

void Sum(double more, double& slot) { slot = std::isnan(slot) ? more : slot + more; }

class Answer {
 public:
  explicit Answer(const NodeExporterOptions& options) : options_(options) {
    snapshot_[Counter::kCpuThrottled] = 0;  // a machine has no CPU quota
    snapshot_[Counter::kCpuThrottledPeriods] = 0;
  }

  void Take(const base::PrometheusSample& sample);
  HostSnapshot Finish(std::vector<std::string>& limits);

 private:
  bool Wanted(std::string_view device, Of of) const;
  void TakeCpu(const base::PrometheusSample& sample);
  void TakeFileSystem(const base::PrometheusSample& sample, std::optional<double>& bytes) const;

  const NodeExporterOptions& options_;
  HostSnapshot snapshot_;
  std::map<std::string, double, std::less<>> disk_busy_s_;
  std::uint64_t network_identity_ = 0;
  bool any_ = false;
  std::optional<double> memory_total_, memory_free_;
  std::optional<double> size_bytes_, available_bytes_;
};

bool Answer::Wanted(std::string_view device, Of of) const {
  const auto& named = of == Of::kDisk ? options_.devices : options_.interfaces;
  if (!named.empty()) return std::find(named.begin(), named.end(), device) != named.end();
  return of == Of::kDisk ? IsPhysicalDisk(device) : IsPhysicalInterface(device);
}

void Answer::TakeCpu(const base::PrometheusSample& sample) {
  const std::string_view mode = sample.Label("mode").value_or("");
  const bool user = mode == "user" || mode == "nice";
  if (user || mode == "system" || mode == "irq" || mode == "softirq")
    Sum(sample.value, snapshot_[user ? Counter::kCpuUser : Counter::kCpuSys]);
}

void Answer::TakeFileSystem(const base::PrometheusSample& sample,
                            std::optional<double>& bytes) const {
  const auto mount_point = sample.Label("mountpoint");
  if (!options_.mount_point.empty() && mount_point &&
      base::UnescapeLabelValue(*mount_point) == options_.mount_point)
    bytes = sample.value;
}

void Answer::Take(const base::PrometheusSample& sample) {
  if (!sample.name.starts_with("node_") || !std::isfinite(sample.value)) return;
  if (const auto found = Meanings().find(sample.name); found != Meanings().end()) {
    const Meaning& meaning = found->second;
    const std::string_view device = sample.Label("device").value_or("");
    if (meaning.of != Of::kMachine && !Wanted(device, meaning.of)) return;
    if (meaning.slot == decltype(meaning.slot)(Counter::kNetRxKb))
      network_identity_ = network_identity_ * 31 + std::hash<std::string_view>{}(device);
    const double value = sample.value * meaning.factor;
    std::visit([&](auto slot) { Sum(value, snapshot_[slot]); }, meaning.slot);
    any_ = true;
  } else if (sample.name == "node_cpu_seconds_total") {
    TakeCpu(sample);
    any_ = true;
  } else if (sample.name == "node_disk_io_time_seconds_total") {
    const std::string_view device = sample.Label("device").value_or("");
    if (Wanted(device, Of::kDisk)) disk_busy_s_.emplace(device, sample.value);
  } else if (sample.name == "node_time_seconds") {
    snapshot_.time_s = sample.value;
  } else if (sample.name == "node_memory_MemTotal_bytes") {
    memory_total_ = sample.value;
  } else if (sample.name == "node_memory_MemFree_bytes") {
    memory_free_ = sample.value;
  } else if (sample.name == "node_filesystem_size_bytes") {
    TakeFileSystem(sample, size_bytes_);
  } else if (sample.name == "node_filesystem_avail_bytes") {
    TakeFileSystem(sample, available_bytes_);
  }
}

HostSnapshot Answer::Finish(std::vector<std::string>& limits) {
  if (!any_) return {};
  const auto missing = [&](Counter counter, std::string_view what) {
    if (std::isnan(snapshot_[counter])) limits.emplace_back(what);
  };
  if (memory_total_ && memory_free_)
    snapshot_[Gauge::kMemoryMb] = (*memory_total_ - *memory_free_) / 1e6;
  if (size_bytes_ && available_bytes_ && *size_bytes_ > 0)
    snapshot_[Gauge::kDiskUsedPercent] = 100 * (1 - *available_bytes_ / *size_bytes_);
  std::uint64_t disk_identity = 0;
  for (const auto& [device, busy_s] : disk_busy_s_) {
    snapshot_.disk_busy_s.push_back(busy_s);
    disk_identity = disk_identity * 31 + std::hash<std::string>{}(device);
  }
  snapshot_[HostSource::kDisk] = disk_identity;
  snapshot_[HostSource::kNetwork] = network_identity_;
  // Over a whole machine the kernel reports it as 0, and the exporter leaves it out.
  if (!std::isnan(snapshot_[Counter::kPsiCpuSome])) snapshot_[Counter::kPsiCpuFull] = 0;
  missing(Counter::kCpuUser, "node_exporter: no values of CPU (its collector cpu is off)");
  missing(Counter::kDiskReads,
          "node_exporter: no values of the disk: its collector diskstats is off, or the device to "
          "watch must be named");
  missing(Counter::kNetRxKb,
          "node_exporter: no values of the network: its collector netdev is off, or the interface "
          "to watch must be named");
  missing(Counter::kPsiCpuSome, "node_exporter: no pressure (collector pressure, kernel with PSI)");
  missing(Counter::kTcpDelivered,
          "node_exporter: TCP counters are not complete: start it with --collector.netstat.fields="
          "'^(Tcp_(InSegs|OutSegs|RetransSegs)|TcpExt_(TCPTimeouts|TCPLostRetransmit|"
          "TCPSACKReorder|TCPDelivered))$'");
  if (std::isnan(snapshot_.gauges[static_cast<std::size_t>(Gauge::kThreads)]))
    limits.emplace_back("node_exporter: no number of threads: start it with --collector.processes");
  if (!options_.mount_point.empty() && !(size_bytes_ && available_bytes_))
    limits.push_back(
        fmt::format("node_exporter: it has no file system mounted at {}", options_.mount_point));
  return std::move(snapshot_);
}

}  // namespace

base::Result<HostSnapshot> ReadNodeExporter(std::string_view text,
                                            const NodeExporterOptions& options,
                                            std::vector<std::string>& limits) {
  Answer answer(options);
  base::PrometheusText reader(text);
  base::PrometheusSample sample;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, reader.Next(sample));
    if (!more) return answer.Finish(limits);
    answer.Take(sample);
  }
}

}  // namespace distdiag::collect
