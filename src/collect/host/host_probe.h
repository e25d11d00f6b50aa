// One node's host, read from the kernel's own files: this machine, or a container (control group) on it.
//
// Why so: no agent and no privilege is needed, and a reading costs a fraction of a millisecond. Names, units and meaning are those
// of the recorded columns h_* and x_* (docs/metrics.md). What there is is used; what is missing is one sentence each in `limits`.
// Thread: single (owner: the live source's thread for this probe). Cost: about twenty small files, below 1 ms of CPU
// (host_probe_bench). The kernel's files do not block, so the deadline is looked at once; statvfs of a dead network file system
// does block: give no mount point there.
#pragma once

#include "base/clock.h"
#include "collect/host/cgroup_reader.h"
#include "collect/host/database_process.h"
#include "collect/host/disk_reader.h"
#include "collect/host/host_files.h"
#include "collect/host/host_rates.h"
#include "collect/host/machine_reader.h"
#include "collect/host/network_reader.h"
#include "collect/probe.h"

#include <memory>
#include <string>
#include <vector>

namespace distdiag::collect {

enum class BoxValues { kOff, kOn };

// Empty = the default that the comment names.
struct HostProbeOptions {
  std::string node;
  std::string procfs = "/proc";
  std::string sysfs = "/sys";

  // Control group relative to the hierarchies' mount points, "ddlab/n1" or "system.slice/docker-<id>.scope"; empty = the whole
  // machine. Its subgroups tell the database's CPU (h_cpu_db) from the rest (h_cpu_ext); without them, and on a whole machine,
  // h_cpu_db is the database process's CPU and h_cpu_ext what is left.
  std::string cgroup;
  std::string database_group;  // "db"
  std::string rest_group;      // "ext"

  // The database's process, for h_up and h_cpu_db: its process ID file, or its name (/proc/<pid>/comm) to search for.
  std::string database_pid_file;
  std::string database_process;

  std::vector<std::string>
      devices;              // block devices; empty = that of mount_point, else all physical disks
  std::string mount_point;  // of the data, for h_disk_used_pct

  std::vector<std::string> interfaces;  // empty = all physical ones
  // Whose network namespace: of the process in this file; empty = with a control group the database process's, else ours.
  std::string network_pid_file;

  BoxValues box = BoxValues::kOff;  // x_box_*: idle CPU of the whole machine around the node
};

class HostProbe final : public Probe {
 public:
  // `clock` outlives it.
  HostProbe(HostProbeOptions options, const base::Clock& clock,
            std::unique_ptr<HostFiles> files = NewRealHostFiles());

  std::string_view kind() const override { return "host"; }
  // Unavailable when nothing at all can be read. A stopped container is a reading too: h_up is 0.
  base::Result<ProbeReading> Read(base::Timestamp deadline) override;

 private:
  RestOfCpu ReadCpuAndMemory(const std::optional<DatabaseProcess::State>& database,
                             HostSnapshot& snapshot, std::vector<std::string>& limits);
  // Folder of the network namespace's files; empty when it is not known now.
  std::string NetworkFolder(const std::optional<DatabaseProcess::State>& database,
                            std::vector<std::string>& limits);

  const HostProbeOptions options_;
  const base::Clock& clock_;
  const std::unique_ptr<HostFiles> files_;
  std::unique_ptr<CgroupReader> group_;  // nullptr = the whole machine
  MachineReader machine_;
  DatabaseProcess database_;
  DiskReader disk_;
  NetworkReader network_;
  HostRates rates_;
  std::string text_;
};

}  // namespace distdiag::collect
