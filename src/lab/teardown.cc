#include "lab/teardown.h"

#include "base/process.h"
#include "lab/disk.h"
#include "lab/network.h"
#include "lab/server.h"

#include <unistd.h>
#include <csignal>
#include <filesystem>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

namespace fs = std::filesystem;

constexpr auto kPause = std::chrono::milliseconds(50);
constexpr auto kKillLimit = std::chrono::seconds(10);  // a killed process is gone by then
constexpr auto kServerGrace = std::chrono::seconds(20);
constexpr auto kGrace = std::chrono::seconds(3);
constexpr int kTries = 40;  // of what fails while a process is still ending

void Pause(base::Clock& clock) {
  base::StopSignal never;
  clock.SleepUntil(clock.Now() + kPause, never);
}

std::vector<pid_t> Others(const CgroupTrees& trees, const std::string& group) {
  std::vector<pid_t> pids = GroupMembers(trees, group);
  std::erase(pids, getpid());
  return pids;
}

void Signal(const std::vector<pid_t>& pids, int signal) {
  for (const pid_t pid : pids) kill(pid, signal);
}

class Removal final {
 public:
  Removal(const LabState& state, CgroupTrees trees, base::Clock& clock, const Progress& progress)
      : layout_(state.options), trees_(std::move(trees)), clock_(clock), progress_(progress) {}

  base::Status Run() {
    EndProcesses();
    RemoveMounts();
    RemoveLoops();
    RemoveNamespaces();
    RemoveGroups();
    if (!left_.empty()) {
      return base::FailedPrecondition(
          fmt::format("could not be removed: {}; try `distdiag lab down` again", left_));
    }
    RemoveFiles();
    return base::OkStatus();
  }

 private:
  void EndProcesses() {
    EndNamed("keeper", KeeperGroup(layout_), kGrace);
    EndNamed("processes of an interrupted start", UpGroup(layout_), kGrace);
    EndNamed("clients", layout_.clients_cgroup(), kGrace);
    LiftLimits();
    for (const Machine& machine : layout_.machines())
      EndNamed("load beside " + machine.name, ExternalGroup(layout_, machine), base::Duration(0));
    StopServers();
    EndNamed("holders", HolderGroup(layout_), base::Duration(0));
    EndNamed("other processes", layout_.options().name, base::Duration(0));
  }

  // At half a CPU and with throttled disks a server would end slowly, and a throttled write can't be killed.
  void LiftLimits() {
    const auto disk = BackingDisk(layout_.options().directory);
    for (const Machine& machine : layout_.machines()) {
      const std::string group = layout_.cgroup(machine);
      if (!GroupExists(trees_, group)) continue;
      WriteAllThatCan(CpuQuotaWrites(trees_, group, 0));
      if (disk) WriteAllThatCan(DiskLimitWrites(trees_, group, *disk, {}));
    }
  }

  void StopServers() {
    std::vector<pid_t> pids;
    for (const Machine& machine : layout_.machines()) {
      const auto members = Others(trees_, DatabaseGroup(layout_, machine));
      pids.insert(pids.end(), members.begin(), members.end());
    }
    Signal(pids, SIGCONT);
    for (const Machine& machine : layout_.machines()) {
      // Sends SIGTERM to all; the waiting for the first is the waiting for all.
      Signal(Others(trees_, DatabaseGroup(layout_, machine)), SIGTERM);
    }
    for (const Machine& machine : layout_.machines())
      EndNamed("server of " + machine.name, DatabaseGroup(layout_, machine), kServerGrace);
  }

  void EndNamed(const std::string& what, const std::string& group, base::Duration grace) {
    const int count = EndGroup(trees_, group, grace, clock_);
    if (count > 0)
      progress_(fmt::format("ended {} ({} {})", what, count, count == 1 ? "process" : "processes"));
    if (!Others(trees_, group).empty()) Left("processes of " + group);
  }

  std::vector<std::string> Mounts() const {
    base::RealFileSystem files;
    const auto text = files.ReadFile("/proc/self/mountinfo");
    return text ? MountsBelow(*text, layout_.options().directory) : std::vector<std::string>{};
  }

  void RemoveMounts() {
    for (int tries = 0; tries < kTries; ++tries) {
      const auto mounts = Mounts();
      if (mounts.empty()) return;
      for (const std::string& mount : mounts) {
        if (base::RunChecked({"umount", mount}, std::chrono::seconds(60)))
          progress_("unmounted " + mount);
      }
      Pause(clock_);
    }
    // Somebody's shell stands in it: it goes when that ends.
    for (const std::string& mount : Mounts()) {
      if (base::RunChecked({"umount", "--lazy", mount}, std::chrono::seconds(60))) {
        progress_("unmounted " + mount + " (in use by another process: it ends with that)");
      } else {
        Left("mount " + mount);
      }
    }
  }

  void RemoveLoops() {
    for (int tries = 0; tries < kTries; ++tries) {
      const auto loops = LoopsBelow(AttachedLoops(), layout_.options().directory);
      if (loops.empty()) return;
      for (const LoopDevice& loop : loops) {
        if (base::RunChecked({"losetup", "--detach", loop.device}, std::chrono::seconds(20)))
          progress_("detached " + loop.device);
      }
      Pause(clock_);
    }
    for (const LoopDevice& loop : LoopsBelow(AttachedLoops(), layout_.options().directory))
      Left(loop.device);
  }

  std::vector<std::string> Namespaces() const {
    base::RealFileSystem files;
    const auto names = files.ListDirectory("/run/netns");
    return names ? NamespacesOfLab(layout_.options().name, *names) : std::vector<std::string>{};
  }

  void RemoveNamespaces() {
    for (const std::string& netns : Namespaces()) {
      const auto done = base::RunChecked(DeleteNamespaceCommand(netns), std::chrono::seconds(20));
      // A process killed between making the file and the namespace leaves a file that is no mount.
      if (!done) unlink(Layout::NetnsPath(netns).c_str());
      progress_("removed network namespace " + netns);
    }
    for (const std::string& netns : Namespaces()) Left("network namespace " + netns);
  }

  void RemoveGroups() {
    const std::string& name = layout_.options().name;
    std::size_t count = 0;
    for (int tries = 0; tries < kTries && GroupExists(trees_, name); ++tries) {
      count += RemoveGroup(trees_, name).size();
      if (GroupExists(trees_, name)) Pause(clock_);
    }
    if (count > 0) progress_(fmt::format("removed {} control groups {}", count, name));
    if (GroupExists(trees_, name)) Left("control group " + name);
  }

  void RemoveFiles() {
    const std::string& directory = layout_.options().directory;
    std::error_code error;
    fs::create_directories(directory + "/logs", error);
    for (const auto& entry : fs::directory_iterator(layout_.run_directory(), error)) {
      const std::string kind = entry.path().extension().string();
      if (entry.is_regular_file(error) && (kind == ".err" || kind == ".out" || kind == ".log"))
        fs::rename(entry.path(), fs::path(directory + "/logs") / entry.path().filename(), error);
    }
    fs::remove_all(directory + "/disk", error);
    fs::remove_all(layout_.journal_directory(), error);  // its faults ended with the machines
    fs::remove(layout_.config_file(), error);
    for (const auto& entry : fs::directory_iterator(layout_.run_directory(), error)) {
      if (entry.path() != layout_.state_file()) fs::remove_all(entry.path(), error);
    }
    fs::remove_all(layout_.run_directory(), error);
    progress_(fmt::format("removed disks and run files below {} (kept: logs, data)", directory));
  }

  void Left(const std::string& what) { left_ += (left_.empty() ? "" : ", ") + what; }

  const Layout layout_;
  const CgroupTrees trees_;
  base::Clock& clock_;
  const Progress& progress_;
  std::string left_;
};

}  // namespace

int EndGroup(const CgroupTrees& trees, const std::string& group, base::Duration grace,
             base::Clock& clock) {
  const auto began = Others(trees, group);
  if (began.empty()) return 0;
  if (grace > base::Duration(0)) {
    Signal(began, SIGTERM);
    Signal(began, SIGCONT);  // a stopped process does not see the other
    const base::Timestamp latest = clock.Now() + grace;
    while (!Others(trees, group).empty() && clock.Now() < latest) Pause(clock);
  }
  const base::Timestamp latest = clock.Now() + kKillLimit;
  // Again and again: one of them may have started another meanwhile.
  for (auto left = Others(trees, group); !left.empty() && clock.Now() < latest;
       left = Others(trees, group)) {
    Signal(left, SIGKILL);
    Pause(clock);
  }
  return static_cast<int>(began.size());
}

base::Status TearDown(const LabState& state, base::Clock& clock, const Progress& progress) {
  base::RealFileSystem files;
  ASSIGN_OR_RETURN_STATUS(CgroupTrees trees, FindCgroupTrees(files));
  if (files.Exists(Layout(state.options).state_file())) {
    LabState stopping = state;
    stopping.phase = LabPhase::kStopping;  // `lab status` then says so
    if (const base::Status written = WriteState(files, stopping); !written.ok())
      progress(written.message());  // disk full: removing helps
  }
  return Removal(state, std::move(trees), clock, progress).Run();
}

}  // namespace distdiag::lab
