// Indexes that no statement uses and that every write must keep up, on all nodes: Galera replicates the change of a table, on OceanBase
// each node is told.
#include "lab/database_system.h"
#include "lab/faults/plans.h"
#include "lab/faults/quota.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

struct UselessIndex {
  const char* table;
  const char* columns;
};

// In the order in which they are taken: the tables in turn, the most written first.
constexpr UselessIndex kIndexes[] = {
    {"stock", "s_quantity, s_ytd"},
    {"customer", "c_balance"},
    {"orders", "o_entry_d"},
    {"history", "h_date"},
    {"stock", "s_ytd, s_order_cnt"},
    {"customer", "c_ytd_payment, c_balance"},
    {"orders", "o_carrier_id, o_entry_d"},
    {"new_order", "no_o_id"},
    {"stock", "s_order_cnt, s_quantity"},
    {"customer", "c_payment_cnt, c_balance"},
    {"orders", "o_ol_cnt, o_entry_d"},
    {"history", "h_amount"},
    {"stock", "s_remote_cnt, s_ytd"},
    {"customer", "c_delivery_cnt, c_balance"},
    {"orders", "o_all_local, o_entry_d"},
    {"history", "h_c_id, h_date"},
    {"new_order", "no_d_id, no_o_id"},
    {"district", "d_ytd"},
    {"district", "d_next_o_id"},
    {"warehouse", "w_ytd"},
};

// One statement a table: it is rebuilt once.
struct TableChange {
  std::string table;
  std::string add, drop;
};

std::vector<TableChange> Changes(std::size_t count) {
  std::vector<TableChange> changes;
  for (std::size_t i = 0; i < count && i < std::size(kIndexes); ++i) {
    const auto& [table, columns] = kIndexes[i];
    auto change = changes.begin();
    while (change != changes.end() && change->table != table) ++change;
    if (change == changes.end()) change = changes.insert(change, {table, "", ""});
    const char* comma = change->add.empty() ? "" : ", ";
    change->add += fmt::format("{}ADD INDEX ddx{} ({})", comma, i, columns);
    change->drop += fmt::format("{}DROP INDEX IF EXISTS ddx{}", comma, i);
  }
  return changes;
}

}  // namespace

PlanResult PlanIndex(const FaultContext& context, const FaultOrder& order) {
  const Machine& first = context.layout.machines().front();
  const bool replicated = SystemOf(context.layout).replicates();
  for (const Machine& machine : context.layout.machines()) {
    ASSIGN_OR_RETURN(const std::string there,
                     context.view.SqlValue(
                         machine, fmt::format("SELECT COUNT(*) FROM information_schema.statistics "
                                              "WHERE table_schema = '{}' AND index_name LIKE '{}'",
                                              kDatabase, kUselessIndexes)));
    if (there != "0") {
      return base::Fail(base::FailedPrecondition(
          machine.name + ": indexes ddx… are there already: drop them first"));
    }
    if (replicated) break;
  }
  inject::FaultPlan plan;
  std::vector<inject::Step> quotas_back;
  for (const Machine& machine : context.layout.machines()) {
    ASSIGN_OR_RETURN(const QuotaSteps quota, PlanQuota(context, machine));
    plan.prepare.insert(plan.prepare.end(), quota.lift.begin(), quota.lift.end());
    quotas_back.insert(quotas_back.end(), quota.restore.begin(), quota.restore.end());
  }
  inject::SqlStep build{first.name, {}, false}, drop{first.name, {}, false};
  for (const TableChange& change : Changes(static_cast<std::size_t>(std::lround(order.number)))) {
    build.statements.push_back(
        fmt::format("ALTER TABLE {}.{} {}", kDatabase, change.table, change.add));
    drop.statements.push_back(
        fmt::format("ALTER TABLE {}.{} {}", kDatabase, change.table, change.drop));
  }
  for (const Machine& machine : context.layout.machines()) {
    if (replicated) {
      if (&machine == &first) plan.prepare.push_back(build);
      continue;
    }
    build.machine = machine.name;
    plan.prepare.push_back(build);
    // It has no DROP INDEX IF EXISTS.
    plan.restore.push_back(inject::ActionStep{"drop_indexes", machine.name, {}});
  }
  if (replicated) {
    // The others build after the first one is done; a causal read waits for them.
    for (const Machine& machine : context.layout.machines())
      plan.prepare.push_back(inject::ActionStep{"wait_applied", machine.name, {}});
    plan.restore = {drop};
  }
  plan.prepare.insert(plan.prepare.end(), quotas_back.begin(), quotas_back.end());
  plan.restore.insert(plan.restore.end(), quotas_back.begin(), quotas_back.end());
  return plan;
}

}  // namespace distdiag::lab
