// OceanBase's memory for writes, shrunk while it runs: writers are slowed down, and refused where hardly anything is left (error 4030).
#include "lab/faults/plans.h"

#include <cmath>
#include <string>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

// Share of the memstore from which on writers are slowed down. With the default (60) a minute is too short to see anything: the
// memstore is frozen and written out before it is so full.
constexpr int kThrottleFrom = 5;

base::Result<std::string> Parameter(const FaultContext& context, const Machine& machine,
                                    const char* name) {
  return context.view.SqlValue(
      machine, fmt::format("SELECT value FROM oceanbase.V$OB_PARAMETERS WHERE name = '{}'", name));
}

}  // namespace

PlanResult PlanMemstore(const FaultContext& context, const FaultOrder& order) {
  const Machine& machine = *order.machine;
  constexpr const char* kShare = "memstore_limit_percentage";
  constexpr const char* kThrottle = "writing_throttling_trigger_percentage";
  ASSIGN_OR_RETURN(const std::string share, Parameter(context, machine, kShare));
  ASSIGN_OR_RETURN(const std::string throttle, Parameter(context, machine, kThrottle));
  const auto set = [&](std::string_view share_value, std::string_view throttle_value) {
    return inject::SqlStep{machine.name,
                           {fmt::format("ALTER SYSTEM SET {} = {}", kShare, share_value),
                            fmt::format("ALTER SYSTEM SET {} = {}", kThrottle, throttle_value)},
                           false};
  };
  if (throttle == std::to_string(kThrottleFrom)) {
    return base::Fail(base::FailedPrecondition(
        fmt::format("{}: expected {} of more than {}, found {}: another fault is at work",
                    machine.name, kThrottle, kThrottleFrom, throttle)));
  }
  inject::FaultPlan plan;
  plan.start = {set(std::to_string(std::lround(order.number)), std::to_string(kThrottleFrom))};
  plan.stop = {set(share, throttle)};
  return plan;
}

}  // namespace distdiag::lab
