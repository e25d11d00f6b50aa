// `distdiag bench collect`: what watching live nodes costs, here and on the nodes.
#include "base/logging.h"
#include "collect/live_source.h"
#include "engine/live_nodes.h"
#include "notify/curl_transport.h"
#include "report.h"
#include "subcommands.h"

#include <sys/resource.h>
#include <cstdio>
#include <map>
#include <thread>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

double OwnCpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// CPU that the node's control group has used; nullopt when it is not of this machine.
std::optional<double> NodeCpuSeconds(const base::FileSystem& files,
                                     const engine::NodeConfig& node) {
  if (node.cgroup.empty()) return std::nullopt;
  const auto v1 = files.ReadFile("/sys/fs/cgroup/cpuacct/" + node.cgroup + "/cpuacct.usage");
  if (v1) return std::strtod(v1->c_str(), nullptr) * 1e-9;
  const auto v2 = files.ReadFile("/sys/fs/cgroup/" + node.cgroup + "/cpu.stat");
  if (!v2 || !v2->starts_with("usage_usec ")) return std::nullopt;
  return std::strtod(v2->c_str() + 11, nullptr) * 1e-6;
}

struct Cost {
  double own_cores = 0;
  std::map<std::string, double> node_cores;
};

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
    stop.WaitFor(base::FromSeconds(2 * interval_s));  // connecting is not the steady cost
  }
  std::map<std::string, double> before;
  for (const engine::NodeConfig& node : config.source.nodes)
    before[node.name] = NodeCpuSeconds(files, node).value_or(0);
  const double own = OwnCpuSeconds();
  stop.WaitFor(base::FromSeconds(seconds));
  Cost cost{.own_cores = (OwnCpuSeconds() - own) / seconds, .node_cores = {}};
  for (const engine::NodeConfig& node : config.source.nodes) {
    if (const auto now = NodeCpuSeconds(files, node))
      cost.node_cores[node.name] = (*now - before[node.name]) / seconds;
  }
  stop.Request();
  return cost;
}

base::Status Bench(const BenchCollectArguments& arguments) {
  base::RealFileSystem files;
  ASSIGN_OR_RETURN_STATUS(const std::string text, files.ReadFile(arguments.config_path));
  ASSIGN_OR_RETURN_STATUS(const engine::Config config,
                          engine::ParseConfig(text, arguments.config_path));
  if (config.source.kind != "live")
    return base::InvalidArgument(fmt::format("{}: key source.kind: expected live, found {}",
                                             arguments.config_path, config.source.kind));
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
