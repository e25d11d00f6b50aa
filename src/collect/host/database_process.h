// The database's process: does it run, and how much CPU has it used.
//
// Why so: a process ID file is exact where its IDs are ours; the one inside a container tells the container's IDs, so there the
// process is found by its name among those of the control group (or of the machine).
// Thread: single (owner: its probe). Cost: two small files; a search by name, only while the process is not known, one a process.
#pragma once

#include "collect/host/host_files.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::collect {

class CgroupReader;

struct DatabaseProcessOptions {
  std::string procfs;
  std::string pid_file;  // empty = search by name
  std::string
      name;  // as in /proc/<pid>/comm, for example "mariadbd"; empty = any. A pid file's process must have it.
};

class DatabaseProcess {
 public:
  struct State {
    std::optional<std::uint64_t> pid;  // nullopt = it does not run
    double cpu_s = 0;                  // used since its start; 0 when it does not run
    std::uint64_t identity = 0;        // differs for each start; 0 when it does not run
  };

  // `files` outlives it.
  DatabaseProcess(DatabaseProcessOptions options, HostFiles& files);

  // Nullopt when neither a pid file nor a name is given: nothing is known. `group` = where to search; nullptr = the machine.
  std::optional<State> Look(CgroupReader* group);

 private:
  std::optional<State> Running(std::uint64_t pid);
  std::vector<std::uint64_t> Candidates(CgroupReader* group);

  const DatabaseProcessOptions options_;
  HostFiles& files_;
  std::optional<std::uint64_t> known_pid_;  // found by name at the last look
  std::string text_;
};

}  // namespace distdiag::collect
