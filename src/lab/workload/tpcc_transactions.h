// Carries out a planned TPC-C transaction by SQL on go-tpc's schema: TPC-C Standard Specification 5.11, clauses 2.4.2 to 2.8.2.
//
// Why so: one statement for each line of the specification, text protocol, as terminals of sysbench-tpcc send them, so that
// round trips and locks are those of the recorded cases: about 30 statements a transaction.
// Thread: single (owner: the session's terminal).
#pragma once

#include "lab/workload/session.h"
#include "lab/workload/tpcc_plan.h"

namespace distdiag::lab {

enum class TransactionEnd {
  kCommitted,
  kRolledBack,  // as planned: an order with an unused item
};

// From BEGIN to COMMIT or planned ROLLBACK. After a failure the transaction may still be open: roll it back, or throw the
// session away when it is broken. FailedPrecondition: a row that the data must have is not there.
base::Result<TransactionEnd> RunTransaction(const TransactionPlan& plan, Session& session);

}  // namespace distdiag::lab
