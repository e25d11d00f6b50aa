#include "lab/status.h"

#include "base/prometheus_text.h"
#include "lab/cgroups.h"

#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr double kFreshSeconds = 5;  // terminals report every second

std::int64_t ResidentBytes(pid_t pid) {
  base::RealFileSystem files;
  const auto text = files.ReadFile(fmt::format("/proc/{}/status", pid));
  if (!text) return 0;
  const auto at = text->find("VmRSS:");
  return at == std::string::npos ? 0 : std::strtoll(text->c_str() + at + 6, nullptr, 10) * 1024;
}

std::optional<double> ClientRate(const Machine& machine, base::Timestamp now) {
  base::RealFileSystem files;
  const auto text = files.ReadFile(machine.clients_file);
  if (!text) return std::nullopt;
  const auto time = FindMetricValue(*text, "distdiag_client_time_seconds");
  if (!time || std::abs(base::ToUnixSeconds(now) - *time) > kFreshSeconds) return std::nullopt;
  return FindMetricValue(*text, "distdiag_client_transactions_per_second");
}

void AddProblems(const LabStatus& status, std::string& text) {
  const DatabaseSystem& system = SystemOf(status.state.options.database);
  const int size = system.replicates() ? static_cast<int>(status.nodes.size()) : 1;
  if (status.state.phase != LabPhase::kUp)
    text += fmt::format("! the lab is {}: `distdiag lab down` removes what is there\n",
                        LabPhaseName(status.state.phase));
  if (!status.keeper)
    text += "! its keeper does not run: terminals and faults are not looked after\n";
  for (const NodeStatus& node : status.nodes) {
    if (!node.pid) {
      text += fmt::format("! {}: {} does not run\n", node.name, system.process());
    } else if (!node.server.ReadyWith(size)) {
      text += fmt::format("! {}: expected {}, found {}\n", node.name,
                          StateText(system, system.ready_word(), size),
                          StateText(system, node.server.state, node.server.cluster_size));
    }
    if (status.state.with_load && !node.transactions_per_s)
      text += fmt::format("! {}: its terminals do not report\n", node.name);
  }
}

}  // namespace

base::Result<LabStatus> LookAtLab(const std::string& directory, base::Clock& clock) {
  base::RealFileSystem files;
  LabStatus status;
  ASSIGN_OR_RETURN(status.state, ReadState(files, directory));
  ASSIGN_OR_RETURN(const CgroupTrees trees, FindCgroupTrees(files));
  const Layout layout(status.state.options);
  std::vector<std::int64_t> before;
  for (const Machine& machine : layout.machines())
    before.push_back(GroupCpuUsageNs(files, trees, layout.cgroup(machine)).value_or(0));
  const base::Timestamp began = clock.Now();
  base::StopSignal never;
  clock.SleepUntil(began + std::chrono::seconds(1), never);
  const double seconds = base::ToSeconds(clock.Now() - began);
  for (const Machine& machine : layout.machines()) {
    const auto index = static_cast<std::size_t>(machine.number - 1);
    NodeStatus node;
    node.name = machine.name;
    node.cpu_cores =
        static_cast<double>(GroupCpuUsageNs(files, trees, layout.cgroup(machine)).value_or(0) -
                            before[index]) /
        1e9 / seconds;
    Server server(layout, machine, trees, clock);
    node.pid = server.Pid();
    if (node.pid) {
      node.resident_bytes = ResidentBytes(*node.pid);
      node.server = server.State();
    }
    node.transactions_per_s = ClientRate(machine, clock.Now());
    status.nodes.push_back(std::move(node));
  }
  status.keeper = !GroupMembers(trees, KeeperGroup(layout)).empty();
  return status;
}

bool AllWell(const LabStatus& status) {
  std::string problems;
  AddProblems(status, problems);
  return problems.empty();
}

std::string StatusText(const LabStatus& status) {
  std::string text = fmt::format("{:<5} {:>8}  {:<14} {:>4} {:>8} {:>6} {:>7}\n", "node", "pid",
                                 "state", "size", "RSS MB", "CPU", "TPS");
  for (const NodeStatus& node : status.nodes) {
    text += fmt::format(
        "{:<5} {:>8}  {:<14} {:>4} {:>8} {:>6.2f} {:>7}\n", node.name,
        node.pid ? std::to_string(*node.pid) : "-", node.pid ? node.server.state : "down",
        node.server.cluster_size, node.resident_bytes >> 20, node.cpu_cores,
        node.transactions_per_s ? fmt::format("{:.1f}", *node.transactions_per_s) : "-");
  }
  AddProblems(status, text);
  return text;
}

std::optional<double> FindMetricValue(std::string_view text, std::string_view metric) {
  base::PrometheusText reader(text);
  base::PrometheusSample sample;
  for (;;) {
    const auto more = reader.Next(sample);
    if (!more || !*more) return std::nullopt;
    if (sample.name == metric) return sample.value;
  }
}

}  // namespace distdiag::lab
