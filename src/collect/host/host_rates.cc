#include "collect/host/host_rates.h"

#include "base/check.h"
#include "domain/metric_catalogue.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

namespace distdiag::collect {
namespace {

using Counter = HostCounter;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct NamedCounter {
  Counter counter;
  HostSource source;
  std::string_view metric;
};

constexpr NamedCounter kCounters[] = {
    {Counter::kCpuDb, HostSource::kDatabase, "h_cpu_db"},
    {Counter::kCpuExt, HostSource::kCpu, "h_cpu_ext"},
    {Counter::kCpuUser, HostSource::kCpu, "h_cpu_user"},
    {Counter::kCpuSys, HostSource::kCpu, "h_cpu_sys"},
    {Counter::kCpuThrottled, HostSource::kCpu, "h_cpu_throttled"},
    {Counter::kCpuThrottledPeriods, HostSource::kCpu, "h_cpu_nr_throttled"},
    {Counter::kPsiCpuSome, HostSource::kCpu, "h_psi_cpu_some"},
    {Counter::kPsiCpuFull, HostSource::kCpu, "h_psi_cpu_full"},
    {Counter::kPsiIoSome, HostSource::kCpu, "h_psi_io_some"},
    {Counter::kPsiIoFull, HostSource::kCpu, "h_psi_io_full"},
    {Counter::kPsiMemorySome, HostSource::kCpu, "h_psi_memory_some"},
    {Counter::kPsiMemoryFull, HostSource::kCpu, "h_psi_memory_full"},
    {Counter::kPageFaults, HostSource::kCpu, "h_pgfault"},
    {Counter::kMajorPageFaults, HostSource::kCpu, "h_pgmajfault"},
    {Counter::kDiskReads, HostSource::kDisk, "h_disk_reads"},
    {Counter::kDiskReadKib, HostSource::kDisk, "h_disk_read_kb"},
    {Counter::kDiskWrites, HostSource::kDisk, "h_disk_writes"},
    {Counter::kDiskWriteKib, HostSource::kDisk, "h_disk_write_kb"},
    {Counter::kDiskFlushes, HostSource::kDisk, "h_disk_flushes"},
    {Counter::kDiskQueue, HostSource::kDisk, "h_disk_queue"},
    {Counter::kNetRxKb, HostSource::kNetwork, "h_net_rx_kb"},
    {Counter::kNetRxPackets, HostSource::kNetwork, "h_net_rx_pkts"},
    {Counter::kNetRxDrops, HostSource::kNetwork, "h_net_rx_drop"},
    {Counter::kNetTxKb, HostSource::kNetwork, "h_net_tx_kb"},
    {Counter::kNetTxPackets, HostSource::kNetwork, "h_net_tx_pkts"},
    {Counter::kNetTxDrops, HostSource::kNetwork, "h_net_tx_drop"},
    {Counter::kTcpRetransmitted, HostSource::kNetwork, "h_tcp_retrans"},
    {Counter::kTcpIn, HostSource::kNetwork, "h_tcp_in"},
    {Counter::kTcpOut, HostSource::kNetwork, "h_tcp_out"},
    {Counter::kTcpTimeouts, HostSource::kNetwork, "h_tcp_timeouts"},
    {Counter::kTcpLost, HostSource::kNetwork, "h_tcp_lost"},
    {Counter::kTcpReordered, HostSource::kNetwork, "h_tcp_reorder"},
    {Counter::kTcpDelivered, HostSource::kNetwork, "h_tcp_delivered"},
    {Counter::kBoxIdle, HostSource::kCpu, "x_box_idle"},
    {Counter::kBoxIowait, HostSource::kCpu, "x_box_iowait"},
};

struct NamedGauge {
  HostGauge gauge;
  std::string_view metric;
};

constexpr NamedGauge kGauges[] = {
    {HostGauge::kMemoryMb, "h_mem_mb"},
    {HostGauge::kMemoryRssMb, "h_mem_rss_mb"},
    {HostGauge::kDiskInFlight, "h_disk_inflight"},
    {HostGauge::kDiskUsedPercent, "h_disk_used_pct"},
    {HostGauge::kUp, "h_up"},
    {HostGauge::kThreads, "h_procs"},
};

struct NamedMean {
  Counter time_ms;
  Counter count;
  std::string_view metric;
};

constexpr NamedMean kMeans[] = {
    {Counter::kDiskReadMs, Counter::kDiskReads, "h_disk_r_await_ms"},
    {Counter::kDiskWriteMs, Counter::kDiskWrites, "h_disk_w_await_ms"},
    {Counter::kDiskFlushMs, Counter::kDiskFlushes, "h_disk_f_await_ms"},
};

void Add(std::string_view metric, double value, std::vector<domain::MetricValue>& values) {
  if (!std::isfinite(value)) return;
  const auto id = domain::FindMetric(metric);
  CHECK(id.has_value());
  values.push_back({*id, static_cast<float>(value)});
}

// Two moments side by side.
class Pair {
 public:
  Pair(const HostSnapshot& before, const HostSnapshot& now) : before_(before), now_(now) {}

  double Elapsed() const { return now_.time_s - before_.time_s; }
  bool SameSource(HostSource source) const {
    const auto s = static_cast<std::size_t>(source);
    return before_.sources[s] == now_.sources[s];
  }
  // Growth of a counter; NaN when it is missing, fell, or comes from another source than before.
  double Growth(Counter counter, HostSource source) const {
    const double growth = now_[counter] - before_[counter];
    return growth >= 0 && SameSource(source) ? growth : kNone;
  }
  // Of the busiest disk; NaN as above.
  double DiskBusyGrowth() const {
    const std::size_t count = now_.disk_busy_s.size();
    if (count != before_.disk_busy_s.size() || !SameSource(HostSource::kDisk)) return kNone;
    double most = kNone;
    for (std::size_t i = 0; i < count; ++i) {
      const double growth = now_.disk_busy_s[i] - before_.disk_busy_s[i];
      if (!(growth >= 0)) return kNone;
      most = i == 0 ? growth : std::max(most, growth);
    }
    return most;
  }

 private:
  const HostSnapshot& before_;
  const HostSnapshot& now_;
};

void AddRates(const Pair& pair, RestOfCpu rest, std::vector<domain::MetricValue>& values) {
  const double elapsed_s = pair.Elapsed();
  for (const NamedCounter& one : kCounters)
    Add(one.metric, pair.Growth(one.counter, one.source) / elapsed_s, values);
  Add("h_disk_util", pair.DiskBusyGrowth() / elapsed_s, values);
  if (rest == RestOfCpu::kRemainder) {
    const double remainder = pair.Growth(Counter::kCpuTotal, HostSource::kCpu) -
                             pair.Growth(Counter::kCpuDb, HostSource::kDatabase);
    if (!std::isnan(remainder)) Add("h_cpu_ext", std::max(0.0, remainder) / elapsed_s, values);
  }
  for (const NamedMean& one : kMeans) {
    const double time_ms = pair.Growth(one.time_ms, HostSource::kDisk);
    const double count = pair.Growth(one.count, HostSource::kDisk);
    Add(one.metric, count == 0 ? 0 : time_ms / count, values);
  }
}

}  // namespace

std::vector<domain::MetricValue> HostRates::Derive(const HostSnapshot& now, RestOfCpu rest) {
  std::vector<domain::MetricValue> values;
  values.reserve(std::size(kCounters) + std::size(kGauges) + std::size(kMeans) + 1);
  for (const NamedGauge& one : kGauges)
    Add(one.metric, now.gauges[static_cast<std::size_t>(one.gauge)], values);
  if (has_previous_ && now.time_s > previous_.time_s) AddRates({previous_, now}, rest, values);
  previous_ = now;
  has_previous_ = true;
  return values;
}

}  // namespace distdiag::collect
