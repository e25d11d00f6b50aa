#include "lab/workload/client_meter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr double kSmallestLatencyMs = 0.001;

void Append(std::string& text, std::string_view name, std::string_view help,
            std::string_view sample) {
  text += fmt::format(
      "# HELP distdiag_client_{0} {1}\n# TYPE distdiag_client_{0} gauge\n"
      "distdiag_client_{0}{2}\n",
      name, help, sample);
}

}  // namespace

void ClientMeter::Statement(StatementKind kind) {
  base::MutexLock lock(mutex_);
  switch (kind) {
    case StatementKind::kRead: ++window_.reads; break;
    case StatementKind::kWrite: ++window_.writes; break;
    case StatementKind::kControl: ++window_.controls; break;
  }
}

void ClientMeter::Transaction(base::Duration latency) {
  base::MutexLock lock(mutex_);
  ++window_.transactions;
  window_.latencies.push_back(latency);
}

void ClientMeter::Error() {
  base::MutexLock lock(mutex_);
  ++window_.errors;
}

void ClientMeter::Reconnect() {
  base::MutexLock lock(mutex_);
  ++window_.reconnects;
}

ClientWindow ClientMeter::Take() {
  base::MutexLock lock(mutex_);
  return std::exchange(window_, {});
}

double LatencyPercentileMs(std::vector<base::Duration> latencies, double share) {
  if (latencies.empty()) return kSmallestLatencyMs;
  const auto rank =
      static_cast<std::size_t>(std::ceil(share * static_cast<double>(latencies.size())));
  const auto at =
      latencies.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::nth_element(latencies.begin(), at, latencies.end());
  return std::max(kSmallestLatencyMs, base::ToSeconds(*at) * 1e3);
}

std::string WriteClientReport(const ClientReport& report) {
  const ClientWindow& window = report.window;
  const double seconds = base::ToSeconds(report.length);
  const auto labelled = [&](double value) {
    return fmt::format("{{node=\"{}\"}} {:.6g}", report.node, value);
  };
  const auto rate = [&](std::uint64_t count) {
    return labelled(static_cast<double>(count) / seconds);
  };
  std::string text;
  Append(text, "threads", "Terminals that send transactions to the node.",
         labelled(report.threads));
  Append(text, "transactions_per_second", "Transactions that ended, planned rollbacks included.",
         rate(window.transactions));
  Append(text, "queries_per_second", "Statements that succeeded, BEGIN, COMMIT, ROLLBACK included.",
         rate(window.reads + window.writes + window.controls));
  Append(text, "reads_per_second", "SELECT statements that succeeded.", rate(window.reads));
  Append(text, "writes_per_second", "INSERT, UPDATE and DELETE statements that succeeded.",
         rate(window.writes));
  Append(text, "latency_p95_ms",
         "95th percentile of the latency of the transactions that ended; 0.001 = none ended.",
         labelled(LatencyPercentileMs(window.latencies, 0.95)));
  Append(text, "errors_per_second",
         "Statements that the server refused, and planned rollbacks; a lost connection is none.",
         rate(window.errors));
  Append(text, "reconnects_per_second", "Lost connections that could be opened again.",
         rate(window.reconnects));
  Append(text, "time_seconds", "End of the second that the other values are of, Unix time.",
         fmt::format(" {:.3f}", base::ToUnixSeconds(report.time)));
  return text;
}

}  // namespace distdiag::lab
