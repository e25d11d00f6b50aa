// Starts the lab: control groups, network, disks, data, servers, accounts, configuration, keeper.
//
// Thread: single. Cost: about 10 s from the template; the first time also the loading.
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "lab/state.h"
#include "lab/teardown.h"

#include <functional>
#include <string>

namespace distdiag::lab {

// How data comes into the first node, once for a template.
struct DataLoader {
  std::string version = "none";  // part of the template's name: change it when the data changes
  // Loads kDatabase on this node as kClientUser, from the clients' namespace; empty = no data. Cancelled when stopped.
  std::function<base::Status(const Layout& layout, const Machine& machine, const Progress& progress,
                             base::StopSignal& stop)>
      load;
};

enum class TemplateUse { kReuse, kFresh };

struct UpRequest {
  LabOptions options;
  DataLoader loader;
  bool with_load = true;                           // the keeper keeps terminals running
  TemplateUse template_use = TemplateUse::kReuse;  // kFresh: load anew and replace the template
  std::string cache_directory;
};

// REQUIRES: PreflightProblems() found none. A failure, and a stop, take down what was made.
base::Status BringUp(const UpRequest& request, base::Clock& clock, base::StopSignal& stop,
                     const Progress& progress);

}  // namespace distdiag::lab
