#include "lab/workload/session.h"

#include <utility>

namespace distdiag::lab {
namespace {

class SqlSession final : public Session {
 public:
  SqlSession(std::unique_ptr<sql::Connection> connection, base::Duration limit)
      : connection_(std::move(connection)), limit_(limit) {}

  base::Result<sql::ResultSet> Run(StatementKind, const std::string& statement) override {
    return connection_->Query(statement, limit_);
  }
  bool broken() const override { return connection_->broken(); }

 private:
  std::unique_ptr<sql::Connection> connection_;
  base::Duration limit_;
};

}  // namespace

SessionOpener SqlSessions(const SqlSessionOptions& options, base::Clock& clock) {
  return [options, &clock]() -> base::Result<std::unique_ptr<Session>> {
    ASSIGN_OR_RETURN(auto connection,
                     sql::Connection::Open(options.endpoint, options.connect_limit, clock));
    return std::make_unique<SqlSession>(std::move(connection), options.statement_limit);
  };
}

}  // namespace distdiag::lab
