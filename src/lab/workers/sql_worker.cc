#include "lab/workers/sql_worker.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr auto kConnectLimit = std::chrono::seconds(5);
constexpr auto kStatementLimit = std::chrono::seconds(60);
constexpr auto kBetweenCycles = std::chrono::milliseconds(50);
constexpr auto kBeforeReconnect = std::chrono::milliseconds(200);
constexpr int kDistrictsEach = 5;

std::vector<SqlAct> RowLockCycle(const SqlWorkerOptions& options) {
  const int first = 1 + kDistrictsEach * (options.number % 2);
  return {{"BEGIN"},
          {fmt::format("SELECT d_next_o_id FROM district WHERE d_w_id = {} AND d_id BETWEEN {} AND "
                       "{} FOR UPDATE",
                       options.home_warehouse, first, first + kDistrictsEach - 1)},
          {"SELECT SLEEP(1.2)"},
          {"ROLLBACK", kBetweenCycles}};
}

// Other words each time, so that nothing can be remembered; both columns have no index.
std::vector<SqlAct> ScanCycle(base::Random& random) {
  const auto word = 100 + random.NextBelow(900);
  const auto quantity = 1 + random.NextBelow(9);
  return {
      {fmt::format("SELECT COUNT(*), SUM(ol_amount) FROM order_line WHERE ol_dist_info LIKE "
                   "'%{}%' AND ol_quantity = {}",
                   word, quantity)}};
}

std::vector<SqlAct> TableLockCycle() {
  return {{"LOCK TABLES stock READ, order_line READ", std::chrono::milliseconds(2500)},
          {"UNLOCK TABLES", std::chrono::milliseconds(800)}};
}

// True when the whole cycle was done.
bool RunCycle(const std::vector<SqlAct>& cycle, sql::Connection& connection, base::Clock& clock,
              base::StopSignal& stop) {
  for (const SqlAct& act : cycle) {
    if (stop.requested()) return false;
    // A failure inside a transaction (deadlock, certification) ends it on the server: begin anew.
    if (!connection.Query(act.statement, kStatementLimit)) return false;
    if (act.pause.count() > 0) clock.SleepUntil(clock.Now() + act.pause, stop);
  }
  return true;
}

}  // namespace

std::optional<SqlWorkerKind> FindSqlWorkerKind(std::string_view name) {
  if (name == "lock") return SqlWorkerKind::kRowLock;
  if (name == "slowsql") return SqlWorkerKind::kScan;
  if (name == "fclock") return SqlWorkerKind::kTableLock;
  if (name == "compaction") return SqlWorkerKind::kCompaction;
  return std::nullopt;
}

std::vector<SqlAct> SqlWorkerCycle(const SqlWorkerOptions& options, base::Random& random) {
  switch (options.kind) {
    case SqlWorkerKind::kRowLock: return RowLockCycle(options);
    case SqlWorkerKind::kScan: return ScanCycle(random);
    case SqlWorkerKind::kTableLock: return TableLockCycle();
    case SqlWorkerKind::kCompaction:
      return {{"ALTER SYSTEM MINOR FREEZE"},
              {"ALTER SYSTEM MAJOR FREEZE",
               base::Duration(std::chrono::minutes(1)) / std::max(1, options.number)}};
  }
  return {};
}

void RunSqlWorker(const SqlWorkerOptions& options, const sql::Endpoint& endpoint,
                  base::Clock& clock, base::StopSignal& stop) {
  base::Random random(static_cast<std::uint64_t>(options.number) + 1);
  std::unique_ptr<sql::Connection> connection;
  while (!stop.requested()) {
    if (connection == nullptr) {
      if (auto opened = sql::Connection::Open(endpoint, kConnectLimit, clock))
        connection = std::move(*opened);
    }
    if (connection != nullptr &&
        RunCycle(SqlWorkerCycle(options, random), *connection, clock, stop))
      continue;
    connection.reset();  // also frees what a half-done cycle still holds
    clock.SleepUntil(clock.Now() + kBeforeReconnect, stop);
  }
}

}  // namespace distdiag::lab
