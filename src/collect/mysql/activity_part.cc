#include "collect/mysql/activity_part.h"

#include "collect/sql_cell.h"

#include <array>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr std::string_view kProcessGrant = "PROCESS ON *.*";

// {} = the table. Commands other than these are idle connections, replication threads and the server's own.
constexpr std::string_view kProcesses =
    "SELECT COUNT(*), COALESCE(MAX(TIME), 0),"
    " COALESCE(SUM(STATE LIKE 'Waiting for%lock' OR STATE LIKE 'Waiting for table%'"
    " OR STATE = 'User lock'), 0),"
    " COALESCE(SUM(STATE LIKE '%ertif%' OR STATE LIKE '%wsrep%' OR STATE LIKE '%ommit%'"
    " OR STATE LIKE '%total order isolation%' OR STATE LIKE 'Waiting for semi-sync%'), 0)"
    " FROM {} WHERE COMMAND IN ('Query', 'Execute') AND ID <> CONNECTION_ID()"
    " AND USER NOT IN ('system user', 'event_scheduler')";
constexpr auto kProcessTables = std::to_array<std::string_view>(
    {"information_schema.PROCESSLIST", "performance_schema.processlist"});

constexpr std::string_view kTransactions =
    "SELECT COALESCE(MAX(GREATEST(TIMESTAMPDIFF(SECOND, trx_started, NOW()), 0)), 0),"
    " COALESCE(SUM(trx_state = 'LOCK WAIT'), 0),"
    " COALESCE(MAX(GREATEST(TIMESTAMPDIFF(SECOND, trx_wait_started, NOW()), 0)), 0)"
    " FROM information_schema.INNODB_TRX";

// MariaDB; MySQL 8.
constexpr auto kBlockers = std::to_array<std::string_view>(
    {"SELECT COUNT(DISTINCT blocking_trx_id) FROM information_schema.INNODB_LOCK_WAITS",
     "SELECT COUNT(DISTINCT BLOCKING_ENGINE_TRANSACTION_ID)"
     " FROM performance_schema.data_lock_waits"});

enum class Answered { kYes, kDenied, kNotOffered };

// Runs the first of the statements that this server offers. Other errors of the server count as not offered.
template <std::size_t kCount>
base::Result<Answered> FirstOffered(Session& session,
                                    const std::array<std::string, kCount>& statements,
                                    base::Duration limit, sql::ResultSet& answer) {
  for (const std::string& statement : statements) {
    auto result = session.Query(statement, limit);
    if (result) {
      answer = std::move(*result);
      return Answered::kYes;
    }
    if (session.broken()) return base::Fail(result.error());
    if (IsDenied(session.last_error())) return Answered::kDenied;
  }
  return Answered::kNotOffered;
}

}  // namespace

void TakeProcessSummary(const sql::ResultSet& answer, std::vector<domain::MetricValue>& values) {
  if (answer.rows.empty()) return;
  const SqlRow& row = answer.rows.front();
  AddValue("d_statements_running", NumberAt(row, 0), values);
  AddValue("d_longest_statement_s", NumberAt(row, 1), values);
  AddValue("d_statements_waiting_lock", NumberAt(row, 2), values);
  AddValue("d_statements_waiting_commit", NumberAt(row, 3), values);
}

void TakeTransactionSummary(const sql::ResultSet& answer,
                            std::vector<domain::MetricValue>& values) {
  if (answer.rows.empty()) return;
  const SqlRow& row = answer.rows.front();
  AddValue("d_oldest_transaction_s", NumberAt(row, 0), values);
  AddValue("d_lock_waiting_transactions", NumberAt(row, 1), values);
  AddValue("d_longest_lock_wait_s", NumberAt(row, 2), values);
}

base::Result<PartReading> ActivityPart::Read(Session& session, base::Timestamp,
                                             base::Duration limit) {
  PartReading reading;
  sql::ResultSet answer;
  // First the transactions: without the right PROCESS they are refused, while the process list then only shows our own.
  ASSIGN_OR_RETURN(const Answered transactions,
                   FirstOffered(session, std::array{std::string(kTransactions)}, limit, answer));
  if (transactions == Answered::kDenied) {
    reading.limits.push_back(
        MissingRight("running statements, transactions and lock waits", kProcessGrant, account_));
    reading.is_offered = false;
    return reading;
  }
  std::optional<double> waiting;
  if (transactions == Answered::kYes) {
    TakeTransactionSummary(answer, reading.values);
    if (!answer.rows.empty()) waiting = NumberAt(answer.rows.front(), 1);
  }
  ASSIGN_OR_RETURN(
      const Answered processes,
      FirstOffered(session,
                   std::array{fmt::format(fmt::runtime(kProcesses), kProcessTables[0]),
                              fmt::format(fmt::runtime(kProcesses), kProcessTables[1])},
                   limit, answer));
  if (processes == Answered::kYes) TakeProcessSummary(answer, reading.values);

  if (waiting && *waiting == 0) AddValue("d_lock_blocking_transactions", 0, reading.values);
  if (!waiting || *waiting == 0) return reading;
  ASSIGN_OR_RETURN(
      const Answered blockers,
      FirstOffered(session, std::array{std::string(kBlockers[0]), std::string(kBlockers[1])}, limit,
                   answer));
  if (blockers == Answered::kYes && !answer.rows.empty())
    AddValue("d_lock_blocking_transactions", NumberAt(answer.rows.front(), 0), reading.values);
  if (blockers == Answered::kDenied) {
    reading.limits.push_back(
        MissingRight("blocking transactions", "SELECT ON performance_schema.*", account_));
  }
  return reading;
}

}  // namespace distdiag::collect
