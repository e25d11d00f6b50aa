// The file with the durable facts: alarms, incidents, notes, deliveries.
//
// Why so: SQLite in WAL mode with synchronous=FULL: a fact that InTransaction() reported ok survives a power cut, and
// readers never wait for the writer. There is one writer connection; what belongs together is written in one
// transaction, which is also the group commit (one fsync for a whole batch).
// Thread: safe. Owner: engine. Cost: a transaction is one fsync (0.1–10 ms by disk); a read takes no lock of the file.
#pragma once

#include "base/mutex.h"
#include "base/status.h"
#include "base/time.h"
#include "store/connection.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace distdiag::store {

// Proof that a write happens inside a transaction; only Database makes one.
class Transaction {
 public:
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Connection& connection() { return connection_; }

 private:
  friend class Database;
  explicit Transaction(Connection& connection) : connection_(connection) {}
  Connection& connection_;
};

struct DatabaseOptions {
  std::string path;  // created when absent; its folder too
  base::Duration busy_timeout = std::chrono::seconds(5);
  int reader_count = 2;
  // The file may not grow beyond this (0 = no limit): reaching it is reported like a full disk.
  std::int64_t limit_bytes = 0;
};

class Database {
 public:
  // Opens or creates the file and migrates it to this version's schema, one transaction a step.
  //   FailedPrecondition  the file is from a newer version, is another program's database, or can't be opened
  //   InvalidArgument     the file is no SQLite database
  //   DataLoss            the file is damaged
  //   ResourceExhausted   the disk is full
  // In every failure case the file's contents are left as they were.
  static base::Result<std::unique_ptr<Database>> Open(DatabaseOptions options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs `fn` in one transaction and commits it when `fn` returns ok; else everything is rolled back and the failure is
  // returned. After ResourceExhausted (disk full) nothing stored before is lost and a later call works again.
  // REQUIRES: `fn` does not call InTransaction.
  base::Status InTransaction(const std::function<base::Status(Transaction&)>& fn)
      LOCKS_EXCLUDED(writer_mutex_);

  // Runs `fn` over one consistent view of the file. REQUIRES: `fn` does not call Read or InTransaction.
  base::Status Read(const std::function<base::Status(Connection&)>& fn)
      LOCKS_EXCLUDED(readers_mutex_);

  // Read() for a query that gives a value: `database.Query<Note>([&](Connection& connection) -> Result<Note> {…})`.
  template <typename T, typename Fn>
  base::Result<T> Query(const Fn& fn) {
    T value{};
    RETURN_FAIL_IF_ERROR(Read([&](Connection& connection) -> base::Status {
      base::Result<T> result = fn(connection);
      if (!result) return std::move(result).error();
      value = std::move(result).value();
      return base::OkStatus();
    }));
    return value;
  }

  const std::string& path() const { return options_.path; }

 private:
  explicit Database(DatabaseOptions options) : options_(std::move(options)) {}
  std::unique_ptr<Connection> TakeReader() LOCKS_EXCLUDED(readers_mutex_);
  void GiveReader(std::unique_ptr<Connection> reader) LOCKS_EXCLUDED(readers_mutex_);

  const DatabaseOptions options_;

  base::Mutex writer_mutex_;
  std::unique_ptr<Connection> writer_ GUARDED_BY(writer_mutex_);

  base::Mutex readers_mutex_;
  base::CondVar reader_returned_;
  std::vector<std::unique_ptr<Connection>> readers_ GUARDED_BY(readers_mutex_);
};

}  // namespace distdiag::store
