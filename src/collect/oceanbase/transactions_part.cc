#include "collect/oceanbase/transactions_part.h"

#include "collect/oceanbase/view_reader.h"

#include <utility>

namespace distdiag::collect {
namespace {

// Leaders only: a follower holds a copy of the same transaction. Both times are the server's, so no clock or time zone of ours matters.
constexpr std::string_view kColumns =
    "COALESCE(SUM(CTX_CREATE_TIME < NOW(6) - INTERVAL 60 SECOND), 0),"
    " COALESCE(MAX(TIMESTAMPDIFF(MICROSECOND, CTX_CREATE_TIME, NOW(6))), 0) / 1000000";

}  // namespace

base::Result<PartReading> TransactionsPart::Read(Session& session, base::Timestamp,
                                                 base::Duration limit) {
  ViewReader reader(session, clock_.Now() + limit, account_, clock_);
  ASSIGN_OR_RETURN(const auto rows,
                   reader.Ask(kColumns, "V$OB_TRANSACTION_PARTICIPANTS",
                              "WHERE ROLE = 'LEADER' AND STATE = 'ACTIVE' AND SESSION_ID > 0",
                              "long transactions"));
  PartReading reading;
  reading.limits = std::move(reader.missing());
  reading.is_offered = rows.has_value();
  if (!rows || rows->empty()) return reading;
  AddValue("o_long_transactions", NumberAt(rows->front(), 0), reading.values);
  AddValue("o_oldest_transaction_s", NumberAt(rows->front(), 1), reading.values);
  return reading;
}

}  // namespace distdiag::collect
