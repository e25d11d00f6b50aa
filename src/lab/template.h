// The loaded database as one archive in the cache folder, from which every node of a later `lab up` starts.
//
// Why so: loading takes a minute, unpacking seconds; and since all nodes of Galera then hold the same position of the same
// cluster, they join without copying anything (IST of nothing instead of SST).
// Thread: safe (pure, but for SaveTemplate).
#pragma once

#include "base/status.h"
#include "lab/commands.h"
#include "lab/layout.h"

#include <string>
#include <string_view>
#include <vector>

namespace distdiag::lab {

// What makes another archive necessary.
struct TemplateParts {
  std::string server_version;  // DatabaseSystem::VersionCommand
  std::string loader_version;  // of the program that made the data, "none" without data
  int warehouses = 0;
};
// "lab-template-<12 hexadecimal digits>.tar"
std::string TemplateName(const TemplateParts& parts);
// $XDG_CACHE_HOME/distdiag, else $HOME/.cache/distdiag, else /var/cache/distdiag. Empty text = not set.
std::string CacheDirectory(std::string_view xdg_cache_home, std::string_view home);

// `excludes`: patterns of tar.
Argv PackCommand(const Machine& machine, const std::string& archive,
                 const std::vector<std::string>& excludes);
Argv UnpackCommand(const Machine& machine, const std::string& archive);
// All or nothing. REQUIRES: the node's server was stopped cleanly.
base::Status SaveTemplate(const Machine& machine, const std::string& archive,
                          const std::vector<std::string>& excludes);

// Galera's grastate.dat of a node that may found the cluster.
std::string BootstrapGrastate(std::string grastate);

}  // namespace distdiag::lab
