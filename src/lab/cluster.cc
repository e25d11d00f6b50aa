#include "lab/cluster.h"

#include "base/process.h"
#include "lab/accounts.h"
#include "lab/cgroups.h"
#include "lab/database_system.h"
#include "lab/disk.h"
#include "lab/folder.h"
#include "lab/network.h"
#include "lab/serve_config.h"
#include "lab/server.h"
#include "lab/template.h"

#include <unistd.h>
#include <filesystem>
#include <optional>
#include <vector>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr auto kWarmUp = std::chrono::seconds(18);
constexpr const char* kWarmUpLevel = "10\n";  // of the terminals' usual pace
constexpr auto kSyncLimit = std::chrono::minutes(3);
constexpr auto kStopLimit = std::chrono::minutes(1);
constexpr auto kInstallLimit = std::chrono::minutes(2);
constexpr auto kStatementLimit = std::chrono::seconds(20);

// The process itself goes into the lab's group "up", so that what it starts is found after kill -9; and back again.
class UpMembership final {
 public:
  UpMembership(const CgroupTrees& trees, const Layout& layout) {
    base::RealFileSystem files;
    const auto own = files.ReadFile("/proc/self/cgroup");
    for (const std::string& file : OwnProcsFiles(trees, own ? *own : ""))
      before_.push_back({file, "0"});
    for (const std::string& file : GroupProcsFiles(trees, UpGroup(layout)))
      inside_.push_back({file, "0"});
  }
  base::Status Enter() const { return WriteAll(inside_); }
  void Leave() const { WriteAllThatCan(before_); }

 private:
  std::vector<FileWrite> before_, inside_;
};

class Start final {
 public:
  Start(const UpRequest& request, CgroupTrees trees, base::Clock& clock, base::StopSignal& stop,
        const Progress& progress)
      : request_(request),
        layout_(request.options),
        system_(SystemOf(layout_)),
        trees_(std::move(trees)),
        clock_(clock),
        stop_(stop),
        progress_(progress),
        membership_(trees_, layout_) {}

  base::Status Run() {
    base::Status done = Steps();
    membership_.Leave();
    return done;
  }

 private:
  base::Status Steps() {
    RETURN_IF_ERROR(MakeLabGroups(trees_, layout_));
    RETURN_IF_ERROR(membership_.Enter());
    RETURN_IF_ERROR(MakeNetwork());
    RETURN_IF_ERROR(MakeDisks());
    RETURN_IF_ERROR(ProvideData());
    RETURN_IF_ERROR(StartServers());
    RETURN_IF_ERROR(MakeAccounts());
    RETURN_IF_ERROR(WriteServeConfig());
    RETURN_IF_ERROR(StartKeeper());
    RETURN_IF_ERROR(WarmUp());
    return SetLimits();
  }

  // A server that has just started writes few pages, and ever more of them for two minutes: whoever learns meanwhile what is
  // normal takes that for a fault. So the pages are dirtied at many times the pace, before the limits are set.
  base::Status WarmUp() {
    if (!request_.with_load) return base::OkStatus();
    RETURN_IF_ERROR(files_.WriteFileAtomic(layout_.load_level_file(), kWarmUpLevel));
    progress_("warming up");
    if (!clock_.SleepUntil(clock_.Now() + kWarmUp, stop_)) return Continue();
    return files_.WriteFileAtomic(layout_.load_level_file(), "1\n");
  }

  base::Status MakeNetwork() {
    RETURN_IF_ERROR(RunAll(NetworkUpCommands(layout_)));
    for (const Machine& machine : layout_.machines()) {
      ASSIGN_OR_RETURN_STATUS(
          const pid_t holder,
          base::SpawnProcess({.argv = {"sleep", "infinity"},
                              .log_path = {},
                              .network_namespace = Layout::NetnsPath(machine.netns),
                              .cgroup_files = GroupProcsFiles(trees_, HolderGroup(layout_)),
                              .working_directory = "/"}));
      RETURN_IF_ERROR(files_.WriteFileAtomic(machine.holder_pid_file, fmt::format("{}\n", holder)));
    }
    progress_("network");
    return Continue();
  }

  base::Status MakeDisks() {
    for (const Machine& machine : layout_.machines()) {
      RETURN_IF_ERROR(MakeDisk(layout_, machine));
      RETURN_IF_ERROR(Continue());
    }
    progress_(fmt::format("{} disks", layout_.machines().size()));
    return base::OkStatus();
  }

  base::Status ProvideData() {
    ASSIGN_OR_RETURN_STATUS(
        const std::string version,
        base::RunChecked(system_.VersionCommand(request_.options), std::chrono::seconds(20)));
    const std::string archive = request_.cache_directory + "/" +
                                TemplateName({.server_version = version,
                                              .loader_version = request_.loader.version,
                                              .warehouses = request_.options.warehouses});
    const bool make = request_.template_use == TemplateUse::kFresh || !files_.Exists(archive);
    if (make) RETURN_IF_ERROR(MakeTemplate(archive));
    for (const Machine& machine : layout_.machines()) {
      if (make && machine.number == 1) continue;  // the template was made on its disk
      const auto done = base::RunChecked(UnpackCommand(machine, archive), kInstallLimit);
      if (!done) {
        return base::FailedPrecondition(
            fmt::format("{}; if {} is damaged, `distdiag lab up --fresh` makes it anew",
                        done.error().message(), archive));
      }
      RETURN_IF_ERROR(Continue());
    }
    progress_(fmt::format("data from {}", archive));
    return system_.MakeFounder(First());
  }

  base::Status MakeTemplate(const std::string& archive) {
    const Machine& first = First();
    progress_("no template yet: making the database (only this time)");
    RETURN_IF_ERROR(RunAll(system_.InstallCommands(first), kInstallLimit));
    progress_("system tables");
    RETURN_IF_ERROR(Continue());
    Server server(layout_, first, trees_, clock_);
    RETURN_IF_ERROR(server.Start(ServerStart::kBootstrap));
    RETURN_IF_ERROR(server.WaitReady(1, kSyncLimit, stop_));
    if (request_.loader.load) {
      RETURN_IF_ERROR(ApplyAccounts(server));
      // Nothing is lost when it crashes now: it is made anew.
      for (const std::string& statement : system_.BeforeLoading())
        RETURN_IF_ERROR(AskFor(server, statement));
      RETURN_IF_ERROR(request_.loader.load(layout_, first, progress_, stop_));
      progress_("data loaded");
    }
    RETURN_IF_ERROR(server.Stop(kStopLimit));
    RETURN_IF_ERROR(SaveTemplate(first, archive, system_.TemplateExcludes()));
    progress_("template saved");
    return Continue();
  }

  base::Status StartServers() {
    // At full speed: the limits come when all are ready.
    for (const Machine& machine : layout_.machines()) {
      Server server(layout_, machine, trees_, clock_);
      const bool founds = system_.replicates() && machine.number == 1;
      RETURN_IF_ERROR(server.Start(founds ? ServerStart::kBootstrap : ServerStart::kJoin));
      if (!founds) continue;
      RETURN_IF_ERROR(server.WaitReady(1, kSyncLimit, stop_));
      progress_(machine.name + " founded the cluster");
    }
    for (const Machine& machine : layout_.machines()) {
      Server server(layout_, machine, trees_, clock_);
      RETURN_IF_ERROR(server.WaitReady(kSyncLimit, stop_));
      if (!system_.replicates())
        progress_(machine.name + " is ready");
      else if (machine.number > 1)
        progress_(machine.name + " joined");
    }
    return Continue();
  }

  base::Status MakeAccounts() {
    for (const Machine& machine : layout_.machines()) {
      Server server(layout_, machine, trees_, clock_);
      RETURN_IF_ERROR(ApplyAccounts(server));
      if (system_.replicates()) break;
    }
    return base::OkStatus();
  }

  base::Status ApplyAccounts(Server& server) {
    if (monitor_password_.empty()) {
      ASSIGN_OR_RETURN_STATUS(monitor_password_, NewPassword());
      RETURN_IF_ERROR(WriteSecret(MonitorPasswordFile(layout_), monitor_password_));
    }
    for (const std::string& statement : system_.AccountStatements(layout_, monitor_password_))
      RETURN_IF_ERROR(AskFor(server, statement));
    return base::OkStatus();
  }

  static base::Status AskFor(Server& server, const std::string& statement) {
    const auto done = server.Ask(statement, kStatementLimit);
    return done ? base::OkStatus() : done.error();
  }

  base::Status SetLimits() {
    ASSIGN_OR_RETURN_STATUS(const std::string disk, BackingDisk(request_.options.directory));
    for (const Machine& machine : layout_.machines())
      RETURN_IF_ERROR(WriteAll(NodeLimitWrites(trees_, layout_, machine, disk)));
    progress_(fmt::format("limits: {} CPU, {} operations/s, {} MB/s a node",
                          request_.options.cpu_cores, request_.options.disk_iops,
                          request_.options.disk_bytes_per_s >> 20));
    return base::OkStatus();
  }

  base::Status WriteServeConfig() {
    std::vector<std::string> devices;
    for (const Machine& machine : layout_.machines()) {
      ASSIGN_OR_RETURN_STATUS(const std::string text, files_.ReadFile(machine.device_file));
      devices.push_back(std::filesystem::path(text.substr(0, text.find('\n'))).filename());
    }
    std::error_code error;
    std::filesystem::create_directories(layout_.journal_directory(), error);
    return files_.WriteFileAtomic(layout_.config_file(), ServeConfigText(layout_, devices));
  }

  base::Status StartKeeper() {
    LabState state{
        .options = request_.options, .phase = LabPhase::kUp, .with_load = request_.with_load};
    RETURN_IF_ERROR(WriteState(files_, state));
    ASSIGN_OR_RETURN_STATUS(
        const pid_t pid,
        base::SpawnProcess({.argv = {base::OwnProgramPath(), "lab", "keep", "--directory",
                                     request_.options.directory},
                            .log_path = layout_.run_directory() + "/keeper.log",
                            .network_namespace = {},
                            .cgroup_files = GroupProcsFiles(trees_, KeeperGroup(layout_)),
                            .working_directory = "/"}));
    RETURN_IF_ERROR(
        files_.WriteFileAtomic(layout_.run_directory() + "/keeper.pid", fmt::format("{}\n", pid)));
    progress_("keeper");
    return Continue();
  }

  base::Status Continue() const {
    return stop_.requested() ? base::Cancelled("interrupted") : base::OkStatus();
  }
  const Machine& First() const { return layout_.machines().front(); }

  const UpRequest& request_;
  const Layout layout_;
  const DatabaseSystem& system_;
  const CgroupTrees trees_;
  base::Clock& clock_;
  base::StopSignal& stop_;
  const Progress& progress_;
  const UpMembership membership_;
  base::RealFileSystem files_;
  std::string monitor_password_;  // of this start; the same at all nodes
};

base::Status MakeFolders(const Layout& layout) {
  const std::string& directory = layout.options().directory;
  return RunAll({
      {"chmod", "0755", directory},
      {"mkdir", "-p", layout.run_directory(), directory + "/disk"},
      // The servers may make files here, and remove only their own.
      {"chown", "root:" + std::string(SystemOf(layout).account()), layout.run_directory()},
      {"chmod", "1775", layout.run_directory()},
  });
}

}  // namespace

base::Status BringUp(const UpRequest& request, base::Clock& clock, base::StopSignal& stop,
                     const Progress& progress) {
  const Layout layout(request.options);
  const LabState state{
      .options = request.options, .phase = LabPhase::kStarting, .with_load = request.with_load};
  base::RealFileSystem files;
  RETURN_IF_ERROR(MarkFolder(files, request.options.directory));
  RETURN_IF_ERROR(MakeFolders(layout));
  RETURN_IF_ERROR(WriteState(files, state));
  ASSIGN_OR_RETURN_STATUS(CgroupTrees trees, FindCgroupTrees(files));
  base::Status done = Start(request, std::move(trees), clock, stop, progress).Run();
  if (done.ok()) return done;
  progress(done.code() == base::StatusCode::kCancelled ? "interrupted: taking down what was made"
                                                       : "failed: taking down what was made");
  if (const base::Status removed = TearDown(state, clock, progress); !removed.ok())
    progress(removed.message());
  return done;
}

}  // namespace distdiag::lab
