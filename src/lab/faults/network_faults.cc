// A node's link made slow, late, lossy or dead, always in both directions: at the node's own interface for what it sends, at
// its port of the bridge for what it gets.
#include "lab/faults/plans.h"

#include <cmath>
#include <sstream>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

using inject::ExecStep;
using inject::FaultPlan;

constexpr const char* kInterface = "eth0";
constexpr const char* kBridge = "br0";
constexpr const char* kLossTable = "distdiag_loss";

// One end of the link: a namespace and the interface in it.
struct LinkEnd {
  std::string netns;
  std::string interface;
};

std::vector<LinkEnd> Ends(const FaultContext& context, const Machine& machine) {
  return {{machine.netns, kInterface}, {context.layout.hub_netns(), machine.port}};
}

std::vector<std::string> Inside(const std::string& netns, std::vector<std::string> argv) {
  argv.insert(argv.begin(), {"nsenter", "--net=" + Layout::NetnsPath(netns), "--"});
  return argv;
}

// Puts the queue on both ends. Without a queue before, deleting ours brings back exactly what was there.
PlanResult PlanQueue(const FaultContext& context, const FaultOrder& order,
                     const std::vector<std::string>& queue) {
  FaultPlan plan;
  for (const LinkEnd& end : Ends(context, *order.machine)) {
    ASSIGN_OR_RETURN(const std::string now, context.view.Output({"tc", "-n", end.netns, "qdisc",
                                                                 "show", "dev", end.interface}));
    if (!now.starts_with("qdisc noqueue")) {
      return base::Fail(base::FailedPrecondition(
          fmt::format("{} {}: expected a link without a queue of its own, found: {}", end.netns,
                      end.interface, now.substr(0, now.find('\n')))));
    }
    std::vector<std::string> argv = {"tc",      "-n",  end.netns,     "qdisc",
                                     "replace", "dev", end.interface, "root"};
    argv.insert(argv.end(), queue.begin(), queue.end());
    plan.start.push_back(ExecStep{std::move(argv), false});
    plan.stop.push_back(
        ExecStep{{"tc", "-n", end.netns, "qdisc", "del", "dev", end.interface, "root"}, true});
  }
  return plan;
}

// Packets between port and bridge go through a program that holds them: no kernel module is needed.
PlanResult PlanRelay(const FaultContext& context, const FaultOrder& order) {
  const Machine& machine = *order.machine;
  const std::string hub = context.layout.hub_netns();
  ASSIGN_OR_RETURN(const std::string link,
                   context.view.Output({"ip", "-n", hub, "-o", "link", "show", machine.port}));
  if (link.find(std::string("master ") + kBridge) == std::string::npos) {
    return base::Fail(base::FailedPrecondition(
        fmt::format("{} {}: expected a port of the bridge {}, found: {}", hub, machine.port,
                    kBridge, link.substr(0, link.find('\n')))));
  }
  FaultPlan plan;
  plan.start = {
      ExecStep{{"ip", "-n", hub, "link", "set", machine.port, "nomaster"}, false},
      inject::SpawnStep{"", order.id,
                        Inside(hub, {context.program, "lab", "worker", "delay-relay", "--port",
                                     machine.port, "--tap", machine.port + "d", "--bridge", kBridge,
                                     "--delay-ms", fmt::format("{}", order.number)})}};
  plan.stop = {inject::KillStep{"", order.id},
               ExecStep{{"ip", "-n", hub, "link", "set", machine.port, "master", kBridge}, false}};
  return plan;
}

}  // namespace

PlanResult PlanSlowLink(const FaultContext& context, const FaultOrder& order) {
  return PlanQueue(context, order,
                   {"tbf", "rate", fmt::format("{}kbit", std::lround(order.number)), "burst",
                    "16kb", "latency", "200ms"});
}

PlanResult PlanDelay(const FaultContext& context, const FaultOrder& order) {
  if (!context.tools.netem) return PlanRelay(context, order);
  return PlanQueue(context, order, {"netem", "delay", fmt::format("{}ms", order.number)});
}

PlanResult PlanLoss(const FaultContext& context, const FaultOrder& order) {
  if (context.tools.netem)
    return PlanQueue(context, order, {"netem", "loss", fmt::format("{}%", order.number)});
  const std::string& netns = order.machine->netns;
  ASSIGN_OR_RETURN(const std::string tables,
                   context.view.Output(Inside(netns, {"nft", "list", "tables"})));
  if (tables.find(kLossTable) != std::string::npos) {
    return base::Fail(base::FailedPrecondition(
        fmt::format("{}: table {} is there already: packets are lost now", netns, kLossTable)));
  }
  // numgen counts in whole numbers: of 1000, so that 2.5 % works.
  const auto rule = [&](const char* chain, const char* hook, const char* match) {
    return fmt::format(
        "add chain inet {0} {1} {{ type filter hook {2} priority 0 ; }} ; add rule inet {0} {1} "
        "{3} "
        "\"{4}\" numgen random mod 1000 < {5} drop ; ",
        kLossTable, chain, hook, match, kInterface, std::lround(order.number * 10));
  };
  const std::string script = fmt::format("add table inet {} ; ", kLossTable) +
                             rule("in", "input", "iifname") + rule("out", "output", "oifname");
  FaultPlan plan;
  plan.start = {ExecStep{Inside(netns, {"nft", script}), false}};
  plan.stop = {ExecStep{Inside(netns, {"nft", "delete", "table", "inet", kLossTable}), true}};
  return plan;
}

PlanResult PlanPartition(const FaultContext& context, const FaultOrder& order) {
  const Machine& machine = *order.machine;
  const std::string hub = context.layout.hub_netns();
  ASSIGN_OR_RETURN(const std::string link,
                   context.view.Output({"ip", "-n", hub, "-o", "link", "show", machine.port}));
  if (link.find("state UP") == std::string::npos) {
    return base::Fail(base::FailedPrecondition(
        fmt::format("{} {}: expected a link that is up, found: {}", hub, machine.port, link)));
  }
  FaultPlan plan;
  plan.start = {ExecStep{{"ip", "-n", hub, "link", "set", machine.port, "down"}, false}};
  plan.stop = {ExecStep{{"ip", "-n", hub, "link", "set", machine.port, "up"}, false}};
  plan.restore = {inject::ActionStep{"wait_synced", machine.name, {}}};
  return plan;
}

}  // namespace distdiag::lab
