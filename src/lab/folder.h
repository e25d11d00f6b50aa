// Whose a lab's folder is: `up` uses, and `down` removes from, only a folder that a lab made.
//
// Why so: `--directory /srv` is quickly typed, and a removal below somebody else's folder can't be taken back.
// Thread: safe.
#pragma once

#include "base/file_system.h"
#include "base/status.h"
#include "lab/layout.h"

#include <string>
#include <vector>

namespace distdiag::lab {

// Makes the folder and <dir>/.distdiag-lab: done by `up` before anything else. `down` leaves it for the next `up`.
base::Status MarkFolder(base::FileSystem& files, const std::string& directory);
// It has the mark, a lab's state, or a lab's configuration (of a lab from before there was a mark).
bool IsLabFolder(const base::FileSystem& files, const std::string& directory);
// Why a lab may not be made in a folder that is there: it holds what no lab put there. Empty = it may.
std::string FolderProblem(const base::FileSystem& files, const std::string& directory);

// Keeps the servers' last logs in <dir>/logs, and removes disks, run files, journal and configuration. What no lab puts there
// stays; the names of folders of the lab that are not empty for that reason.
// REQUIRES: IsLabFolder(), and nothing is mounted below disk, run and faults.
std::vector<std::string> RemoveLabFiles(const Layout& layout);

// The path as the kernel lists it: links followed, also of what is not there yet.
std::string CanonicalPath(const std::string& directory);
// Why a path can't be used: it leads through a link, so what is mounted there has another name. Empty = it can.
std::string PathProblem(const std::string& directory);

}  // namespace distdiag::lab
