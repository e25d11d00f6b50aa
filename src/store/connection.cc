#include "store/connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>

namespace distdiag::store {
namespace {

// What a failed SQLite call means for the caller. `system_error` is errno of the failed file operation.
base::StatusCode CodeOf(int code, int system_error) {
  const bool no_space = system_error == ENOSPC || system_error == EDQUOT;
  switch (code & 0xff) {
    case SQLITE_FULL: return base::StatusCode::kResourceExhausted;
    case SQLITE_IOERR:
      return no_space ? base::StatusCode::kResourceExhausted : base::StatusCode::kUnavailable;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return base::StatusCode::kUnavailable;
    case SQLITE_NOTADB: return base::StatusCode::kInvalidArgument;
    case SQLITE_CORRUPT: return base::StatusCode::kDataLoss;
    case SQLITE_CANTOPEN:
      return no_space ? base::StatusCode::kResourceExhausted
                      : base::StatusCode::kFailedPrecondition;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return base::StatusCode::kFailedPrecondition;
    case SQLITE_CONSTRAINT: return base::StatusCode::kFailedPrecondition;
    default: return base::StatusCode::kInternal;
  }
}

std::string OneLine(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return text;
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      handle_(std::exchange(other.handle_, nullptr)),
      next_parameter_(other.next_parameter_),
      bind_code_(other.bind_code_) {}

Statement::~Statement() {
  if (handle_ == nullptr) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

void Statement::Note(int code) {
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
  ++next_parameter_;
}

Statement& Statement::Bind(std::int64_t value) {
  Note(sqlite3_bind_int64(handle_, next_parameter_, value));
  return *this;
}

Statement& Statement::Bind(double value) {
  Note(sqlite3_bind_double(handle_, next_parameter_, value));
  return *this;
}

Statement& Statement::Bind(std::string_view value) {
  // SQLITE_TRANSIENT: SQLite copies, so the text may die before Step.
  Note(sqlite3_bind_text64(handle_, next_parameter_, value.empty() ? "" : value.data(),
                           value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::Bind(base::Timestamp value) {
  return Bind(static_cast<std::int64_t>(value.time_since_epoch().count()));
}

Statement& Statement::Bind(std::optional<base::Timestamp> value) {
  return value ? Bind(*value) : BindNull();
}

Statement& Statement::BindNull() {
  Note(sqlite3_bind_null(handle_, next_parameter_));
  return *this;
}

base::Result<bool> Statement::Step() {
  if (bind_code_ != SQLITE_OK) return base::Fail(connection_->Error(bind_code_));
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  base::Status error = connection_->Error(code);
  sqlite3_reset(handle_);
  return base::Fail(std::move(error));
}

base::Status Statement::Run() {
  ASSIGN_OR_RETURN_STATUS(const bool row, Step());
  static_cast<void>(row);
  sqlite3_reset(handle_);
  next_parameter_ = 1;
  return base::OkStatus();
}

std::int64_t Statement::Int(int column) const { return sqlite3_column_int64(handle_, column); }

double Statement::Real(int column) const {
  return IsNull(column) ? std::numeric_limits<double>::quiet_NaN()
                        : sqlite3_column_double(handle_, column);
}

std::string Statement::Text(int column) const {
  const unsigned char* text = sqlite3_column_text(handle_, column);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

base::Timestamp Statement::Time(int column) const {
  return base::Timestamp(base::Duration(Int(column)));
}

std::optional<base::Timestamp> Statement::OptionalTime(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Time(column);
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

base::Result<std::unique_ptr<Connection>> Connection::Open(const std::string& path, Mode mode,
                                                           base::Duration busy_timeout) {
  std::unique_ptr<Connection> connection(new Connection(path));
  // NOMUTEX: a connection is lent to one thread at a time.
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
      (mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  const int code = sqlite3_open_v2(path.c_str(), &connection->handle_, flags, nullptr);
  if (code != SQLITE_OK) return base::Fail(connection->Error(code));
  sqlite3_busy_timeout(
      connection->handle_,
      static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(busy_timeout).count()));
  return connection;
}

Connection::~Connection() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

base::Result<Statement> Connection::Prepare(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return Statement(*this, found->second);
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return base::Fail(Error(code));
  statements_.emplace(sql, statement);
  return Statement(*this, statement);
}

base::Status Connection::Execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? base::OkStatus() : Error(code);
}

base::Result<std::int64_t> Connection::QueryInt(std::string_view sql) {
  ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
  ASSIGN_OR_RETURN(const bool row, statement.Step());
  return row ? statement.Int(0) : 0;
}

std::int64_t Connection::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }

std::int64_t Connection::changed_rows() const { return sqlite3_changes64(handle_); }

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

base::Status Connection::Error(int code) const {
  const int system_error = handle_ == nullptr ? 0 : sqlite3_system_errno(handle_);
  // The connection's message belongs to its last call; another code has only its general text.
  const bool is_last = handle_ != nullptr && sqlite3_extended_errcode(handle_) == code;
  std::string text = OneLine(is_last ? sqlite3_errmsg(handle_) : sqlite3_errstr(code));
  const base::StatusCode kind = CodeOf(code, system_error);
  if (kind == base::StatusCode::kResourceExhausted)
    return {kind, fmt::format("{}: disk full: {}", path_, text)};
  if ((code & 0xff) == SQLITE_NOTADB) {
    return {kind,
            fmt::format("{}: expected an SQLite database, found another kind of file", path_)};
  }
  if ((code & 0xff) == SQLITE_CORRUPT) {
    return {kind,
            fmt::format("{}: expected a whole SQLite database, found it damaged: {}", path_, text)};
  }
  if ((code & 0xff) == SQLITE_CANTOPEN && system_error != 0)
    text += fmt::format(" ({})", std::strerror(system_error));
  return {kind, fmt::format("{}: {}", path_, text)};
}

}  // namespace distdiag::store
