// One SQLite connection with its cache of prepared statements.
//
// Why so: repositories speak Status and typed columns; SQLite's header and its codes stay in connection.cc.
// Thread: single (owner: Database, which lends it under its lock).
#pragma once

#include "base/status.h"
#include "base/time.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace distdiag::store {

class Connection;

// A prepared statement lent by a Connection: bind in order, step, read columns. Goes back to the cache at its end.
// A failed Bind is reported by the next Step or Run.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& Bind(std::int64_t value);
  Statement& Bind(double value);  // NaN is stored as NULL
  Statement& Bind(std::string_view value);
  Statement& Bind(base::Timestamp value);
  Statement& Bind(std::optional<base::Timestamp> value);
  Statement& BindNull();

  // True when a row is there to read.
  base::Result<bool> Step();
  // For statements without rows; afterwards the statement may be bound and run again.
  base::Status Run();

  std::int64_t Int(int column) const;
  double Real(int column) const;  // NULL reads as NaN
  std::string Text(int column) const;
  base::Timestamp Time(int column) const;
  std::optional<base::Timestamp> OptionalTime(int column) const;
  bool IsNull(int column) const;

 private:
  friend class Connection;
  Statement(Connection& connection, sqlite3_stmt* handle)
      : connection_(&connection), handle_(handle) {}
  void Note(int code);

  Connection* connection_;
  sqlite3_stmt* handle_;
  int next_parameter_ = 1;
  int bind_code_ = 0;
};

class Connection {
 public:
  enum class Mode { kReadWrite, kReadOnly };
  static base::Result<std::unique_ptr<Connection>> Open(const std::string& path, Mode mode,
                                                        base::Duration busy_timeout);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The same text gives the same prepared statement. REQUIRES: not lent already.
  base::Result<Statement> Prepare(std::string_view sql);
  // One or more statements without parameters and rows.
  base::Status Execute(const std::string& sql);
  // The single number that a query without parameters gives.
  base::Result<std::int64_t> QueryInt(std::string_view sql);

  std::int64_t last_insert_id() const;
  std::int64_t changed_rows() const;
  // True between BEGIN and its end; SQLite itself may roll back, for example when the disk is full.
  bool in_transaction() const;
  const std::string& path() const { return path_; }

 private:
  friend class Statement;
  explicit Connection(std::string path) : path_(std::move(path)) {}
  base::Status Error(int code) const;

  const std::string path_;
  sqlite3* handle_ = nullptr;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

}  // namespace distdiag::store
