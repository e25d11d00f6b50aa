// `distdiag lab up|down|status`: the live lab from the command line.
#include "base/clock.h"
#include "base/file_system.h"
#include "lab/cluster.h"
#include "lab/folder.h"
#include "lab/lock.h"
#include "lab/preflight.h"
#include "lab/state.h"
#include "lab/status.h"
#include "lab/teardown.h"
#include "lab/template.h"
#include "lab/tools.h"
#include "lab/workload/lab_data.h"
#include "report.h"
#include "run_until_stopped.h"
#include "stop_on_signal.h"
#include "subcommands.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

// "[ 12 s] n2 joined"
lab::Progress WithElapsedTime(const base::Clock& clock) {
  return [&clock, began = clock.Now()](const std::string& line) {
    fmt::print("[{:3.0f} s] {}\n", base::ToSeconds(clock.Now() - began), line);
    std::fflush(stdout);
  };
}

base::Result<lab::LabOptions> OptionsOf(const LabUpArguments& arguments) {
  const auto database = lab::FindLabDatabase(arguments.database);
  if (!database) {
    return base::Fail(base::InvalidArgument(
        fmt::format("--database: expected galera or oceanbase, found \"{}\"", arguments.database)));
  }
  lab::LabOptions options = lab::DefaultOptions(*database);
  if (*database == lab::LabDatabase::kOceanBase) {
    ASSIGN_OR_RETURN(options.server_program, lab::FindTool(lab::kSeekdb));
  }
  options.name = arguments.name;
  options.directory = arguments.directory;
  options.network = arguments.network;
  options.nodes = arguments.nodes;
  return options;
}

// A lab whose folder is gone has no state any more: its name is enough to find the rest, but it must be given, and what
// carries it must look like a lab. Files are removed only from a folder that a lab made (TearDown).
base::Result<lab::LabState> StateOfOrphan(const LabDownArguments& arguments) {
  lab::LabState state;
  state.options.name = arguments.name;
  state.options.directory = arguments.directory;
  state.options.nodes = 9;  // the most a lab can have
  RETURN_FAIL_IF_ERROR(lab::CheckOptions(state.options));
  if (const std::string problem = lab::PathProblem(arguments.directory); !problem.empty()) {
    return base::Fail(base::InvalidArgument(fmt::format("{}: {}", arguments.directory, problem)));
  }
  base::RealFileSystem files;
  ASSIGN_OR_RETURN(const lab::CgroupTrees trees, lab::FindCgroupTrees(files));
  const lab::Layout layout(state.options);
  if (!lab::GroupExists(trees, lab::HolderGroup(layout)) &&
      !files.Exists(lab::Layout::NetnsPath(layout.hub_netns()))) {
    return base::Fail(
        base::NotFound(fmt::format("nothing of a lab named \"{}\" is there", arguments.name)));
  }
  return state;
}

base::Result<lab::LabState> StateOf(const LabDownArguments& arguments) {
  auto state = lab::ReadState(base::RealFileSystem(), arguments.directory);
  const bool orphan = !state && state.error().code() == base::StatusCode::kNotFound;
  return orphan && !arguments.name.empty() ? StateOfOrphan(arguments) : state;
}

void PrintNextSteps(const lab::Layout& layout, const lab::LabOptions& options) {
  fmt::print(
      "\nThe lab is up. Next:\n"
      "  watch it:     distdiag serve --config {}\n"
      "  look at it:   distdiag lab status --directory {}\n"
      "  a database:   mariadb --socket={}\n"
      "  remove it:    distdiag lab down --directory {}\n",
      layout.config_file(), options.directory, layout.machines().front().socket, options.directory);
}

}  // namespace

int RunLabUp(const LabUpArguments& arguments) {
  HoldStopSignals();
  base::RealClock clock;
  lab::UpRequest request;
  auto options = OptionsOf(arguments);
  if (!options) return Refuse(options.error());
  request.options = std::move(*options);
  if (const auto checked = lab::CheckOptions(request.options); !checked.ok())
    return Refuse(checked);
  const lab::Layout layout(request.options);
  const auto name_lock = lab::LabLock::OnName(arguments.name);
  if (!name_lock && name_lock.error().code() == base::StatusCode::kFailedPrecondition)
    return Refuse(name_lock.error());
  const auto problems = lab::PreflightProblems(lab::GatherFacts(layout), layout);
  if (!problems.empty()) {
    fmt::print(stderr, "distdiag: {}\n", lab::PreflightText(problems));
    return kCannotRun;
  }
  if (!name_lock) return Refuse(name_lock.error());  // who is not root was told so above
  request.with_load = !arguments.no_load;
  if (request.with_load) {
    const auto go_tpc = lab::FindTool(lab::kGoTpc);
    if (!go_tpc) return Refuse(go_tpc.error());
    request.loader = lab::GoTpcLoader(*go_tpc, clock);
  }
  std::error_code error;
  std::filesystem::create_directories(arguments.directory, error);
  const auto lock = lab::LabLock::OnDirectory(arguments.directory);
  if (!lock) return Refuse(lock.error());
  request.template_use = arguments.fresh ? lab::TemplateUse::kFresh : lab::TemplateUse::kReuse;
  request.cache_directory = lab::CacheDirectory(Environment("XDG_CACHE_HOME"), Environment("HOME"));
  base::StopSignal stop;
  const StopOnSignal watch(stop);
  const lab::Progress progress = WithElapsedTime(clock);
  if (const auto done = lab::BringUp(request, clock, stop, progress); !done.ok())
    return Refuse(done);
  PrintNextSteps(layout, request.options);
  return kDone;
}

int RunLabDown(const LabDownArguments& arguments) {
  HoldStopSignals();  // half a removal helps nobody
  base::RealClock clock;
  const auto seen = StateOf(arguments);
  if (!seen && seen.error().code() == base::StatusCode::kNotFound && arguments.name.empty()) {
    fmt::print("There is no lab in {}: nothing to remove.\n", arguments.directory);
    return kDone;
  }
  if (!seen) return Refuse(seen.error());
  const auto name_lock = lab::LabLock::OnName(seen->options.name);
  if (!name_lock) return Refuse(name_lock.error());
  base::Result<std::unique_ptr<lab::LabLock>> lock;
  if (lab::IsLabFolder(base::RealFileSystem(), arguments.directory))
    lock = lab::LabLock::OnDirectory(arguments.directory);
  if (!lock) return Refuse(lock.error());
  // Again: another command may have ended the lab, or begun one of this name elsewhere, before the locks were ours.
  const auto state = StateOf(arguments);
  if (!state) return Refuse(state.error());
  if (state->options.name != seen->options.name)
    return Refuse(base::FailedPrecondition("the lab changed meanwhile; try again"));
  const auto done = lab::TearDown(*state, clock, WithElapsedTime(clock));
  return done.ok() ? kDone : Refuse(done);
}

int RunLabStatus(const LabStatusArguments& arguments) {
  base::RealClock clock;
  const auto status = lab::LookAtLab(arguments.directory, clock);
  if (!status) return Refuse(status.error());
  fmt::print("{}", lab::StatusText(*status));
  return lab::AllWell(*status) ? kDone : kNotPassed;
}

}  // namespace distdiag::app
