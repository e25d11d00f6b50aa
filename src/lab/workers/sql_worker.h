// A session that disturbs a node by ordinary SQL: it holds rows, scans a table, or locks tables as a backup does.
//
// Why so: a process of its own for each session: when it is killed its connection closes, and the server frees what it held.
// Thread: single (owner: the process).
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "base/status.h"
#include "base/time.h"
#include "sql/connection.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::lab {

enum class SqlWorkerKind {
  kRowLock,     // "lock": rows of the home warehouse's districts, held for 1.2 s at a time
  kScan,        // "slowsql": a query without a usable index over order_line, one after the other
  kTableLock,   // "fclock": stock and order_line locked for reading, 2.5 s of every 3.3 s
  kCompaction,  // "compaction": minor and major freezes of OceanBase; needs an administrator
};
std::optional<SqlWorkerKind> FindSqlWorkerKind(std::string_view name);

struct SqlWorkerOptions {
  SqlWorkerKind kind = SqlWorkerKind::kRowLock;
  int home_warehouse = 1;
  // Of this worker; row locks: 0 takes districts 1 to 5, 1 takes 6 to 10. Compactions: freezes a minute, 1 at least.
  int number = 0;
};

// A statement and the pause after it.
struct SqlAct {
  std::string statement;
  base::Duration pause{};
};

// What is done again and again.
std::vector<SqlAct> SqlWorkerCycle(const SqlWorkerOptions& options, base::Random& random);

// Goes on until `stop`; connects again when the server is gone.
void RunSqlWorker(const SqlWorkerOptions& options, const sql::Endpoint& endpoint,
                  base::Clock& clock, base::StopSignal& stop);

}  // namespace distdiag::lab
