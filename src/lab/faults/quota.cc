#include "lab/faults/quota.h"

#include <sstream>
#include <string>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

// The line of `device` in a throttle's file ("254:0 700"); empty = the device has no limit.
std::string DeviceLine(const std::string& text, const std::string& device) {
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    if (line.starts_with(device + " ")) return line;
  }
  return "";
}

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

base::Result<QuotaSteps> PlanQuota(const FaultContext& context, const Machine& machine) {
  const std::string group = context.layout.cgroup(machine);
  QuotaSteps steps;
  bool limited = false;
  for (const FileWrite& lift : CpuQuotaWrites(context.trees, group, 0)) {
    ASSIGN_OR_RETURN(const std::string text, context.view.ReadFile(lift.path));
    const std::string now = FirstLine(text);
    if (now == lift.text) continue;  // the period, which stays
    limited = true;
    steps.lift.push_back(inject::WriteStep{lift.path, lift.text});
    steps.restore.push_back(inject::WriteStep{lift.path, now});
  }
  if (!limited && context.layout.options().cpu_cores > 0) {
    return base::Fail(base::FailedPrecondition(
        fmt::format("{}: its CPU quota is lifted: another fault is being prepared, or the lab "
                    "starts; try again later",
                    machine.name)));
  }
  for (const FileWrite& lift : DiskLimitWrites(context.trees, group, context.disk, {})) {
    ASSIGN_OR_RETURN(const std::string text, context.view.ReadFile(lift.path));
    const std::string now = DeviceLine(text, context.disk);
    if (now.empty() || now == lift.text) continue;
    steps.lift.push_back(inject::WriteStep{lift.path, lift.text});
    steps.restore.push_back(inject::WriteStep{lift.path, now});
  }
  return steps;
}

}  // namespace distdiag::lab
