// What terminals do: the workloads behind one interface.
#pragma once

#include "base/random.h"
#include "base/status.h"
#include "lab/workload/session.h"
#include "lab/workload/tpcc_transactions.h"

#include <memory>
#include <string_view>

namespace distdiag::lab {

enum class WorkloadKind {
  kTpcc,  // the five transactions of TPC-C
  kOltp,  // single statements by primary key: 4 selects of a customer for each update of a stock row
};
// "tpcc", "oltp". InvalidArgument otherwise.
base::Result<WorkloadKind> ParseWorkload(std::string_view name);

// Thread: single (owner: its terminal).
class Workload {
 public:
  virtual ~Workload() = default;
  // Draws the next transaction. Always succeeds; nothing is sent.
  virtual void Plan() = 0;
  // Sends the transaction that was drawn last; may be called again after a failure.
  // REQUIRES: Plan() was called.
  virtual base::Result<TransactionEnd> Run(Session& session) = 0;
};

struct WorkloadOptions {
  WorkloadKind kind = WorkloadKind::kTpcc;
  int warehouses = 1;
  int home_warehouse = 1;
  int terminal = 0;  // number of the terminal, from 0
};
// The same options and generator give the same transactions.
std::unique_ptr<Workload> MakeWorkload(const WorkloadOptions& options, base::Random random);

}  // namespace distdiag::lab
