#include "lab/workload/workload.h"

#include "lab/workload/tpcc_random.h"

#include <string>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

class TpccWorkload final : public Workload {
 public:
  TpccWorkload(const WorkloadOptions& options, base::Random random)
      : planner_({.warehouses = options.warehouses,
                  .home_warehouse = options.home_warehouse,
                  .home_district = options.terminal % kDistrictsOfWarehouse + 1},
                 random) {}

  void Plan() override { plan_ = planner_.Next(); }
  base::Result<TransactionEnd> Run(Session& session) override {
    return RunTransaction(plan_, session);
  }

 private:
  TpccPlanner planner_;
  TransactionPlan plan_;
};

// One statement a transaction, each committed by itself. No column that TPC-C's consistency conditions look at is written.
class OltpWorkload final : public Workload {
 public:
  OltpWorkload(const WorkloadOptions& options, base::Random random)
      : options_(options), random_(random) {}

  void Plan() override {
    kind_ = UniformInt(random_, 1, 5) == 1 ? StatementKind::kWrite : StatementKind::kRead;
    if (kind_ == StatementKind::kWrite) {
      statement_ =
          fmt::format("UPDATE stock SET s_ytd = s_ytd + 1 WHERE s_w_id = {} AND s_i_id = {}",
                      options_.home_warehouse, UniformInt(random_, 1, kItems));
    } else {
      statement_ = fmt::format(
          "SELECT c_first, c_last, c_balance FROM customer WHERE c_w_id = {} AND c_d_id = {} AND "
          "c_id = {}",
          options_.home_warehouse, UniformInt(random_, 1, kDistrictsOfWarehouse),
          UniformInt(random_, 1, kCustomersOfDistrict));
    }
  }
  base::Result<TransactionEnd> Run(Session& session) override {
    ASSIGN_OR_RETURN(const auto result, session.Run(kind_, statement_));
    return TransactionEnd::kCommitted;
  }

 private:
  WorkloadOptions options_;
  base::Random random_;
  StatementKind kind_ = StatementKind::kRead;
  std::string statement_;
};

}  // namespace

base::Result<WorkloadKind> ParseWorkload(std::string_view name) {
  if (name == "tpcc") return WorkloadKind::kTpcc;
  if (name == "oltp") return WorkloadKind::kOltp;
  return base::Fail(
      base::InvalidArgument(fmt::format("workload: expected tpcc or oltp, found \"{}\"", name)));
}

std::unique_ptr<Workload> MakeWorkload(const WorkloadOptions& options, base::Random random) {
  switch (options.kind) {
    case WorkloadKind::kTpcc: return std::make_unique<TpccWorkload>(options, random);
    case WorkloadKind::kOltp: return std::make_unique<OltpWorkload>(options, random);
  }
  return nullptr;
}

}  // namespace distdiag::lab
