#include "collect/sql_session.h"

#include <utility>

namespace distdiag::collect {
namespace {

class ServerSession final : public Session {
 public:
  explicit ServerSession(std::unique_ptr<sql::Connection> connection)
      : connection_(std::move(connection)) {}
  base::Result<sql::ResultSet> Query(std::string_view statement, base::Duration limit) override {
    return connection_->Query(statement, limit);
  }
  unsigned last_error() const override { return connection_->last_error(); }
  bool broken() const override { return connection_->broken(); }

 private:
  std::unique_ptr<sql::Connection> connection_;
};

}  // namespace

SessionOpener ServerSessions(const sql::Endpoint& endpoint, base::Clock& clock) {
  return [endpoint, &clock](base::Duration limit) -> base::Result<std::unique_ptr<Session>> {
    ASSIGN_OR_RETURN(auto connection, sql::Connection::Open(endpoint, limit, clock));
    return std::make_unique<ServerSession>(std::move(connection));
  };
}

bool IsDenied(unsigned error) {
  switch (error) {
    case 1044:  // database
    case 1142:  // table
    case 1143:  // column
    case 1227:  // a global privilege
    case 1370:  // routine
      return true;
    default: return false;
  }
}

bool IsNotOffered(unsigned error) {
  switch (error) {
    case 1049:  // no such database
    case 1054:  // no such column
    case 1109:  // no such table in information_schema
    case 1146:  // no such table
    case 1193:  // no such variable
      return true;
    default: return false;
  }
}

}  // namespace distdiag::collect
