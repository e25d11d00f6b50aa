// Whether a lab can be started here: looked at before anything is touched, and all that is missing is said at once.
//
// Thread: safe.
#pragma once

#include "base/status.h"
#include "lab/cgroups.h"
#include "lab/database_system.h"
#include "lab/layout.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::lab {

// What was found on this machine.
struct PreflightFacts {
  std::int64_t free_disk_bytes = 0;
  std::int64_t free_memory_bytes = 0;
  std::vector<std::string> missing_programs;
  std::vector<std::string> namespaces;
  std::vector<std::string> local_addresses;  // "10.77.0.5/24", of the machine itself
  std::string backing_disk_problem;          // empty = the folder lies on a disk
  std::string network_problem;    // why namespace, bridge and veth can't be made; empty = they can
  std::string directory_problem;  // a link, not root's, somebody else's files
  CgroupTrees cgroups;
  bool root = false;
  bool account = false;         // that the servers run as
  bool galera_library = false;  // needed by Galera only
  bool loop_devices = false;
  bool state_file = false;
  bool cgroup_taken = false;
};

PreflightFacts GatherFacts(const Layout& layout);
// One sentence for each problem; empty = go ahead.
std::vector<std::string> PreflightProblems(const PreflightFacts& facts, const Layout& layout);
// For people: a heading and one numbered line a problem.
std::string PreflightText(const std::vector<std::string>& problems);

// Programs that the lab runs, with the Debian package of each.
std::vector<NeededProgram> NeededPrograms(LabDatabase database);

}  // namespace distdiag::lab
