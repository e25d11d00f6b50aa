#include "lab/serve_config.h"

#include "lab/accounts.h"

#include <fmt/format.h>

namespace distdiag::lab {

std::string ServeConfigText(const Layout& layout, const std::vector<std::string>& devices) {
  std::string text =
      "# Written by `distdiag lab up`: `distdiag serve --config` with this file watches the lab.\n"
      "source:\n  kind: live\n  cluster: lab\n  interval_s: 1\n  nodes:\n";
  for (const Machine& machine : layout.machines()) {
    const auto index = static_cast<std::size_t>(machine.number - 1);
    text += fmt::format("    - name: {}\n      zone: z{}\n", machine.name, machine.number);
    const auto add = [&](const char* key, const std::string& value) {
      text += fmt::format("      {}: {}\n", key, value);
    };
    if (layout.options().database == LabDatabase::kOceanBase) add("database", "oceanbase");
    add("socket", machine.socket);
    add("user", kMonitorUser);
    add("password_file", MonitorPasswordFile(layout));
    add("host_metrics", "local");
    add("cgroup", layout.cgroup(machine));
    add("device", index < devices.size() ? devices[index] : "");
    add("mount", machine.mount);
    add("interface", "eth0");
    add("pid_file", machine.pid_file);
    add("net_pid_file", machine.holder_pid_file);
    add("clients_file", machine.clients_file);
    add("injectable", "true");
  }
  if (layout.options().database == LabDatabase::kOceanBase)
    text += "model:\n  path: models/oceanbase/model.json\n";
  text += fmt::format("storage:\n  directory: {0}/data\nlab:\n  directory: {0}\n",
                      layout.options().directory);
  return text;
}

}  // namespace distdiag::lab
