// The processes that make the load of the lab's nodes: this very program as `distdiag lab load`, one for each node.
#pragma once

#include "base/process.h"
#include "lab/layout.h"

#include <optional>
#include <string>
#include <vector>

namespace distdiag::lab {

struct LoadProcess {
  std::vector<std::string> cgroup_files = {};   // cgroup.procs of the clients' groups
  std::optional<int> terminals = std::nullopt;  // absent = as the lab's options say
  std::optional<double> think_time_ms = std::nullopt;
  std::string ramp = {};      // "FROM:TO:SECONDS", empty = none
  double day_seconds = 0;     // length of a compressed day, 0 = none
  double seconds = 0;         // ends by itself after so long, 0 = never
  bool reports = true;        // false: extra load beside the node's terminals; nothing is written
  std::uint64_t seed = 0;     // 0 = from the node's number; give extra load another one
  std::string log_path = {};  // empty = LoadLogPath()
};

// For base::SpawnProcess, inside the clients' network namespace. All that it needs is on its command line.
base::SpawnOptions LoadProcessOptions(const Layout& layout, const Machine& machine,
                                      const LoadProcess& process);
// <run>/n1.load.log
std::string LoadLogPath(const Layout& layout, const Machine& machine);
// The warehouse whose rows a node's terminals use: nodes share them in turn.
int HomeWarehouse(int node_number, int warehouses);

}  // namespace distdiag::lab
