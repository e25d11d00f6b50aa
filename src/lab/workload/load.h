// The load of one node: its terminals, each a thread, and a report once a second.
//
// Why so: a process of its own for each node, started in the clients' network namespace by the lab (processes.h), because the
// terminals must not share the fate of whoever watches them.
// Thread: single (owner: the caller). Lifecycle: Start once, then Stop once.
#pragma once

#include "base/clock.h"
#include "lab/workload/load_shape.h"
#include "lab/workload/session.h"
#include "lab/workload/terminal.h"
#include "lab/workload/workload.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace distdiag::lab {

// Takes one report (Prometheus text); called once a second from a thread of the load's.
using ReportSink = std::function<base::Status(const std::string& text)>;

struct LoadOptions {
  std::string node;            // "n1": label of the report
  ReportSink report;           // empty = no report
  SessionOpener open_session;  // called from all terminals at once
  LoadShape shape;
  // Asked once a second: the pace against the one of `pace`, 1 = as that says. Empty = always 1.
  std::function<double()> level = {};
  TerminalPace pace;
  WorkloadKind workload = WorkloadKind::kTpcc;
  int warehouses = 3;
  int home_warehouse = 1;
  std::uint64_t seed = 1;
};

enum class LoadEnd {
  kAllEnded,
  // Terminals still wait for their server; their threads go on with clock and server. End the process.
  kStatementsHang,
};

class Load {
 public:
  // REQUIRES: the clock outlives the last terminal (see LoadEnd).
  Load(LoadOptions options, base::Clock& clock);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void Start();
  // Within about a second, whatever the server does. No report is written after it.
  LoadEnd Stop();

 private:
  class Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace distdiag::lab
