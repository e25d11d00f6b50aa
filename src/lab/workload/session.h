// The seam between a terminal and its server: one statement at a time.
#pragma once

#include "base/status.h"
#include "sql/connection.h"

#include <functional>
#include <memory>
#include <string>

namespace distdiag::lab {

enum class StatementKind {
  kRead,     // SELECT
  kWrite,    // INSERT, UPDATE, DELETE
  kControl,  // BEGIN, COMMIT, ROLLBACK
};

// Thread: single (owner: its terminal).
class Session {
 public:
  virtual ~Session() = default;
  // As sql::Connection::Query.
  virtual base::Result<sql::ResultSet> Run(StatementKind kind, const std::string& statement) = 0;
  // The connection is gone: open another one.
  virtual bool broken() const = 0;
};

using SessionOpener = std::function<base::Result<std::unique_ptr<Session>>()>;

// Sessions of a real server. A statement may take `statement_limit`; the clock must outlive the sessions.
struct SqlSessionOptions {
  sql::Endpoint endpoint;
  base::Duration connect_limit = std::chrono::seconds(5);
  // Long, since a terminal waits for its server as long as a person would; a server that stands still is not left.
  base::Duration statement_limit = std::chrono::seconds(60);
};
SessionOpener SqlSessions(const SqlSessionOptions& options, base::Clock& clock);

}  // namespace distdiag::lab
