// What the probe's parts need of a connection; the seam through which tests give them captured rows.
//
// Thread: single (owner: the probe).
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "base/time.h"
#include "sql/connection.h"

#include <functional>
#include <memory>
#include <string_view>

namespace distdiag::collect {

class Session {
 public:
  virtual ~Session() = default;
  // As sql::Connection::Query.
  virtual base::Result<sql::ResultSet> Query(std::string_view statement, base::Duration limit) = 0;
  virtual unsigned last_error() const = 0;
  virtual bool broken() const = 0;
};

using SessionOpener = std::function<base::Result<std::unique_ptr<Session>>(base::Duration limit)>;

// Sessions of a real server. `clock` outlives them.
SessionOpener ServerSessions(const sql::Endpoint& endpoint, base::Clock& clock);

// Error numbers that say "you may not" and "there is no such table or column here".
bool IsDenied(unsigned error);
bool IsNotOffered(unsigned error);

}  // namespace distdiag::collect
