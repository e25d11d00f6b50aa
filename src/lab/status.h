// How a lab that is up is doing: looked at once, for people and for scripts.
//
// Thread: safe. Cost: about a second (CPU is measured over it).
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "lab/server.h"
#include "lab/state.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::lab {

struct NodeStatus {
  std::string name;
  std::optional<pid_t> pid;  // of its server; absent = it does not run
  NodeState server;
  std::int64_t resident_bytes = 0;
  double cpu_cores = 0;
  std::optional<double> transactions_per_s;  // of its terminals; absent = no fresh report
};

struct LabStatus {
  LabState state;
  bool keeper = false;
  std::vector<NodeStatus> nodes;
};

base::Result<LabStatus> LookAtLab(const std::string& directory, base::Clock& clock);

// Everything runs, every node serves its clients (Galera: synced with all others), and terminals report when they should.
bool AllWell(const LabStatus& status);
// A table, and below it what is not as it should be.
std::string StatusText(const LabStatus& status);

// The value of `metric` in Prometheus text; nullopt when it is not there.
std::optional<double> FindMetricValue(std::string_view text, std::string_view metric);

}  // namespace distdiag::lab
