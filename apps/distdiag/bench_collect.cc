// `distdiag bench collect`: what watching live nodes costs, here and on the nodes.
#include "base/logging.h"
#include "base/process.h"
#include "collect/host/database_process.h"
#include "collect/host/host_files.h"
#include "collect/live_source.h"
#include "engine/live_nodes.h"
#include "lab/cgroups.h"
#include "load_config.h"
#include "notify/curl_transport.h"
#include "report.h"
#include "subcommands.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <thread>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

constexpr double kWarmUp_s = 15;  // all that is asked at least every 10 s was asked

struct Cost {
  double own_cores = 0;
  std::map<std::string, double> node_cores;
};

// CPU seconds used so far by each node that this machine can see: those of its control group, or else of its database's process.
std::map<std::string, double> CpuSecondsOfNodes(const engine::Config& config,
                                                base::FileSystem& files,
                                                const lab::CgroupTrees& trees) {
  std::map<std::string, double> used;
  const auto host_files = collect::NewRealHostFiles();
  for (const engine::NodeConfig& node : config.source.nodes) {
    if (!node.cgroup.empty()) {
      if (const auto usage = lab::GroupCpuUsageNs(files, trees, node.cgroup))
        used[node.name] = 1e-9 * static_cast<double>(*usage);
    } else if (!node.pid_file.empty()) {
      collect::DatabaseProcess process(
          {.procfs = "/proc", .pid_file = node.pid_file, .name = node.process}, *host_files);
      if (const auto state = process.Look(nullptr); state && state->pid)
        used[node.name] = state->cpu_s;
    }
  }
  return used;
}

// Runs for `seconds`; without an interval nothing is measured: the nodes' own need.
base::Result<Cost> Measure(const engine::Config& config, base::FileSystem& files, double interval_s,
                           double seconds) {
  base::RealClock clock;
  base::SelfMetrics metrics;
  const auto transport = notify::NewCurlTransport();
  ASSIGN_OR_RETURN(engine::LiveSetup live,
                   engine::BuildLiveNodes(config.source, files, *transport, clock));
  base::StopSignal stop;
  std::optional<collect::LiveSource> source;
  std::jthread reader;
  if (interval_s > 0) {
    source.emplace(live.topology, std::move(live.probes),
                   collect::LiveOptions{.interval = base::FromSeconds(interval_s)}, clock, metrics);
    reader = std::jthread([&] {
      while (source->Next(stop)) {
      }
    });
    // Connecting is not the steady cost, nor is what the server does for each statement's first time.
    stop.WaitFor(base::FromSeconds(std::max(2 * interval_s, kWarmUp_s)));
  }
  ASSIGN_OR_RETURN(const lab::CgroupTrees trees, lab::FindCgroupTrees(files));
  const auto before = CpuSecondsOfNodes(config, files, trees);
  const double own = base::OwnCpuSeconds();
  stop.WaitFor(base::FromSeconds(seconds));
  Cost cost{.own_cores = (base::OwnCpuSeconds() - own) / seconds, .node_cores = {}};
  for (const auto& [name, now] : CpuSecondsOfNodes(config, files, trees)) {
    if (before.contains(name)) cost.node_cores[name] = (now - before.at(name)) / seconds;
  }
  stop.Request();
  return cost;
}

base::Status Bench(const BenchCollectArguments& arguments) {
  base::RealFileSystem files;
  ASSIGN_OR_RETURN_STATUS(const engine::Config config,
                          LoadLiveConfig(files, arguments.config_path));
  ASSIGN_OR_RETURN_STATUS(const Cost idle, Measure(config, files, 0, arguments.seconds));
  const auto nodes = static_cast<double>(config.source.nodes.size());
  for (const double interval_s : {1.0, 5.0}) {
    ASSIGN_OR_RETURN_STATUS(const Cost cost, Measure(config, files, interval_s, arguments.seconds));
    fmt::print("collect every {} s: DistDiag {:.3f} % of a core a node", interval_s,
               100 * cost.own_cores / nodes);
    for (const auto& [name, cores] : cost.node_cores)
      fmt::print("; {} uses {:+.2f} % of a core more than without ({:.2f} %)", name,
                 100 * (cores - idle.node_cores.at(name)), 100 * idle.node_cores.at(name));
    fmt::print("\n");
    std::fflush(stdout);
  }
  return base::OkStatus();
}

}  // namespace

int RunBenchCollect(const BenchCollectArguments& arguments) {
  base::SetLogLevel(base::LogLevel::kWarning);
  const base::Status status = Bench(arguments);
  return status.ok() ? kDone : Refuse(status);
}

}  // namespace distdiag::app
