#include "detect/classify/features_table.h"

#include <algorithm>
#include <array>

namespace distdiag::detect {
namespace {

constexpr std::array<std::string_view, kSignalCount> kSignalMetrics = {
    "c_tps",
    "c_p95_ms",
    "d_Threads_running",
    "d_Threads_connected",
    "d_Innodb_row_lock_time",
    "d_Innodb_row_lock_waits",
    "d_wsrep_local_bf_aborts",
    "d_wsrep_flow_control_paused_ns",
    "d_wsrep_flow_control_sent",
    "d_wsrep_local_recv_queue",
    "d_wsrep_evs_lat_avg_ms",
    "d_Handler_read_rnd_next",
    "d_Handler_update",
    "d_Handler_write",
    "d_Handler_delete",
    "d_Innodb_buffer_pool_reads",
    "d_Innodb_buffer_pool_read_requests",
    "d_Innodb_buffer_pool_write_requests",
    "d_Innodb_buffer_pool_pages_total",
    "d_Innodb_os_log_written",
    "d_Innodb_log_write_requests",
    "d_Innodb_data_reads",
    "d_Innodb_data_writes",
    "d_Innodb_data_written",
    "h_cpu_ext",
    "h_cpu_db",
    "h_cpu_throttled",
    "h_psi_cpu_some",
    "h_psi_io_some",
    "h_disk_util",
    "h_disk_reads",
    "h_disk_writes",
    "h_disk_write_kb",
    "h_net_tx_kb",
    "h_net_rx_kb",
    "h_tcp_retrans",
    "h_tcp_timeouts",
    "d_probe_ms",
    "h_up",
    "d_Com_commit",
};
static_assert(static_cast<std::size_t>(Signal::kCommits) + 1 == kSignalCount);

// The same signal where the database is OceanBase; empty = it has none that means the same. The formulas and what a deviation says
// stay, so the schema does too.
constexpr std::array<std::string_view, kSignalCount> kOceanBaseMetrics = {
    "",                        // c_tps: the clients are the clients
    "",                        // c_p95_ms
    "o_active_sessions",       // d_Threads_running
    "o_sessions",              // d_Threads_connected
    "o_row_lock_ms",           // d_Innodb_row_lock_time
    "o_row_lock_waits",        // d_Innodb_row_lock_waits
    "",                        // d_wsrep_local_bf_aborts
    "",                        // d_wsrep_flow_control_paused_ns
    "",                        // d_wsrep_flow_control_sent
    "",                        // d_wsrep_local_recv_queue
    "",                        // d_wsrep_evs_lat_avg_ms
    "o_rows_read",             // d_Handler_read_rnd_next: a scan reads every row, an index few
    "o_rows_updated",          // d_Handler_update
    "o_rows_inserted",         // d_Handler_write
    "o_rows_deleted",          // d_Handler_delete
    "o_block_cache_misses",    // d_Innodb_buffer_pool_reads
    "o_block_cache_requests",  // d_Innodb_buffer_pool_read_requests
    "o_memstore_write_bytes",  // d_Innodb_buffer_pool_write_requests
    "o_memstore_limit_bytes",  // d_Innodb_buffer_pool_pages_total
    "o_log_write_bytes",       // d_Innodb_os_log_written
    "o_log_writes",            // d_Innodb_log_write_requests
    "o_io_reads",              // d_Innodb_data_reads
    "o_io_writes",             // d_Innodb_data_writes
    "o_io_write_bytes",        // d_Innodb_data_written
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",            // h_: the host is the host
    "o_probe_ms",  // d_probe_ms
    "",            // h_up
    "o_commits",   // d_Com_commit
};

double At(const SignalRow& signals, Signal signal) {
  return signals[static_cast<std::size_t>(signal)];
}

template <Signal signal>
double Plain(const SignalRow& signals) {
  return At(signals, signal);
}

// Rows changed per second, with 50 added: the cost of a row means nothing while hardly a row is changed.
double ChangedRows(const SignalRow& s) {
  return At(s, Signal::kRowsUpdated) + At(s, Signal::kRowsWritten) + At(s, Signal::kRowsDeleted) +
         50;
}

template <Signal signal>
double PerChangedRow(const SignalRow& s) {
  return At(s, signal) / ChangedRows(s);
}

// What the device did beyond what the database asked it for; NaN stays NaN.
double Beyond(double device, double database) {
  const double excess = device - database;
  return excess < 0 ? 0 : excess;
}

double FlowPaused(const SignalRow& s) { return At(s, Signal::kFlowPausedNs) * 1e-9; }
double MissRatio(const SignalRow& s) {
  return At(s, Signal::kPoolReads) / (At(s, Signal::kPoolReadRequests) + 200);
}
double ForeignReads(const SignalRow& s) {
  return Beyond(At(s, Signal::kDiskReads), At(s, Signal::kDataReads));
}
double ForeignWrites(const SignalRow& s) {
  return Beyond(At(s, Signal::kDiskWrites), At(s, Signal::kDataWrites));
}
double ForeignWriteKb(const SignalRow& s) {
  return Beyond(At(s, Signal::kDiskWriteKb), At(s, Signal::kDataWritten) * 1e-3);
}

constexpr auto kLog = Transform::kLog;
constexpr auto kShare = Transform::kShare;
constexpr auto kHigh = Worse::kHigh;
constexpr auto kLow = Worse::kLow;
using enum Signal;

// Floors: what is too little to matter on a node that does a few transactions a second; changing one changes the schema.
constexpr std::array<QuantityInfo, kQuantityCount> kQuantities = {{
    {"throughput", Plain<kTps>, kLog, 1.0, kLow, kTps},
    {"latency_p95", Plain<kP95>, kLog, 30.0, kHigh, kP95},
    {"threads_running", Plain<kThreadsRunning>, kLog, 1.0, kHigh, kThreadsRunning},
    {"connections", Plain<kThreadsConnected>, kLog, 2.0, kHigh, kThreadsConnected},
    {"lock_time", Plain<kRowLockTime>, kLog, 100.0, kHigh, kRowLockTime},
    {"lock_waits", Plain<kRowLockWaits>, kLog, 2.0, kHigh, kRowLockWaits},
    {"brute_force_aborts", Plain<kBruteForceAborts>, kLog, 1.0, kHigh, kBruteForceAborts},
    {"flow_paused", FlowPaused, kShare, 0.0, kHigh, kFlowPausedNs},
    {"flow_sent", Plain<kFlowSent>, kLog, 0.3, kHigh, kFlowSent},
    {"receive_queue", Plain<kReceiveQueue>, kLog, 2.0, kHigh, kReceiveQueue},
    {"replication_latency", Plain<kReplicationLatency>, kLog, 1.0, kHigh, kReplicationLatency},
    {"scanned_rows", Plain<kReadRndNext>, kLog, 1000.0, kHigh, kReadRndNext},
    {"cache_miss_ratio", MissRatio, kLog, 0.005, kHigh, kPoolReads},
    {"cache_misses", Plain<kPoolReads>, kLog, 30.0, kHigh, kPoolReads},
    {"cache_size", Plain<kPoolPages>, kLog, 100.0, kLow, kPoolPages},
    {"redo_per_row", PerChangedRow<kLogWritten>, kLog, 20.0, kHigh, kLogWritten},
    {"page_writes_per_row", PerChangedRow<kPoolWriteRequests>, kLog, 0.2, kHigh,
     kPoolWriteRequests},
    {"log_requests_per_row", PerChangedRow<kLogRequests>, kLog, 0.2, kHigh, kLogRequests},
    {"cache_misses_per_row", PerChangedRow<kPoolReads>, kLog, 0.02, kHigh, kPoolReads},
    {"page_reads_per_row", PerChangedRow<kPoolReadRequests>, kLog, 0.2, kHigh, kPoolReadRequests},
    {"cpu_other", Plain<kCpuExt>, kShare, 0.0, kHigh, kCpuExt},
    {"cpu_database", Plain<kCpuDb>, kLog, 0.05, kLow, kCpuDb},
    {"cpu_throttled", Plain<kCpuThrottled>, kLog, 0.05, kHigh, kCpuThrottled},
    {"cpu_pressure", Plain<kPsiCpu>, kShare, 0.0, kHigh, kPsiCpu},
    {"io_pressure", Plain<kPsiIo>, kShare, 0.0, kHigh, kPsiIo},
    {"disk_busy", Plain<kDiskUtil>, kShare, 0.0, kHigh, kDiskUtil},
    {"foreign_reads", ForeignReads, kLog, 30.0, kHigh, kDiskReads},
    {"foreign_writes", ForeignWrites, kLog, 50.0, kHigh, kDiskWrites},
    {"foreign_write_kb", ForeignWriteKb, kLog, 500.0, kHigh, kDiskWriteKb},
    {"net_sent", Plain<kNetTxKb>, kLog, 20.0, kLow, kNetTxKb},
    {"tcp_retrans", Plain<kTcpRetrans>, kLog, 1.0, kHigh, kTcpRetrans},
    {"tcp_timeouts", Plain<kTcpTimeouts>, kLog, 0.5, kHigh, kTcpTimeouts},
    {"status_latency", Plain<kProbeMs>, kLog, 20.0, kHigh, kProbeMs},
}};

constexpr std::array<std::string_view, kExtraCount> kExtraNames = {
    "silent_database", "silent_clients", "process_down", "receive_unsteadiness"};

}  // namespace

std::span<const std::string_view> SignalMetrics() { return kSignalMetrics; }
std::span<const std::string_view> OceanBaseSignalMetrics() { return kOceanBaseMetrics; }
std::span<const QuantityInfo, kQuantityCount> Quantities() { return kQuantities; }
std::span<const std::string_view, kExtraCount> ExtraNames() { return kExtraNames; }

}  // namespace distdiag::detect
