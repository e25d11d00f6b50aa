// `distdiag lab load`: the terminals of one node, until stopped.
#include "base/clock.h"
#include "base/file_system.h"
#include "lab/layout.h"
#include "lab/workload/load.h"
#include "lab/workload/processes.h"
#include "report.h"
#include "run_until_stopped.h"
#include "subcommands.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

base::Duration Milliseconds(double count) { return base::FromSeconds(count * 1e-3); }

lab::ReportSink SinkOf(const LabLoadArguments& arguments, const lab::Machine& machine) {
  if (arguments.report == "none") return {};
  const std::string path = arguments.report.empty() ? machine.clients_file : arguments.report;
  return [path](const std::string& text) { return base::ReplaceFile(path, text); };
}

// The extra terminals of a surge report nothing and keep their own pace.
std::function<double()> LevelOf(const LabLoadArguments& arguments, const lab::Layout& layout) {
  if (arguments.report == "none") return {};
  return [path = layout.load_level_file()] {
    const auto text = base::RealFileSystem().ReadFile(path);
    const double level = text ? std::strtod(text->c_str(), nullptr) : 1;
    return level > 0.01 && level < 100 ? level : 1;
  };
}

base::Result<lab::LoadOptions> OptionsOf(const LabLoadArguments& arguments, base::Clock& clock) {
  const int number =
      std::atoi(arguments.node.substr(std::min<std::size_t>(1, arguments.node.size())).c_str());
  lab::LabOptions lab_options;
  lab_options.directory = arguments.directory;
  lab_options.network = arguments.network;
  lab_options.nodes = number;
  const lab::Layout layout(lab_options);
  const lab::Machine* machine =
      number >= 1 && number <= 200 ? layout.Find(arguments.node) : nullptr;
  if (machine == nullptr) {
    return base::Fail(base::InvalidArgument(
        fmt::format("--node: expected n1, n2, …, found \"{}\"", arguments.node)));
  }
  const int home =
      arguments.home != 0 ? arguments.home : lab::HomeWarehouse(number, arguments.warehouses);
  if (home > arguments.warehouses) {
    return base::Fail(base::InvalidArgument(fmt::format(
        "--home: expected a warehouse from 1 to {}, found {}", arguments.warehouses, home)));
  }
  ASSIGN_OR_RETURN(const lab::WorkloadKind workload, lab::ParseWorkload(arguments.workload));
  lab::LoadShape shape{
      .terminals = arguments.terminals, .ramp = {}, .day = base::FromSeconds(arguments.day_curve)};
  if (!arguments.ramp.empty()) {
    ASSIGN_OR_RETURN(shape.ramp, lab::ParseRamp(arguments.ramp));
  }
  lab::SqlSessionOptions sessions;
  sessions.endpoint.host = arguments.address.empty() ? machine->address : arguments.address;
  sessions.endpoint.port = static_cast<std::uint16_t>(arguments.port);
  sessions.endpoint.user = lab::kClientUser;
  sessions.endpoint.password = lab::kClientPassword;
  sessions.endpoint.database = lab::kDatabase;
  sessions.endpoint.tls = sql::TlsMode::kOff;  // the lab's network is its own
  return lab::LoadOptions{
      .node = arguments.node,
      .report = SinkOf(arguments, *machine),
      .open_session = lab::SqlSessions(sessions, clock),
      .shape = shape,
      .level = LevelOf(arguments, layout),
      .pace = {.think =
                   arguments.fixed_think ? lab::ThinkTime::kFixed : lab::ThinkTime::kExponential,
               .think_mean = Milliseconds(arguments.think_ms),
               .rate = arguments.rate},
      .workload = workload,
      .warehouses = arguments.warehouses,
      .home_warehouse = home,
      .seed = arguments.seed != 0 ? arguments.seed : static_cast<std::uint64_t>(number)};
}

}  // namespace

int RunLabLoad(const LabLoadArguments& arguments) {
  HoldStopSignals();
  base::RealClock clock;
  const auto options = OptionsOf(arguments, clock);
  if (!options) return Refuse(options.error());
  lab::Load load(*options, clock);
  load.Start();
  RunUntilStopped(clock, arguments.seconds, [] {});
  // A statement that hangs can't be taken back; the server rolls back what it sees unfinished when the process is gone.
  if (load.Stop() == lab::LoadEnd::kStatementsHang) std::_Exit(kDone);
  return kDone;
}

}  // namespace distdiag::app
