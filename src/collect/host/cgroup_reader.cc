#include "collect/host/cgroup_reader.h"

#include "collect/host/proc_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace distdiag::collect {
namespace {

using Counter = HostCounter;
using Gauge = HostGauge;

constexpr std::array<std::string_view, 4> kControllers = {"cpu", "cpuacct", "memory", "pids"};
constexpr std::string_view kUnified;

double TicksPerSecond() {
  static const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  return ticks;
}

// Into `slot` in another unit; a value that is not there leaves NaN and gives false.
bool Put(std::optional<std::uint64_t> value, double per_unit, double& slot) {
  if (value) slot = static_cast<double>(*value) / per_unit;
  return value.has_value();
}

void AddMount(std::vector<std::string>& mounts, std::string path) {
  if (std::find(mounts.begin(), mounts.end(), path) == mounts.end())
    mounts.push_back(std::move(path));
}

}  // namespace

CgroupReader::CgroupReader(CgroupReaderOptions options, HostFiles& files)
    : options_(std::move(options)), files_(files) {
  FindMounts();
}

void CgroupReader::FindMounts() {
  trees_.clear();
  if (files_.Read(options_.procfs + "/self/mountinfo", text_).ok()) {
    for (const MountLine& mount : ParseMountInfo(text_)) {
      if (mount.type == "cgroup2") AddMount(trees_[""].mounts, mount.mount_point);
      if (mount.type != "cgroup") continue;
      for (const std::string_view controller : kControllers)
        if (HasOption(mount.options, controller))
          AddMount(trees_[std::string(controller)].mounts, mount.mount_point);
    }
  }
  const std::string usual = options_.sysfs + "/fs/cgroup";
  AddMount(trees_[""].mounts, usual + "/unified");
  AddMount(trees_[""].mounts, usual);
  for (const std::string_view controller : kControllers)
    AddMount(trees_[std::string(controller)].mounts, fmt::format("{}/{}", usual, controller));
}

bool CgroupReader::ReadFile(std::string_view controller, std::string_view subgroup,
                            std::string_view file) {
  Tree& tree = trees_.find(controller)->second;
  for (std::size_t i = 0; i < tree.mounts.size(); ++i) {
    const std::size_t at = (tree.good + i) % tree.mounts.size();
    path_.assign(tree.mounts[at]).append("/").append(options_.group).append("/");
    if (!subgroup.empty()) path_.append(subgroup).append("/");
    path_.append(file);
    if (!files_.Read(path_, text_).ok()) continue;
    tree.good = at;
    return true;
  }
  return false;
}

std::string CgroupReader::Limit(std::string_view what) const {
  return fmt::format("control group {}: {}", options_.group, what);
}

void CgroupReader::Read(HostSnapshot& snapshot, std::vector<std::string>& limits) {
  std::vector<std::string> missing;
  ReadCpu(snapshot, missing);
  ReadThrottling(snapshot, missing);
  ReadPressure(snapshot, missing);
  ReadMemory(snapshot, missing);
  ReadThreads(snapshot, missing);
  snapshot[HostSource::kCpu] = std::hash<std::string>{}(options_.group);
  if (!std::isnan(snapshot[Counter::kCpuTotal]) || !std::isnan(snapshot[Gauge::kMemoryMb])) {
    limits.insert(limits.end(), missing.begin(), missing.end());
    return;
  }
  std::string looked;
  for (const auto& [controller, tree] : trees_)
    for (const std::string& mount : tree.mounts) looked += (looked.empty() ? "" : ", ") + mount;
  limits.push_back(Limit(fmt::format("not found below {}: no values of CPU and memory", looked)));
  FindMounts();  // hierarchies may have been mounted since
}

void CgroupReader::ReadCpu(HostSnapshot& snapshot, std::vector<std::string>& limits) {
  if (ReadFile("cpuacct", "", "cpuacct.usage") &&
      Put(ParseOnlyNumber(text_), 1e9, snapshot[Counter::kCpuTotal])) {
    if (ReadFile("cpuacct", "", "cpuacct.stat")) {
      Put(FindValue(text_, "user"), TicksPerSecond(), snapshot[Counter::kCpuUser]);
      Put(FindValue(text_, "system"), TicksPerSecond(), snapshot[Counter::kCpuSys]);
    }
  } else if (ReadFile(kUnified, "", "cpu.stat") &&
             Put(FindValue(text_, "usage_usec"), 1e6, snapshot[Counter::kCpuTotal])) {
    Put(FindValue(text_, "user_usec"), 1e6, snapshot[Counter::kCpuUser]);
    Put(FindValue(text_, "system_usec"), 1e6, snapshot[Counter::kCpuSys]);
  } else {
    limits.push_back(Limit("neither cpuacct.usage nor cpu.stat: no values of CPU"));
    return;
  }
  if (!options_.database_group.empty()) snapshot[Counter::kCpuDb] = CpuOf(options_.database_group);
  if (!options_.rest_group.empty()) snapshot[Counter::kCpuExt] = CpuOf(options_.rest_group);
}

double CgroupReader::CpuOf(const std::string& subgroup) {
  double seconds = std::numeric_limits<double>::quiet_NaN();
  if (ReadFile("cpuacct", subgroup, "cpuacct.usage") && Put(ParseOnlyNumber(text_), 1e9, seconds))
    return seconds;
  if (ReadFile(kUnified, subgroup, "cpu.stat")) Put(FindValue(text_, "usage_usec"), 1e6, seconds);
  return seconds;
}

void CgroupReader::ReadThrottling(HostSnapshot& snapshot, std::vector<std::string>& limits) {
  double& periods = snapshot[Counter::kCpuThrottledPeriods];
  double& seconds = snapshot[Counter::kCpuThrottled];
  if (ReadFile("cpu", "", "cpu.stat") && Put(FindValue(text_, "nr_throttled"), 1, periods) &&
      Put(FindValue(text_, "throttled_time"), 1e9, seconds))
    return;
  if (ReadFile(kUnified, "", "cpu.stat") && Put(FindValue(text_, "nr_throttled"), 1, periods) &&
      Put(FindValue(text_, "throttled_usec"), 1e6, seconds))
    return;
  limits.push_back(Limit("no nr_throttled in cpu.stat (controller cpu is off): no throttling"));
}

void CgroupReader::ReadPressure(HostSnapshot& snapshot, std::vector<std::string>& limits) {
  struct Resource {
    std::string_view file;
    Counter some, full;
  };
  constexpr Resource kResources[] = {
      {"cpu.pressure", Counter::kPsiCpuSome, Counter::kPsiCpuFull},
      {"io.pressure", Counter::kPsiIoSome, Counter::kPsiIoFull},
      {"memory.pressure", Counter::kPsiMemorySome, Counter::kPsiMemoryFull},
  };
  std::string missing;
  for (const Resource& resource : kResources) {
    bool complete = false;
    if (ReadFile(kUnified, "", resource.file)) {
      const Pressure pressure = ParsePressure(text_);
      const bool some = Put(pressure.some_us, 1e6, snapshot[resource.some]);
      const bool full = Put(pressure.full_us, 1e6, snapshot[resource.full]);
      complete = some && full;
    }
    if (!complete) missing += fmt::format("{}{}", missing.empty() ? "" : ", ", resource.file);
  }
  if (missing.empty()) return;
  limits.push_back(Limit(fmt::format(
      "{} not there or not whole in a hierarchy of version 2 (kernel without PSI, or group only "
      "in version 1): pressure is missing",
      missing)));
}

void CgroupReader::ReadMemory(HostSnapshot& snapshot, std::vector<std::string>& limits) {
  const bool v1 = ReadFile("memory", "", "memory.usage_in_bytes");
  if ((!v1 && !ReadFile(kUnified, "", "memory.current")) ||
      !Put(ParseOnlyNumber(text_), 1e6, snapshot[Gauge::kMemoryMb])) {
    limits.push_back(
        Limit("neither memory.usage_in_bytes nor memory.current (controller memory is off): "
              "no values of memory"));
    return;
  }
  if (!ReadFile(v1 ? "memory" : kUnified, "", "memory.stat")) {
    limits.push_back(Limit("no memory.stat: no anonymous memory, no page faults"));
    return;
  }
  Put(FindValue(text_, v1 ? "total_rss" : "anon"), 1e6, snapshot[Gauge::kMemoryRssMb]);
  Put(FindValue(text_, v1 ? "total_pgfault" : "pgfault"), 1, snapshot[Counter::kPageFaults]);
  Put(FindValue(text_, v1 ? "total_pgmajfault" : "pgmajfault"), 1,
      snapshot[Counter::kMajorPageFaults]);
}

void CgroupReader::ReadThreads(HostSnapshot& snapshot, std::vector<std::string>& limits) {
  double& threads = snapshot[Gauge::kThreads];
  for (const std::string_view controller : {std::string_view("pids"), kUnified})
    if (ReadFile(controller, "", "pids.current") && Put(ParseOnlyNumber(text_), 1, threads)) return;
  // Without the controller pids: the lists of threads, of this group and of those we know below it.
  for (const auto& [controller, file] :
       {std::pair<std::string_view, std::string_view>("cpu", "tasks"),
        {kUnified, "cgroup.threads"}}) {
    if (!ReadFile(controller, "", file)) continue;
    std::size_t count = CountLines(text_);
    for (const std::string& subgroup : {options_.database_group, options_.rest_group})
      if (!subgroup.empty() && ReadFile(controller, subgroup, file)) count += CountLines(text_);
    threads = static_cast<double>(count);
    return;
  }
  limits.push_back(Limit("no pids.current, tasks or cgroup.threads: no number of threads"));
}

std::vector<std::uint64_t> CgroupReader::Processes() {
  std::vector<std::uint64_t> pids;
  const auto add = [&](std::string_view subgroup) {
    if (!ReadFile("cpuacct", subgroup, "cgroup.procs") &&
        !ReadFile(kUnified, subgroup, "cgroup.procs"))
      return;
    std::string_view rest = text_;
    while (!rest.empty())
      if (const auto pid = ParseUnsigned(TakeLine(rest))) pids.push_back(*pid);
  };
  add("");
  for (const std::string& subgroup : {options_.database_group, options_.rest_group})
    if (!subgroup.empty()) add(subgroup);
  return pids;
}

}  // namespace distdiag::collect
