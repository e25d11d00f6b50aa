// What a node's terminals see of it: counted by the terminals, read once a second, and written as Prometheus text.
#pragma once

#include "base/mutex.h"
#include "base/time.h"
#include "lab/workload/session.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::lab {

// What was counted between two moments.
struct ClientWindow {
  std::uint64_t transactions = 0;
  std::uint64_t reads = 0;     // SELECT
  std::uint64_t writes = 0;    // INSERT, UPDATE, DELETE
  std::uint64_t controls = 0;  // BEGIN, COMMIT, ROLLBACK
  std::uint64_t errors = 0;
  std::uint64_t reconnects = 0;
  std::vector<base::Duration> latencies;  // one a transaction, in no order
};

// Thread: safe. Cost: a lock nobody else holds for long, 30 times a transaction.
class ClientMeter {
 public:
  void Statement(StatementKind kind) LOCKS_EXCLUDED(mutex_);
  // From its first statement to its end, attempts that failed included.
  void Transaction(base::Duration latency) LOCKS_EXCLUDED(mutex_);
  void Error() LOCKS_EXCLUDED(mutex_);
  void Reconnect() LOCKS_EXCLUDED(mutex_);
  // What was counted since the last call.
  ClientWindow Take() LOCKS_EXCLUDED(mutex_);

 private:
  base::Mutex mutex_;
  ClientWindow window_ GUARDED_BY(mutex_);
};

// The smallest latency that at least `share` of them do not exceed, in milliseconds. Never below 0.001, which also stands for
// "no transaction": so do the recorded cases, whose load generator cannot say 0.
// REQUIRES: 0 < share <= 1.
double LatencyPercentileMs(std::vector<base::Duration> latencies, double share);

struct ClientReport {
  std::string node;
  int threads = 0;
  base::Timestamp time;      // end of the window
  base::Duration length{0};  // of the window; > 0
  ClientWindow window;
};
// Prometheus text format 0.0.4: the metrics distdiag_client_*, each with HELP and TYPE.
std::string WriteClientReport(const ClientReport& report);

}  // namespace distdiag::lab
