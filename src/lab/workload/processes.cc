#include "lab/workload/processes.h"

#include <fmt/format.h>

namespace distdiag::lab {

int HomeWarehouse(int node_number, int warehouses) { return (node_number - 1) % warehouses + 1; }

std::string LoadLogPath(const Layout& layout, const Machine& machine) {
  return layout.run_directory() + "/" + machine.name + ".load.log";
}

base::SpawnOptions LoadProcessOptions(const Layout& layout, const Machine& machine,
                                      const LoadProcess& process) {
  const LabOptions& lab = layout.options();
  const std::uint64_t seed =
      process.seed != 0 ? process.seed : static_cast<std::uint64_t>(machine.number);
  std::vector<std::string> argv = {
      base::OwnProgramPath(),
      "lab",
      "load",
      "--directory",
      lab.directory,
      "--node",
      machine.name,
      "--address",
      machine.address,
      "--warehouses",
      std::to_string(lab.warehouses),
      "--home",
      std::to_string(HomeWarehouse(machine.number, lab.warehouses)),
      "--seed",
      std::to_string(seed),
      "--terminals",
      std::to_string(process.terminals.value_or(lab.terminals)),
      "--think-ms",
      fmt::format("{}", process.think_time_ms.value_or(lab.think_time_ms)),
      "--report",
      process.reports ? machine.clients_file : "none",
  };
  const auto add = [&](const char* name, const std::string& value) {
    argv.emplace_back(name);
    argv.push_back(value);
  };
  if (!process.ramp.empty()) add("--ramp", process.ramp);
  if (process.day_seconds > 0) add("--day-curve", fmt::format("{}", process.day_seconds));
  if (process.seconds > 0) add("--seconds", fmt::format("{}", process.seconds));
  return {.argv = std::move(argv),
          .log_path = process.log_path.empty() ? LoadLogPath(layout, machine) : process.log_path,
          .network_namespace = Layout::NetnsPath(layout.clients_netns()),
          .cgroup_files = process.cgroup_files,
          .working_directory = {}};
}

}  // namespace distdiag::lab
