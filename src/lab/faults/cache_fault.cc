// A node's buffer pool, shrunk while it runs.
#include "lab/faults/plans.h"
#include "lab/faults/quota.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr std::int64_t kMegabyte = 1 << 20;
constexpr std::int64_t kQuick =
    20000;  // pages a second that are written back while the pool shrinks

void Append(std::vector<inject::Step>& steps, const std::vector<inject::Step>& more) {
  steps.insert(steps.end(), more.begin(), more.end());
}

base::Result<std::int64_t> Variable(const FaultContext& context, const Machine& machine,
                                    const std::string& name) {
  ASSIGN_OR_RETURN(const std::string text,
                   context.view.SqlValue(machine, "SELECT @@GLOBAL." + name));
  return std::atoll(text.c_str());
}

}  // namespace

PlanResult PlanCache(const FaultContext& context, const FaultOrder& order) {
  const Machine& machine = *order.machine;
  // Whole chunks of 2 MB, as the server's configuration says: it would round by itself.
  const std::int64_t target = std::llround(order.number / 2) * 2 * kMegabyte;
  ASSIGN_OR_RETURN(const std::int64_t pool, Variable(context, machine, "innodb_buffer_pool_size"));
  ASSIGN_OR_RETURN(const std::int64_t capacity, Variable(context, machine, "innodb_io_capacity"));
  ASSIGN_OR_RETURN(const std::int64_t most, Variable(context, machine, "innodb_io_capacity_max"));
  if (target >= pool) {
    return base::Fail(base::FailedPrecondition(
        fmt::format("{}: expected a buffer pool of more than {} MB, found {} MB", machine.name,
                    target / kMegabyte, pool / kMegabyte)));
  }
  ASSIGN_OR_RETURN(const QuotaSteps quota, PlanQuota(context, machine));
  const auto capacities = [&](std::int64_t first, const char* first_name, std::int64_t second,
                              const char* second_name) {
    return inject::SqlStep{machine.name,
                           {fmt::format("SET GLOBAL {} = {}", first_name, first),
                            fmt::format("SET GLOBAL {} = {}", second_name, second)},
                           false};
  };
  constexpr const char* kCapacity = "innodb_io_capacity";
  constexpr const char* kMost = "innodb_io_capacity_max";
  // The server caps one by the other: the larger one first on the way up, last on the way down.
  const inject::Step before = capacities(capacity, kCapacity, most, kMost);
  inject::FaultPlan plan;
  plan.prepare = quota.lift;
  plan.prepare.push_back(capacities(kQuick, kMost, kQuick, kCapacity));
  plan.prepare.push_back(inject::ActionStep{"resize_pool", machine.name, {std::to_string(target)}});
  plan.prepare.push_back(before);
  Append(plan.prepare, quota.restore);
  plan.stop = {inject::ActionStep{"resize_pool", machine.name, {std::to_string(pool)}}};
  plan.restore = {before};
  Append(plan.restore, quota.restore);
  return plan;
}

}  // namespace distdiag::lab
