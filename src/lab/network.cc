#include "lab/network.h"

#include <algorithm>
#include <cctype>

namespace distdiag::lab {
namespace {

void Attach(const Layout& layout, const std::string& netns, const std::string& port,
            const std::string& address, std::vector<Argv>& commands) {
  const std::string hub = layout.hub_netns();
  commands.push_back({"ip", "-n", netns, "link", "add", "eth0", "type", "veth", "peer", "name",
                      port, "netns", hub});
  commands.push_back({"ip", "-n", hub, "link", "set", port, "master", "br0", "up"});
  commands.push_back({"ip", "-n", netns, "link", "set", "lo", "up"});
  commands.push_back({"ip", "-n", netns, "addr", "add", address + "/24", "dev", "eth0"});
  commands.push_back({"ip", "-n", netns, "link", "set", "eth0", "up"});
}

}  // namespace

std::vector<Argv> NetworkUpCommands(const Layout& layout) {
  const std::string hub = layout.hub_netns();
  const std::string clients = layout.clients_netns();
  std::vector<Argv> commands = {
      {"ip", "netns", "add", hub},
      {"ip", "-n", hub, "link", "set", "lo", "up"},
      // No spanning tree and no learning delay: a port carries packets as soon as it is up.
      {"ip", "-n", hub, "link", "add", "br0", "type", "bridge", "stp_state", "0", "forward_delay",
       "0"},
      {"ip", "-n", hub, "link", "set", "br0", "up"},
  };
  for (const Machine& machine : layout.machines()) {
    commands.push_back({"ip", "netns", "add", machine.netns});
    Attach(layout, machine.netns, machine.port, machine.address, commands);
  }
  commands.push_back({"ip", "netns", "add", clients});
  Attach(layout, clients, layout.options().name + "pc", layout.options().network + ".100",
         commands);
  return commands;
}

std::vector<std::string> NamespacesOfLab(std::string_view lab_name,
                                         const std::vector<std::string>& existing) {
  const std::string prefix = std::string(lab_name) + "-";
  std::vector<std::string> found;
  for (const std::string& one : existing) {
    if (!one.starts_with(prefix)) continue;
    const std::string rest = one.substr(prefix.size());
    const bool node = rest.size() > 1 && rest.front() == 'n' &&
                      std::all_of(rest.begin() + 1, rest.end(),
                                  [](unsigned char c) { return std::isdigit(c) != 0; });
    if (rest == "hub" || rest == "cli" || node) found.push_back(one);
  }
  return found;
}

Argv DeleteNamespaceCommand(const std::string& netns) { return {"ip", "netns", "del", netns}; }

}  // namespace distdiag::lab
