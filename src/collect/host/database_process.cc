#include "collect/host/database_process.h"

#include "collect/host/cgroup_reader.h"
#include "collect/host/proc_text.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace distdiag::collect {
namespace {

constexpr std::size_t kNameLimit = 15;  // the kernel keeps no more of a process's name

}  // namespace

DatabaseProcess::DatabaseProcess(DatabaseProcessOptions options, HostFiles& files)
    : options_(std::move(options)), files_(files) {}

std::optional<DatabaseProcess::State> DatabaseProcess::Look(CgroupReader* group) {
  if (options_.pid_file.empty() && options_.name.empty()) return std::nullopt;
  if (options_.pid_file.empty() && known_pid_) {
    if (auto state = Running(*known_pid_)) return state;
    known_pid_.reset();
  }
  for (const std::uint64_t pid : Candidates(group)) {
    if (auto state = Running(pid)) {
      known_pid_ = pid;
      return state;
    }
  }
  return State{};
}

std::vector<std::uint64_t> DatabaseProcess::Candidates(CgroupReader* group) {
  std::vector<std::uint64_t> pids;
  if (!options_.pid_file.empty()) {
    if (files_.Read(options_.pid_file, text_).ok())
      if (const auto pid = ParseOnlyNumber(text_)) pids.push_back(*pid);
    return pids;
  }
  if (group != nullptr) return group->Processes();
  if (const auto names = files_.List(options_.procfs))
    for (const std::string& name : *names)
      if (const auto pid = ParseUnsigned(name)) pids.push_back(*pid);
  return pids;
}

std::optional<DatabaseProcess::State> DatabaseProcess::Running(std::uint64_t pid) {
  if (!files_.Read(fmt::format("{}/{}/stat", options_.procfs, pid), text_).ok())
    return std::nullopt;
  const auto stat = ParseProcessStat(text_);
  // Z and X: it has ended and only its parent has not asked yet. T, a stopped one, runs in the sense that it has not ended.
  if (!stat || stat->state == 'Z' || stat->state == 'X') return std::nullopt;
  const std::string_view wanted = std::string_view(options_.name).substr(0, kNameLimit);
  if (!wanted.empty() && stat->name != wanted) return std::nullopt;
  static const auto ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  constexpr std::uint64_t kPidBits = 22;  // the kernel's largest pid
  return State{
      .pid = pid,
      .cpu_s = static_cast<double>(stat->user_ticks + stat->system_ticks) / ticks_per_second,
      .identity = (stat->start_ticks << kPidBits) + pid};
}

}  // namespace distdiag::collect
