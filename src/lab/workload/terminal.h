// One terminal: sends transactions to its server, thinks in between, and never gives up.
//
// What it does when the server refuses a statement: counts an error, rolls back, and tries the same transaction again, at once
// the first time and then after pauses that double. When the connection is lost: opens another one (counted when it succeeds),
// and tries again. So the terminals come back by themselves when a node does.
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "lab/workload/client_meter.h"
#include "lab/workload/load_shape.h"
#include "lab/workload/session.h"
#include "lab/workload/tpcc_random.h"
#include "lab/workload/workload.h"

#include <atomic>
#include <memory>

namespace distdiag::lab {

// Pauses of a terminal.
struct TerminalPace {
  ThinkTime think = ThinkTime::kExponential;
  base::Duration think_mean = std::chrono::milliseconds(250);  // between two transactions
  // Transactions per second of all terminals together, whatever they take; what a slow server made late is not made up for.
  // 0 = by think time.
  double rate = 0;
};

struct TerminalOptions {
  int number = 0;  // from 0
  LoadShape shape;
  TerminalPace pace;
  base::Timestamp load_began;
  const std::atomic<double>* level =
      nullptr;  // factor of the pace now, of the load that owns the terminal; nullptr = 1
};

// Thread: single (owner: the thread that calls Run).
class Terminal {
 public:
  Terminal(const TerminalOptions& options, std::unique_ptr<Workload> workload,
           SessionOpener open_session, base::Random random);

  // Works until stop is requested. A statement that hangs is not interrupted: the session's limit ends it.
  void Run(ClientMeter& meter, base::Clock& clock, base::StopSignal& stop);

 private:
  bool Connected(ClientMeter& meter, base::Clock& clock, base::StopSignal& stop);
  void RunOne(ClientMeter& meter, base::Clock& clock, base::StopSignal& stop);
  base::Timestamp NextStart(base::Timestamp last_start, base::Timestamp now);

  TerminalOptions options_;
  std::unique_ptr<Workload> workload_;
  SessionOpener open_session_;
  base::Random random_;
  std::unique_ptr<Session> session_;
  bool lost_ = false;  // the last session broke
};

}  // namespace distdiag::lab
