#include "lab/teardown.h"

#include "base/process.h"
#include "lab/disk.h"
#include "lab/folder.h"
#include "lab/network.h"
#include "lab/server.h"

#include <unistd.h>
#include <csignal>
#include <optional>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

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
      : layout_(state.options),
        trees_(std::move(trees)),
        clock_(clock),
        progress_(progress),
        directory_(CanonicalPath(state.options.directory)),
        of_lab_(IsLabFolder(base::RealFileSystem(), state.options.directory)) {}

  base::Status Run() {
    EndProcesses();
    RemoveMounts();
    RemoveLoops();
    CheckMounts();
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

  // nullopt when it can't be read: then nobody knows what is mounted.
  static std::optional<std::string> MountInfo() {
    const auto text = base::RealFileSystem().ReadFile("/proc/self/mountinfo");
    return text ? std::optional(*text) : std::nullopt;
  }
  std::vector<std::string> Mounts() const {
    return DiskMounts(MountInfo().value_or(""), AttachedLoops(), directory_);
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
    for (const std::string& mount : Mounts()) {
      // What else is mounted in it would go with it, and is not the lab's.
      if (!MountsBelow(MountInfo().value_or(""), mount).empty()) continue;
      // Somebody's shell stands in it: it goes when that ends.
      if (base::RunChecked({"umount", "--lazy", mount}, std::chrono::seconds(60)))
        progress_("unmounted " + mount + " (in use by another process: it ends with that)");
    }
  }

  void RemoveLoops() {
    for (int tries = 0; tries < kTries; ++tries) {
      const auto loops = DiskLoops(AttachedLoops(), directory_);
      if (loops.empty()) return;
      for (const LoopDevice& loop : loops) {
        if (base::RunChecked({"losetup", "--detach", loop.device}, std::chrono::seconds(20)))
          progress_("detached " + loop.device);
      }
      Pause(clock_);
    }
    for (const LoopDevice& loop : DiskLoops(AttachedLoops(), directory_)) Left(loop.device);
  }

  // Removing files must not walk into what is mounted, whoever mounted it.
  void CheckMounts() {
    const auto text = MountInfo();
    if (!text) return Left("files: /proc/self/mountinfo can't be read");
    std::vector<std::string> mounts;
    if (of_lab_) {
      for (const char* folder : {"/disk", "/run", "/faults"}) {
        const auto below = MountsBelow(*text, directory_ + folder);
        mounts.insert(mounts.end(), below.begin(), below.end());
      }
    } else {
      mounts = DiskMounts(*text, AttachedLoops(), directory_);
    }
    for (const std::string& mount : mounts) Left("mount " + mount);
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
    base::RealFileSystem files;
    if (!of_lab_) {
      if (files.Exists(directory))
        progress_(fmt::format("left alone: {}, which no lab made", directory));
      return;
    }
    // A lab from before there was a mark: the next one may use its folder.
    if (const base::Status marked = MarkFolder(files, directory); !marked.ok())
      progress_(marked.message());
    for (const std::string& kept : RemoveLabFiles(layout_))
      progress_(fmt::format("kept {}: it holds what no lab put there", kept));
    progress_(fmt::format("removed disks and run files below {} (kept: logs, data)", directory));
  }

  void Left(const std::string& what) { left_ += (left_.empty() ? "" : ", ") + what; }

  const Layout layout_;
  const CgroupTrees trees_;
  base::Clock& clock_;
  const Progress& progress_;
  const std::string directory_;  // as the kernel lists it
  const bool of_lab_;
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
