// Removes a lab, whole or left half-way by a killed process, and nothing else.
//
// Why so: everything the lab makes carries its name (namespaces, control groups) or has its place in its folder: mounts are
// loop devices of <dir>/disk/n1.img … on <dir>/disk/n1 …, whatever else is mounted below the folder is not its. Processes are
// those of its control groups. Order:
//   1. keeper, a killed `up`, terminals   2. quotas and throttles lifted   3. what runs beside the servers   4. servers
//   5. holders   6. mounts, loop devices, disk files   7. namespaces   8. control groups   9. its files
// Thread: single. Cost: seconds; up to half a minute when a server does not end.
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "lab/cgroups.h"
#include "lab/state.h"

#include <functional>
#include <string>

namespace distdiag::lab {

// Takes one line for people about what was done.
using Progress = std::function<void(const std::string& line)>;

// Idempotent. FailedPrecondition names what could not be removed; the state file is then still there, for another try.
// Kept: <dir>/data (DistDiag's own), <dir>/logs (the servers' last logs), and all files of a folder that no lab made
// (lab/folder.h). No file is removed while anything is mounted where the lab's files are.
base::Status TearDown(const LabState& state, base::Clock& clock, const Progress& progress);

// Ends all processes of the group and below, this one excepted; how many there were. After `grace` they are killed.
int EndGroup(const CgroupTrees& trees, const std::string& group, base::Duration grace,
             base::Clock& clock);

}  // namespace distdiag::lab
