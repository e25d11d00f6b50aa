#include "engine/record/lab_ground.h"

#include "base/process.h"
#include "lab/server.h"

#include <unistd.h>
#include <array>
#include <sstream>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

constexpr auto kRejoinWithin = std::chrono::minutes(3);

}  // namespace

std::optional<double> BusySeconds(std::string_view proc_stat) {
  std::istringstream line(std::string(proc_stat.substr(0, proc_stat.find('\n'))));
  std::string name;
  std::array<double, 7> ticks{};  // user nice system idle iowait irq softirq
  line >> name;
  for (double& one : ticks) line >> one;
  if (name != "cpu" || !line) return std::nullopt;
  return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) /
         static_cast<double>(sysconf(_SC_CLK_TCK));
}

LabGround::LabGround(lab::Layout layout, lab::CgroupTrees trees, std::string disk,
                     base::FileSystem& files, base::Clock& clock)
    : layout_(std::move(layout)),
      trees_(std::move(trees)),
      disk_(std::move(disk)),
      files_(files),
      clock_(clock) {}

base::Result<std::unique_ptr<LabGround>> LabGround::New(lab::Layout layout, base::FileSystem& files,
                                                        base::Clock& clock) {
  ASSIGN_OR_RETURN(lab::CgroupTrees trees, lab::FindCgroupTrees(files));
  ASSIGN_OR_RETURN(std::string disk, lab::BackingDisk(layout.options().directory));
  return std::unique_ptr<LabGround>(
      new LabGround(std::move(layout), std::move(trees), std::move(disk), files, clock));
}

std::optional<double> LabGround::OutsideCpuSeconds() {
  const auto stat = files_.ReadFile("/proc/stat");
  if (!stat) return std::nullopt;
  const auto busy = BusySeconds(*stat);
  const auto usage = lab::GroupCpuUsageNs(files_, trees_, layout_.options().name);
  if (!busy || !usage) return std::nullopt;
  return *busy - 1e-9 * static_cast<double>(*usage) - base::OwnCpuSeconds();
}

base::Status LabGround::SetLoad(double load) {
  return files_.WriteFileAtomic(layout_.load_level_file(), fmt::format("{}\n", load));
}

base::Status LabGround::Rejoin(const lab::Machine& machine) {
  const std::string group = layout_.cgroup(machine);
  RETURN_IF_ERROR(lab::WriteAll(lab::CpuQuotaWrites(trees_, group, 0)));
  RETURN_IF_ERROR(lab::WriteAll(lab::DiskLimitWrites(trees_, group, disk_, {})));
  base::StopSignal never;
  lab::Server server(layout_, machine, trees_, clock_);
  base::Status back = server.Stop(std::chrono::seconds(10));
  if (back.ok()) back = server.Start(lab::ServerStart::kRejoin);
  if (back.ok()) back = server.WaitReady(kRejoinWithin, never);
  const base::Status limited = lab::WriteAll(lab::NodeLimitWrites(trees_, layout_, machine, disk_));
  return back.ok() ? limited : back;
}

base::Status LabGround::Repair() {
  for (const lab::Machine& machine : layout_.machines()) {
    lab::Server server(layout_, machine, trees_, clock_);
    if (server.Pid() && server.Ready()) continue;
    RETURN_IF_ERROR(Rejoin(machine));
  }
  return base::OkStatus();
}

}  // namespace distdiag::engine
