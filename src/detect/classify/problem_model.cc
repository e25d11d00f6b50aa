#include "detect/classify/problem_model.h"

#include <array>
#include <cmath>

namespace distdiag::detect {
namespace {

using Uses = FeatureUse;

// A process beside the database takes the CPU.
constexpr Uses kCpu[] = {
    {"cpu_other", 1},          {"cpu_pressure", 1},          {"cpu_throttled", 1},
    {"cpu_other.vs_peers", 1}, {"cpu_pressure.vs_peers", 1}, {"cpu_throttled.vs_peers", 1},
};
// The disk does work that the database did not ask for.
constexpr Uses kIo[] = {
    {"foreign_reads", 1},
    {"foreign_write_kb", 1},
    {"foreign_writes", 1},
    {"io_pressure", 1},
    {"disk_busy", 1},
    {"foreign_reads.vs_peers", 1},
    {"foreign_write_kb.vs_peers", 1},
    {"foreign_writes.vs_peers", 1},
    {"io_pressure.vs_peers", 1},
};
// All wait for replication to one node that itself suffers most; its link runs full (retransmissions, a steady stream).
constexpr Uses kNetwork[] = {
    {"replication_latency", 1},
    {"tcp_retrans", 0},
    {"tcp_retrans.any_node", 1},
    {"throughput.vs_peers", -1},
    {"latency_p95.vs_peers", 1},
    {"net_sent.vs_peers", -1},
    {"receive_unsteadiness", -1},
    {"receive_queue", -1},
    {"replication_latency.every_node", 1},
    {"silent_database", -1},
};
// Pages come from disk though no statement scans tables.
constexpr Uses kCache[] = {
    {"cache_miss_ratio", 1},
    {"cache_misses", 1},
    {"cache_misses_per_row", 1},
    {"cache_size", -1},
    {"cache_miss_ratio.vs_peers", 1},
    {"cache_misses.vs_peers", 1},
    {"io_pressure", 1},
    {"scanned_rows", -1},
};
// More clients everywhere.
constexpr Uses kSurge[] = {
    {"connections", 1},
    {"threads_running", 1},
    {"connections.every_node", 1},
    {"threads_running.every_node", 1},
    {"lock_waits", 1},
    {"lock_time.every_node", 1},
};
// A changed row costs more redo and page writes, on all nodes.
constexpr Uses kIndex[] = {
    {"redo_per_row", 1},
    {"page_writes_per_row", 1},
    {"log_requests_per_row", 1},
    {"cache_misses_per_row", 0},
    {"redo_per_row.every_node", 1},
    {"page_writes_per_row.every_node", 1},
    {"log_requests_per_row.every_node", 1},
};
// Row locks are waited for here and nowhere else, while replication flows.
constexpr Uses kLock[] = {
    {"lock_time", 1},
    {"lock_waits", 1},
    {"brute_force_aborts", 1},
    {"lock_time.vs_peers", 1},
    {"lock_waits.vs_peers", 1},
    {"brute_force_aborts.vs_peers", 1},
    {"lock_time.every_node", -1},
    {"replication_latency", -1},
    {"flow_paused", -1},
    {"throughput.vs_peers", -1},
};
constexpr Uses kSlowSql[] = {
    {"scanned_rows", 1},          {"scanned_rows.vs_peers", 1}, {"cpu_database", 1},
    {"cpu_database.vs_peers", 1}, {"page_reads_per_row", 1},    {"connections", 0},
};
// As a full link, but without losses and never bounded: latency is the same for all.
constexpr Uses kNetworkDelay[] = {
    {"replication_latency", 1},  {"replication_latency.every_node", 1},
    {"tcp_retrans", -1},         {"tcp_retrans.any_node", -1},
    {"throughput.vs_peers", -1}, {"latency_p95.vs_peers", 1},
    {"net_sent.vs_peers", -1},   {"flow_paused", -1},
};
constexpr Uses kNetworkLoss[] = {
    {"tcp_retrans", 1},          {"tcp_retrans.every_node", 1}, {"tcp_retrans.any_node", 1},
    {"tcp_timeouts", 1},         {"replication_latency", 1},    {"throughput.vs_peers", -1},
    {"latency_p95.vs_peers", 1}, {"net_sent.vs_peers", -1},     {"flow_paused", -1},
};
// The process answers late or not at all by turns; its peers see replication hang, itself sees none.
constexpr Uses kStall[] = {
    {"silent_database", 1},
    {"status_latency", 1},
    {"status_latency.vs_peers", 1},
    {"replication_latency.vs_peers", -1},
    {"replication_latency", 0},
    {"receive_unsteadiness", 1},
    {"flow_paused", -1},
};
// The applier stops though nothing is short: the receive queue fills, flow control halts all.
constexpr Uses kBackupLock[] = {
    {"receive_queue", 1},     {"receive_queue.vs_peers", 1},
    {"flow_sent", 1},         {"flow_sent.vs_peers", 1},
    {"cpu_pressure", -1},     {"io_pressure", -1},
    {"cpu_other", -1},        {"foreign_reads", -1},
    {"cache_miss_ratio", -1}, {"replication_latency", -1},
    {"connections", 0},
};
constexpr Uses kCrash[] = {
    {"process_down", 1},  {"silent_clients", 1}, {"silent_database", 1},
    {"receive_queue", 1}, {"throughput", -1},
};

constexpr std::array<ProblemRecipe, domain::kProblemCount - 1> kRecipes = {{
    {domain::ProblemId::kCpu, kCpu},
    {domain::ProblemId::kIo, kIo},
    {domain::ProblemId::kNetwork, kNetwork},
    {domain::ProblemId::kCache, kCache},
    {domain::ProblemId::kSurge, kSurge},
    {domain::ProblemId::kIndex, kIndex},
    {domain::ProblemId::kLock, kLock},
    {domain::ProblemId::kSlowSql, kSlowSql},
    {domain::ProblemId::kNetworkDelay, kNetworkDelay},
    {domain::ProblemId::kNetworkLoss, kNetworkLoss},
    {domain::ProblemId::kStall, kStall},
    {domain::ProblemId::kBackupLock, kBackupLock},
    {domain::ProblemId::kCrash, kCrash},
}};

}  // namespace

std::span<const ProblemRecipe> ProblemRecipes() { return kRecipes; }

double Calibrated(const Calibration& calibration, float margin) {
  const double score = static_cast<double>(calibration.slope) * static_cast<double>(margin) +
                       static_cast<double>(calibration.offset);
  return 1.0 / (1.0 + std::exp(-score));
}

}  // namespace distdiag::detect
