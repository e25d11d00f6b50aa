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
  std::string_view metric;
  HostSource source;
};

constexpr NamedCounter kCounters[] = {
    {Counter::kCpuDb, "h_cpu_db", HostSource::kDatabase},
    {Counter::kCpuExt, "h_cpu_ext", HostSource::kCpu},
    {Counter::kCpuUser, "h_cpu_user", HostSource::kCpu},
    {Counter::kCpuSys, "h_cpu_sys", HostSource::kCpu},
    {Counter::kCpuThrottled, "h_cpu_throttled", HostSource::kCpu},
    {Counter::kCpuThrottledPeriods, "h_cpu_nr_throttled", HostSource::kCpu},
    {Counter::kPsiCpuSome, "h_psi_cpu_some", HostSource::kCpu},
    {Counter::kPsiCpuFull, "h_psi_cpu_full", HostSource::kCpu},
    {Counter::kPsiIoSome, "h_psi_io_some", HostSource::kCpu},
    {Counter::kPsiIoFull, "h_psi_io_full", HostSource::kCpu},
    {Counter::kPsiMemorySome, "h_psi_memory_some", HostSource::kCpu},
    {Counter::kPsiMemoryFull, "h_psi_memory_full", HostSource::kCpu},
    {Counter::kPageFaults, "h_pgfault", HostSource::kCpu},
    {Counter::kMajorPageFaults, "h_pgmajfault", HostSource::kCpu},
    {Counter::kDiskReads, "h_disk_reads", HostSource::kDisk},
    {Counter::kDiskReadKib, "h_disk_read_kb", HostSource::kDisk},
    {Counter::kDiskWrites, "h_disk_writes", HostSource::kDisk},
    {Counter::kDiskWriteKib, "h_disk_write_kb", HostSource::kDisk},
    {Counter::kDiskFlushes, "h_disk_flushes", HostSource::kDisk},
    {Counter::kDiskQueue, "h_disk_queue", HostSource::kDisk},
    {Counter::kNetRxKb, "h_net_rx_kb", HostSource::kNetwork},
    {Counter::kNetRxPackets, "h_net_rx_pkts", HostSource::kNetwork},
    {Counter::kNetRxDrops, "h_net_rx_drop", HostSource::kNetwork},
    {Counter::kNetTxKb, "h_net_tx_kb", HostSource::kNetwork},
    {Counter::kNetTxPackets, "h_net_tx_pkts", HostSource::kNetwork},
    {Counter::kNetTxDrops, "h_net_tx_drop", HostSource::kNetwork},
    {Counter::kTcpRetransmitted, "h_tcp_retrans", HostSource::kNetwork},
    {Counter::kTcpIn, "h_tcp_in", HostSource::kNetwork},
    {Counter::kTcpOut, "h_tcp_out", HostSource::kNetwork},
    {Counter::kTcpTimeouts, "h_tcp_timeouts", HostSource::kNetwork},
    {Counter::kTcpLost, "h_tcp_lost", HostSource::kNetwork},
    {Counter::kTcpReordered, "h_tcp_reorder", HostSource::kNetwork},
    {Counter::kTcpDelivered, "h_tcp_delivered", HostSource::kNetwork},
    {Counter::kBoxIdle, "x_box_idle", HostSource::kCpu},
    {Counter::kBoxIowait, "x_box_iowait", HostSource::kCpu},
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
