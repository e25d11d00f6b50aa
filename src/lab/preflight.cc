#include "lab/preflight.h"

#include "base/file_system.h"
#include "base/process.h"
#include "lab/folder.h"
#include "lab/network.h"

#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <sstream>
#include <utility>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMegabyte = 1 << 20;
constexpr std::int64_t kTemplateBytes = 1024 * kMegabyte;    // archive and logs
constexpr std::int64_t kOtherMemoryBytes = 500 * kMegabyte;  // clients, DistDiag
constexpr const char* kGalera = "/usr/lib/galera/libgalera_smm.so";

bool ProgramThere(const std::string& name) {
  for (const char* folder : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/", "/usr/local/bin/"}) {
    if (access((folder + name).c_str(), X_OK) == 0) return true;
  }
  return false;
}

// The folder itself or the nearest parent that is there.
std::string ExistingPart(const std::string& directory) {
  fs::path path(directory);
  std::error_code error;
  while (!fs::exists(path, error) && path.has_relative_path()) path = path.parent_path();
  return path.string();
}

std::string DirectoryProblem(const base::FileSystem& files, const std::string& directory) {
  // First: with another name the lab's mounts would not be found again.
  if (std::string problem = PathProblem(directory); !problem.empty()) return problem;
  struct stat info {};
  if (lstat(directory.c_str(), &info) != 0) return "";  // will be made
  if (!S_ISDIR(info.st_mode)) return "it is not a folder (a link is not taken)";
  if (info.st_uid != 0) return "it belongs to another user than root";
  if ((info.st_mode & S_IWOTH) != 0) return "every user may write into it";
  return FolderProblem(files, directory);
}

// Tried in a namespace without a name, which is gone when the program ends.
std::string NetworkProblem() {
  const std::array<Argv, 2> tries = {
      Argv{"unshare", "--net", "--", "ip", "link", "add", "try0", "type", "bridge"},
      Argv{"unshare", "--net", "--", "ip", "link", "add", "try0", "type", "veth", "peer", "name",
           "try1"}};
  for (const Argv& one : tries) {
    const auto done = base::RunChecked(one, std::chrono::seconds(10));
    if (!done) return done.error().message();
  }
  return "";
}

std::int64_t FreeMemory(const base::FileSystem& files) {
  const auto text = files.ReadFile("/proc/meminfo");
  if (!text) return 0;
  const auto at = text->find("MemAvailable:");
  if (at == std::string::npos) return 0;
  return std::strtoll(text->c_str() + at + 13, nullptr, 10) * 1024;
}

std::vector<std::string> LocalAddresses() {
  std::vector<std::string> found;
  const auto output =
      base::RunChecked({"ip", "-o", "-4", "addr", "show"}, std::chrono::seconds(10));
  if (!output) return found;
  std::istringstream words(*output);
  std::string word;
  while (words >> word) {
    if (word == "inet" && words >> word) found.push_back(word);
  }
  return found;
}

std::int64_t NeededDisk(const LabOptions& options) {
  return options.nodes * options.disk_bytes + kTemplateBytes;
}
std::int64_t NeededMemory(const LabOptions& options) {
  return options.nodes * SystemOf(options.database).MemoryBytes(options) + kOtherMemoryBytes;
}

void AddSystemProblems(const PreflightFacts& facts, LabDatabase database,
                       std::vector<std::string>& problems) {
  if (!facts.root)
    problems.emplace_back("you are not root: namespaces, mounts and control groups need it (sudo)");
  for (const std::string& name : facts.missing_programs) {
    for (const NeededProgram& program : NeededPrograms(database)) {
      if (program.name == name)
        problems.push_back(fmt::format("program {} is missing: package {} (`tools/setup lab`)",
                                       name, program.package));
    }
  }
  if (!facts.account)
    problems.push_back(fmt::format(
        "there is no account \"{}\": package mariadb-server makes it (`tools/setup lab`)",
        SystemOf(database).account()));
  if (database == LabDatabase::kGalera && !facts.galera_library)
    problems.push_back(fmt::format("{} is missing: package galera-4 (`tools/setup lab`)", kGalera));
  for (const std::string& controller : MissingControllers(facts.cgroups)) {
    problems.push_back(
        fmt::format("the control group controller \"{}\" is not there: not in /proc/self/mounts "
                    "(version 1) nor in "
                    "cgroup.controllers (version 2); in a container it must be handed in",
                    controller));
  }
  if (!facts.loop_devices)
    problems.emplace_back(
        "there are no loop devices (/dev/loop-control): load the kernel module loop");
  if (!facts.network_problem.empty())
    problems.push_back("no network of namespaces can be made: " + facts.network_problem);
}

void AddSpaceProblems(const PreflightFacts& facts, const LabOptions& options,
                      std::vector<std::string>& problems) {
  if (!facts.directory_problem.empty())
    problems.push_back(fmt::format("{}: {}", options.directory, facts.directory_problem));
  if (!facts.backing_disk_problem.empty()) problems.push_back(facts.backing_disk_problem);
  if (facts.free_disk_bytes < NeededDisk(options)) {
    problems.push_back(fmt::format("{}: {} MB must be free, {} MB are", options.directory,
                                   NeededDisk(options) / kMegabyte,
                                   facts.free_disk_bytes / kMegabyte));
  }
  if (facts.free_memory_bytes < NeededMemory(options)) {
    problems.push_back(fmt::format("{} MB of memory must be free for {} nodes, {} MB are",
                                   NeededMemory(options) / kMegabyte, options.nodes,
                                   facts.free_memory_bytes / kMegabyte));
  }
}

void AddNameProblems(const PreflightFacts& facts, const LabOptions& options,
                     std::vector<std::string>& problems) {
  if (facts.state_file) {
    problems.push_back(fmt::format(
        "a lab is up in {}, or was left half-way: `distdiag lab status`, `distdiag lab down`",
        options.directory));
    return;  // the names below are then its own
  }
  const auto taken = NamespacesOfLab(options.name, facts.namespaces);
  if (!taken.empty() || facts.cgroup_taken) {
    problems.push_back(fmt::format(
        "the name \"{}\" is taken by {}: another lab's? Choose another --name, or `distdiag lab "
        "down --name {} "
        "--directory DIR` with its folder",
        options.name, taken.empty() ? "a control group" : "network namespace " + taken.front(),
        options.name));
  }
  for (const std::string& address : facts.local_addresses) {
    if (address.starts_with(options.network + ".")) {
      problems.push_back(fmt::format(
          "the network {}.0/24 is in use on this machine ({}): choose another --network",
          options.network, address));
    }
  }
}

}  // namespace

std::vector<NeededProgram> NeededPrograms(LabDatabase database) {
  std::vector<NeededProgram> programs = SystemOf(database).Programs();
  for (const auto& [name, package] :
       {std::pair{"ip", "iproute2"}, std::pair{"tc", "iproute2"}, std::pair{"nft", "nftables"},
        std::pair{"losetup", "mount"}, std::pair{"mount", "mount"}, std::pair{"umount", "mount"},
        std::pair{"fallocate", "util-linux"}, std::pair{"unshare", "util-linux"},
        std::pair{"mkfs.ext4", "e2fsprogs"}, std::pair{"tar", "tar"},
        std::pair{"stress-ng", "stress-ng"}})
    programs.push_back({name, package});
  return programs;
}

PreflightFacts GatherFacts(const Layout& layout) {
  const LabOptions& options = layout.options();
  base::RealFileSystem files;
  PreflightFacts facts;
  facts.root = geteuid() == 0;
  for (const NeededProgram& program : NeededPrograms(options.database)) {
    if (!ProgramThere(program.name)) facts.missing_programs.push_back(program.name);
  }
  facts.account = getpwnam(std::string(SystemOf(layout).account()).c_str()) != nullptr;
  facts.galera_library = files.Exists(kGalera);
  if (const auto trees = FindCgroupTrees(files)) facts.cgroups = *trees;
  const std::string existing = ExistingPart(options.directory);
  if (const auto disk = BackingDisk(existing); !disk)
    facts.backing_disk_problem = disk.error().message();
  facts.loop_devices = files.Exists("/dev/loop-control");
  if (facts.root) facts.network_problem = NetworkProblem();
  struct statvfs space {};
  if (statvfs(existing.c_str(), &space) == 0)
    facts.free_disk_bytes = static_cast<std::int64_t>(space.f_bavail * space.f_frsize);
  facts.free_memory_bytes = FreeMemory(files);
  facts.directory_problem = DirectoryProblem(files, options.directory);
  facts.state_file = files.Exists(layout.state_file());
  if (const auto names = files.ListDirectory("/run/netns")) facts.namespaces = *names;
  facts.cgroup_taken = GroupExists(facts.cgroups, options.name);
  facts.local_addresses = LocalAddresses();
  return facts;
}

std::vector<std::string> PreflightProblems(const PreflightFacts& facts, const Layout& layout) {
  std::vector<std::string> problems;
  AddSystemProblems(facts, layout.options().database, problems);
  AddSpaceProblems(facts, layout.options(), problems);
  AddNameProblems(facts, layout.options(), problems);
  return problems;
}

std::string PreflightText(const std::vector<std::string>& problems) {
  std::string text = fmt::format("the lab can't be started, {} {}:", problems.size(),
                                 problems.size() == 1 ? "problem" : "problems");
  int number = 0;
  for (const std::string& problem : problems) text += fmt::format("\n  {}. {}", ++number, problem);
  return text;
}

}  // namespace distdiag::lab
