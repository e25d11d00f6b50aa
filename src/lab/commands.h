// What the lab does to the machine, as data: programs to run and kernel files to write.
//
// Why so: a plan is a pure function of the layout, so tests see each privileged act without doing it.
// Thread: value; RunAll and WriteAll are safe.
#pragma once

#include "base/status.h"
#include "base/time.h"

#include <string>
#include <vector>

namespace distdiag::lab {

using Argv = std::vector<std::string>;

// A kernel file (cgroup attribute) and what is written into it.
struct FileWrite {
  std::string path;
  std::string text;

  friend bool operator==(const FileWrite&, const FileWrite&) = default;
};

// One after the other; ends at the first failure, with command and output in the message. `limit` is for each.
base::Status RunAll(const std::vector<Argv>& commands,
                    base::Duration limit = std::chrono::seconds(60));
// One write() each, as kernel files want it. FailedPrecondition names path, text and reason.
base::Status WriteAll(const std::vector<FileWrite>& writes);
// All of them, failures too; for removal, where a part may be gone already.
void WriteAllThatCan(const std::vector<FileWrite>& writes);

}  // namespace distdiag::lab
