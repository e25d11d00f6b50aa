// `distdiag lab worker …`: the programs that faults leave running, one a process. They end at SIGTERM.
#include "base/clock.h"
#include "base/file_system.h"
#include "base/status.h"
#include "lab/cgroups.h"
#include "lab/layout.h"
#include "lab/server.h"
#include "lab/state.h"
#include "lab/workers/delay_relay.h"
#include "lab/workers/sql_worker.h"
#include "lab/workers/stall_worker.h"
#include "report.h"
#include "run_until_stopped.h"
#include "stop_on_signal.h"
#include "subcommands.h"

#include <fmt/format.h>

namespace distdiag::app {
namespace {

// A statement may wait for minutes on a lock; SIGTERM ends the process all the same, and with it the connection.
int RunSql(const LabWorkerArguments& arguments, lab::SqlWorkerKind kind) {
  base::RealClock clock;
  base::StopSignal never;
  sql::Endpoint endpoint;
  endpoint.host = arguments.address;
  if (kind == lab::SqlWorkerKind::kCompaction) {
    endpoint.user =
        "root";  // of OceanBase; it comes without a password from the clients' namespace
  } else {
    endpoint.user = lab::kClientUser;
    endpoint.password = lab::kClientPassword;
    endpoint.database = lab::kDatabase;
  }
  endpoint.tls = sql::TlsMode::kOff;
  lab::RunSqlWorker({.kind = kind, .home_warehouse = arguments.home, .number = arguments.number},
                    endpoint, clock, never);
  return kDone;
}

int RunStall(const LabWorkerArguments& arguments) {
  HoldStopSignals();
  base::RealClock clock;
  base::RealFileSystem files;
  const auto state = lab::ReadState(files, arguments.directory);
  if (!state) return Refuse(state.error());
  const auto trees = lab::FindCgroupTrees(files);
  if (!trees) return Refuse(trees.error());
  const lab::Layout layout(state->options);
  const lab::Machine* machine = layout.Find(arguments.node);
  if (machine == nullptr)
    return Refuse(base::NotFound(fmt::format("there is no node '{}'", arguments.node)));
  base::StopSignal stop;
  const StopOnSignal watch(stop);
  lab::RunStallWorker(lab::Server(layout, *machine, *trees, clock), clock, stop);
  return kDone;
}

int RunRelay(const LabWorkerArguments& arguments) {
  HoldStopSignals();
  base::RealClock clock;
  base::StopSignal stop;
  const StopOnSignal watch(stop);
  const base::Status done =
      lab::RunDelayRelay({.port = arguments.port,
                          .tap = arguments.tap,
                          .bridge = arguments.bridge,
                          .delay = base::FromSeconds(arguments.delay_ms / 1000)},
                         clock, stop);
  return done.ok() ? kDone : Refuse(done);
}

}  // namespace

int RunLabWorker(const LabWorkerArguments& arguments) {
  if (const auto kind = lab::FindSqlWorkerKind(arguments.kind)) return RunSql(arguments, *kind);
  if (arguments.kind == "stall") return RunStall(arguments);
  return RunRelay(arguments);
}

}  // namespace distdiag::app
