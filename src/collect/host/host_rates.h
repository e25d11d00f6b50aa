// A host's counters and gauges of one moment, and the catalogue's h_* and x_* values that two such moments give.
//
// Why so: the kernel's files and node_exporter tell the same counters; what they mean and how they become rates is written once.
// Thread: value; HostRates single (owner: its probe). Cost: one pass over some fifty numbers.
#pragma once

#include "domain/sample.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace distdiag::collect {

// Only grow while their source lives; each in the unit whose rate is wanted.
enum class HostCounter {
  kCpuTotal,  // seconds of CPU: the node; not delivered, see RestOfCpu
  kCpuDb,
  kCpuExt,
  kCpuUser,
  kCpuSys,
  kCpuThrottled,  // seconds
  kCpuThrottledPeriods,
  kPsiCpuSome,  // seconds of waiting, also the next five
  kPsiCpuFull,
  kPsiIoSome,
  kPsiIoFull,
  kPsiMemorySome,
  kPsiMemoryFull,
  kPageFaults,
  kMajorPageFaults,
  kDiskReads,
  kDiskReadKib,
  kDiskReadMs,  // not delivered: the mean time of a read is, also for writes and flushes
  kDiskWrites,
  kDiskWriteKib,
  kDiskWriteMs,
  kDiskFlushes,
  kDiskFlushMs,
  kDiskQueue,  // seconds times requests
  kNetRxKb,    // 1000 bytes
  kNetRxPackets,
  kNetRxDrops,
  kNetTxKb,
  kNetTxPackets,
  kNetTxDrops,
  kTcpRetransmitted,
  kTcpIn,
  kTcpOut,
  kTcpTimeouts,
  kTcpLost,
  kTcpReordered,
  kTcpDelivered,
  kBoxIdle,  // seconds of CPU
  kBoxIowait,
  kCount
};

enum class HostGauge {
  kMemoryMb,
  kMemoryRssMb,
  kDiskInFlight,
  kDiskUsedPercent,
  kUp,
  kThreads,
  kCount
};

// Where counters come from. Another source (a restarted process, another device) has other counters, even if they are higher.
enum class HostSource { kCpu, kDatabase, kDisk, kNetwork, kCount };

struct HostSnapshot {
  HostSnapshot() {
    counters.fill(std::numeric_limits<double>::quiet_NaN());
    gauges.fill(std::numeric_limits<double>::quiet_NaN());
  }
  double& operator[](HostCounter counter) { return counters[static_cast<std::size_t>(counter)]; }
  double operator[](HostCounter counter) const {
    return counters[static_cast<std::size_t>(counter)];
  }
  double& operator[](HostGauge gauge) { return gauges[static_cast<std::size_t>(gauge)]; }
  std::uint64_t& operator[](HostSource source) { return sources[static_cast<std::size_t>(source)]; }

  double time_s = 0;  // by the clock of whoever counts
  std::array<double, static_cast<std::size_t>(HostCounter::kCount)> counters;  // NaN = not there
  std::array<double, static_cast<std::size_t>(HostGauge::kCount)> gauges;      // NaN = not there
  std::vector<double>
      disk_busy_s;  // one a disk: shares of time can't be summed, the busiest one counts
  std::array<std::uint64_t, static_cast<std::size_t>(HostSource::kCount)> sources{};  // identities
};

// What of the CPU is h_cpu_ext: counted by itself (kCpuExt), or the node's without the database's, at least 0 because the two are
// counted with different grain.
enum class RestOfCpu { kCounted, kRemainder };

class HostRates {
 public:
  // Values of `now` and rates since the snapshot before, over the true time between them. The first snapshot gives gauges only;
  // a counter that fell, is missing on one side, or whose source changed gives nothing until the next time.
  std::vector<domain::MetricValue> Derive(const HostSnapshot& now, RestOfCpu rest);
  // After a failure: the next snapshot is the first again.
  void Forget() { has_previous_ = false; }

 private:
  HostSnapshot previous_;
  bool has_previous_ = false;
};

}  // namespace distdiag::collect
