#include "lab/cgroups.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kPeriodUs =
    50'000;                    // short: a quota that is used up holds for at most 50 ms
constexpr int kShares = 4096;  // four times an ordinary group's
constexpr int kWeight = 400;   // the same in version 2

const std::vector<std::string>& Version1Controllers() {
  static const std::vector<std::string> names = {"cpu", "cpuacct", "blkio", "memory"};
  return names;
}

// blkio of version 1 is flat: a node's groups are one group there (see the header).
std::string FlatGroup(const std::string& group) {
  const auto first = group.find('/');
  if (first == std::string::npos) return group;
  const auto second = group.find('/', first + 1);
  return second == std::string::npos ? group : group.substr(0, second);
}

std::string Text(std::int64_t number) { return std::to_string(number); }

std::vector<std::string> Words(const std::string& line, char separator) {
  std::vector<std::string> words;
  std::istringstream text(line);
  std::string word;
  while (std::getline(text, word, separator)) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

bool UsesVersion2(const CgroupTrees& trees, const std::string& controller) {
  return trees.version2_controllers.contains(controller);
}

void AddMembers(const std::string& directory, std::set<pid_t>& members) {
  std::error_code error;
  base::RealFileSystem files;
  if (const auto text = files.ReadFile(directory + "/cgroup.procs")) {
    std::istringstream pids(*text);
    pid_t pid = 0;
    while (pids >> pid) members.insert(pid);
  }
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.is_directory(error)) AddMembers(entry.path().string(), members);
  }
}

void RemoveTree(const std::string& directory, std::vector<std::string>& removed) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.is_directory(error)) RemoveTree(entry.path().string(), removed);
  }
  if (rmdir(directory.c_str()) == 0) removed.push_back(directory);
}

}  // namespace

std::vector<std::string> CgroupTrees::Roots() const {
  std::set<std::string> roots;
  for (const auto& [controller, root] : version1) roots.insert(root);
  if (!version2.empty()) roots.insert(version2);
  return {roots.begin(), roots.end()};
}

CgroupTrees ParseCgroupMounts(std::string_view mounts) {
  CgroupTrees trees;
  std::istringstream lines{std::string(mounts)};
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string source, point, type, options;
    words >> source >> point >> type >> options;
    if (type == "cgroup2" && trees.version2.empty()) trees.version2 = point;
    if (type != "cgroup") continue;
    for (const std::string& option : Words(options, ',')) {
      const auto& known = Version1Controllers();
      if (std::find(known.begin(), known.end(), option) != known.end())
        trees.version1.emplace(option, point);
    }
  }
  return trees;
}

base::Result<CgroupTrees> FindCgroupTrees(const base::FileSystem& files) {
  ASSIGN_OR_RETURN(const std::string mounts, files.ReadFile("/proc/self/mounts"));
  CgroupTrees trees = ParseCgroupMounts(mounts);
  if (trees.version2.empty()) return trees;
  const auto controllers = files.ReadFile(trees.version2 + "/cgroup.controllers");
  if (!controllers) return trees;
  std::istringstream words(*controllers);
  std::string word;
  while (words >> word) trees.version2_controllers.insert(word);
  return trees;
}

std::vector<std::string> MissingControllers(const CgroupTrees& trees) {
  const auto there = [&](const char* version1, const char* version2) {
    return trees.version1.contains(version1) || UsesVersion2(trees, version2);
  };
  std::vector<std::string> missing;
  if (!there("cpu", "cpu") || !there("cpuacct", "cpu")) missing.emplace_back("cpu");
  if (!there("blkio", "io")) missing.emplace_back("io");
  if (!there("memory", "memory")) missing.emplace_back("memory");
  return missing;
}

std::vector<std::string> GroupDirectories(const CgroupTrees& trees, const std::string& group) {
  const auto blkio = trees.version1.find("blkio");
  std::vector<std::string> directories;
  for (const std::string& root : trees.Roots()) {
    const bool flat = blkio != trees.version1.end() && blkio->second == root;
    directories.push_back(root + "/" + (flat ? FlatGroup(group) : group));
  }
  return directories;
}

std::vector<std::string> GroupProcsFiles(const CgroupTrees& trees, const std::string& group) {
  std::vector<std::string> files = GroupDirectories(trees, group);
  for (std::string& file : files) file += "/cgroup.procs";
  return files;
}

std::vector<std::string> OwnProcsFiles(const CgroupTrees& trees, std::string_view proc_cgroup) {
  std::vector<std::string> files;
  std::istringstream lines{std::string(proc_cgroup)};
  std::string line;
  while (std::getline(lines, line)) {  // "4:cpu,cpuacct:/user" or "0::/user"
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    std::string path = line.substr(second + 1);
    if (path == "/") path.clear();
    std::string root = controllers.empty() ? trees.version2 : std::string();
    for (const std::string& controller : Words(controllers, ',')) {
      const auto tree = trees.version1.find(controller);
      if (tree != trees.version1.end()) root = tree->second;
    }
    if (!root.empty()) files.push_back(root + path + "/cgroup.procs");
  }
  return files;
}

std::string DatabaseGroup(const Layout& layout, const Machine& machine) {
  return layout.cgroup(machine) + "/db";
}
std::string ExternalGroup(const Layout& layout, const Machine& machine) {
  return layout.cgroup(machine) + "/ext";
}
std::string HolderGroup(const Layout& layout) { return layout.options().name + "/holder"; }
std::string KeeperGroup(const Layout& layout) { return layout.options().name + "/keeper"; }
std::string UpGroup(const Layout& layout) { return layout.options().name + "/up"; }

std::vector<FileWrite> ControllerWrites(const CgroupTrees& trees, const Layout& layout) {
  std::string enable;
  for (const char* controller : {"cpu", "io", "memory"}) {
    if (UsesVersion2(trees, controller))
      enable += (enable.empty() ? "+" : " +") + std::string(controller);
  }
  if (enable.empty()) return {};
  std::vector<FileWrite> writes;
  // The root, the lab, each node: db and ext are counted apart.
  writes.push_back({trees.version2 + "/cgroup.subtree_control", enable});
  const std::string lab = trees.version2 + "/" + layout.options().name;
  writes.push_back({lab + "/cgroup.subtree_control", enable});
  for (const Machine& machine : layout.machines())
    writes.push_back({lab + "/" + machine.name + "/cgroup.subtree_control", enable});
  return writes;
}

std::vector<FileWrite> CpuQuotaWrites(const CgroupTrees& trees, const std::string& group,
                                      double cores) {
  const auto quota_us = static_cast<std::int64_t>(cores * static_cast<double>(kPeriodUs));
  if (const auto tree = trees.version1.find("cpu"); tree != trees.version1.end()) {
    const std::string directory = tree->second + "/" + group;
    return {{directory + "/cpu.cfs_period_us", Text(kPeriodUs)},
            {directory + "/cpu.cfs_quota_us", Text(cores > 0 ? quota_us : -1)}};
  }
  return {{trees.version2 + "/" + group + "/cpu.max",
           fmt::format("{} {}", cores > 0 ? Text(quota_us) : "max", kPeriodUs)}};
}

std::vector<FileWrite> DiskLimitWrites(const CgroupTrees& trees, const std::string& group,
                                       const std::string& device, const DiskLimit& limit) {
  if (const auto tree = trees.version1.find("blkio"); tree != trees.version1.end()) {
    const std::string file = tree->second + "/" + FlatGroup(group) + "/blkio.throttle.";
    const std::string operations = fmt::format("{} {}", device, limit.operations_per_s);
    const std::string bytes = fmt::format("{} {}", device, limit.bytes_per_s);
    return {{file + "read_iops_device", operations},
            {file + "write_iops_device", operations},
            {file + "read_bps_device", bytes},
            {file + "write_bps_device", bytes}};
  }
  const auto or_max = [](std::int64_t number) {
    return number > 0 ? Text(number) : std::string("max");
  };
  return {{trees.version2 + "/" + group + "/io.max",
           fmt::format("{0} riops={1} wiops={1} rbps={2} wbps={2}", device,
                       or_max(limit.operations_per_s), or_max(limit.bytes_per_s))}};
}

std::vector<FileWrite> NodeLimitWrites(const CgroupTrees& trees, const Layout& layout,
                                       const Machine& machine, const std::string& device) {
  const LabOptions& options = layout.options();
  std::vector<FileWrite> writes = CpuQuotaWrites(trees, layout.cgroup(machine), options.cpu_cores);
  for (FileWrite& write : DiskLimitWrites(
           trees, layout.cgroup(machine), device,
           {.operations_per_s = options.disk_iops, .bytes_per_s = options.disk_bytes_per_s}))
    writes.push_back(std::move(write));
  return writes;
}

std::vector<FileWrite> WeightWrites(const CgroupTrees& trees, const std::string& group) {
  if (const auto tree = trees.version1.find("cpu"); tree != trees.version1.end())
    return {{tree->second + "/" + group + "/cpu.shares", Text(kShares)}};
  return {{trees.version2 + "/" + group + "/cpu.weight", Text(kWeight)}};
}

base::Status MakeGroup(const CgroupTrees& trees, const std::string& group) {
  for (const std::string& directory : GroupDirectories(trees, group)) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) {
      return base::FailedPrecondition(
          fmt::format("{}: can't make this control group: {} (in a container: it must be started "
                      "privileged or with "
                      "its control groups delegated)",
                      directory, error.message()));
    }
  }
  return base::OkStatus();
}

base::Status MakeLabGroups(const CgroupTrees& trees, const Layout& layout) {
  RETURN_IF_ERROR(MakeGroup(trees, layout.options().name));
  for (const Machine& machine : layout.machines())
    RETURN_IF_ERROR(MakeGroup(trees, layout.cgroup(machine)));
  if (const base::Status enabled = WriteAll(ControllerWrites(trees, layout)); !enabled.ok()) {
    return base::FailedPrecondition(
        fmt::format("the controllers cpu, io and memory can't be handed down: {}. Run this outside "
                    "containers, or where "
                    "the root group {} holds no processes of its own",
                    enabled.message(), trees.version2));
  }
  std::vector<std::string> groups = {layout.clients_cgroup(), HolderGroup(layout),
                                     KeeperGroup(layout), UpGroup(layout)};
  for (const Machine& machine : layout.machines()) {
    groups.push_back(DatabaseGroup(layout, machine));
    groups.push_back(ExternalGroup(layout, machine));
  }
  for (const std::string& group : groups) RETURN_IF_ERROR(MakeGroup(trees, group));
  return WriteAll(WeightWrites(trees, layout.options().name));
}

std::vector<pid_t> GroupMembers(const CgroupTrees& trees, const std::string& group) {
  std::set<pid_t> members;
  for (const std::string& root : trees.Roots()) AddMembers(root + "/" + group, members);
  return {members.begin(), members.end()};
}

std::vector<std::string> RemoveGroup(const CgroupTrees& trees, const std::string& group) {
  std::vector<std::string> removed;
  for (const std::string& root : trees.Roots()) RemoveTree(root + "/" + group, removed);
  return removed;
}

bool GroupExists(const CgroupTrees& trees, const std::string& group) {
  const auto roots = trees.Roots();
  return std::any_of(roots.begin(), roots.end(), [&](const std::string& root) {
    std::error_code error;
    return fs::is_directory(root + "/" + group, error);
  });
}

base::Result<std::string> BackingDisk(const std::string& directory) {
  struct stat info {};
  if (stat(directory.c_str(), &info) != 0)
    return base::Fail(base::NotFound(fmt::format("{}: {}", directory, strerror(errno))));
  const std::string number = fmt::format("{}:{}", major(info.st_dev), minor(info.st_dev));
  std::error_code error;
  const fs::path block = fs::canonical("/sys/dev/block/" + number, error);
  if (error) {
    return base::Fail(base::FailedPrecondition(fmt::format(
        "{}: expected a folder on a disk, found a file system without one (tmpfs, overlay)",
        directory)));
  }
  if (!fs::exists(block / "partition", error)) return number;
  base::RealFileSystem files;
  ASSIGN_OR_RETURN(std::string disk, files.ReadFile((block.parent_path() / "dev").string()));
  while (!disk.empty() && disk.back() == '\n') disk.pop_back();
  return disk;
}

std::int64_t ParseCpuUsageNs(std::string_view text) {
  constexpr std::string_view kVersion2 = "usage_usec ";
  const auto at = text.find(kVersion2);
  if (at == std::string_view::npos) return std::strtoll(std::string(text).c_str(), nullptr, 10);
  return std::strtoll(std::string(text.substr(at + kVersion2.size())).c_str(), nullptr, 10) * 1000;
}

std::optional<std::int64_t> GroupCpuUsageNs(const base::FileSystem& files, const CgroupTrees& trees,
                                            const std::string& group) {
  const auto version1 = trees.version1.find("cpuacct");
  const auto text = version1 != trees.version1.end()
                        ? files.ReadFile(version1->second + "/" + group + "/cpuacct.usage")
                        : files.ReadFile(trees.version2 + "/" + group + "/cpu.stat");
  if (!text) return std::nullopt;
  return ParseCpuUsageNs(*text);
}

}  // namespace distdiag::lab
