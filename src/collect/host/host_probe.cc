#include "collect/host/host_probe.h"

#include "collect/host/proc_text.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

using Counter = HostCounter;
using Gauge = HostGauge;

// "/ddlab/n1/" and "ddlab/n1" are the same group; "/" is the whole machine.
HostProbeOptions Cleaned(HostProbeOptions options) {
  std::string& group = options.cgroup;
  while (group.starts_with('/')) group.erase(0, 1);
  while (group.ends_with('/')) group.pop_back();
  return options;
}

std::unique_ptr<CgroupReader> MakeGroup(const HostProbeOptions& options, HostFiles& files) {
  if (options.cgroup.empty()) return nullptr;
  return std::make_unique<CgroupReader>(
      CgroupReaderOptions{.procfs = options.procfs,
                          .sysfs = options.sysfs,
                          .group = options.cgroup,
                          .database_group = options.database_group,
                          .rest_group = options.rest_group},
      files);
}

}  // namespace

HostProbe::HostProbe(HostProbeOptions options, const base::Clock& clock,
                     std::unique_ptr<HostFiles> files)
    : options_(Cleaned(std::move(options))),
      clock_(clock),
      files_(std::move(files)),
      group_(MakeGroup(options_, *files_)),
      machine_(options_.procfs, *files_),
      database_({.procfs = options_.procfs,
                 .pid_file = options_.database_pid_file,
                 .name = options_.database_process},
                *files_),
      disk_({.procfs = options_.procfs,
             .sysfs = options_.sysfs,
             .devices = options_.devices,
             .mount_point = options_.mount_point},
            *files_),
      network_(options_.interfaces, *files_) {}

base::Result<ProbeReading> HostProbe::Read(base::Timestamp deadline) {
  const base::Timestamp now = clock_.Now();
  if (now >= deadline)
    return base::Fail(base::Unavailable("host: no time left to read it before the deadline"));
  ProbeReading reading{.time = now, .values = {}, .changes = {}, .limits = {}};
  HostSnapshot snapshot;
  snapshot.time_s = base::ToUnixSeconds(now);

  const auto database = database_.Look(group_.get());
  if (database) {
    snapshot[Gauge::kUp] = database->pid ? 1 : 0;
  } else {
    reading.limits.emplace_back(
        "neither a process ID file nor a process name of the database is given: whether it runs "
        "is not known (h_up)");
  }
  const RestOfCpu rest = ReadCpuAndMemory(database, snapshot, reading.limits);
  disk_.Read(snapshot, reading.limits);
  if (const std::string folder = NetworkFolder(database, reading.limits); !folder.empty())
    network_.Read(folder, snapshot, reading.limits);

  reading.values = rates_.Derive(snapshot, rest);
  if (reading.values.empty()) {
    rates_.Forget();
    return base::Fail(base::Unavailable(fmt::format(
        "host: nothing could be read: {}",
        reading.limits.empty() ? "no file has the expected form" : reading.limits.back())));
  }
  return reading;
}

RestOfCpu HostProbe::ReadCpuAndMemory(const std::optional<DatabaseProcess::State>& database,
                                      HostSnapshot& snapshot, std::vector<std::string>& limits) {
  if (group_ != nullptr) {
    group_->Read(snapshot, limits);
    if (options_.box == BoxValues::kOn) machine_.ReadBox(snapshot, limits);
  } else {
    machine_.Read(snapshot, limits);
    if (options_.box == BoxValues::kOff)
      snapshot[Counter::kBoxIdle] = snapshot[Counter::kBoxIowait] =
          std::numeric_limits<double>::quiet_NaN();
  }
  if (std::isnan(snapshot[Counter::kCpuDb]) && database) {
    snapshot[Counter::kCpuDb] = database->cpu_s;
    snapshot[HostSource::kDatabase] = database->identity;
  }
  if (std::isnan(snapshot[Counter::kCpuDb]) && !std::isnan(snapshot[Counter::kCpuTotal])) {
    limits.emplace_back(
        "neither a subgroup nor a process of the database is known: its CPU (h_cpu_db) is not told "
        "from the rest (h_cpu_ext)");
  }
  return std::isnan(snapshot[Counter::kCpuExt]) ? RestOfCpu::kRemainder : RestOfCpu::kCounted;
}

std::string HostProbe::NetworkFolder(const std::optional<DatabaseProcess::State>& database,
                                     std::vector<std::string>& limits) {
  const auto of_process = [&](std::uint64_t pid) {
    return fmt::format("{}/{}/net", options_.procfs, pid);
  };
  if (!options_.network_pid_file.empty()) {
    const base::Status status = files_->Read(options_.network_pid_file, text_);
    const auto pid = status.ok() ? ParseOnlyNumber(text_) : std::nullopt;
    if (pid) return of_process(*pid);
    limits.push_back(
        (status.ok() ? options_.network_pid_file + ": expected a process ID" : status.message()) +
        ": no values of the network");
    return {};
  }
  if (group_ != nullptr) {
    if (database && database->pid) return of_process(*database->pid);
    limits.emplace_back(
        "whose network it is is not known while no process of the database is: no values of the "
        "network");
    return {};
  }
  // With another machine's /proc mounted somewhere, "self" is still us: there the first process stands for the machine.
  return options_.procfs + (options_.procfs == "/proc" ? "/net" : "/1/net");
}

}  // namespace distdiag::collect
