#include "collect/oceanbase/capabilities.h"

#include "collect/oceanbase/server_limit.h"
#include "collect/slow_part.h"
#include "collect/sql_cell.h"

#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr unsigned kNoSuchFunction = 1305;
constexpr unsigned kNoSuchColumn = 1054;

// The one row of a statement that every server answers.
base::Result<SqlRow> OneRow(Session& session, std::string_view statement, base::Duration limit) {
  auto answer = session.Query(statement, limit);
  if (!answer) return base::Fail(std::move(answer).error());
  if (answer->rows.empty())
    return base::Fail(
        base::Unavailable(fmt::format("expected one row, found none: {}", statement)));
  return std::move(answer->rows.front());
}

base::Status NotOceanBase(std::string_view version, std::string_view comment) {
  return base::FailedPrecondition(
      fmt::format("expected an OceanBase server, found '{}' ({}): set database: mysql for it, or "
                  "check host and "
                  "port",
                  version, comment));
}

// A start that is not told is learnt from counters that fall.
base::Status LearnStart(Session& session, base::Duration limit, Capabilities& found) {
  // DBA_OB_SERVERS is a table of the cluster, which may not answer: the server gives up before the connection is lost.
  const std::string statement =
      found.has_tenants
          ? fmt::format(
                "SELECT /*+ READ_CONSISTENCY(WEAK) QUERY_TIMEOUT({}) */"
                " TIME_TO_USEC(START_SERVICE_TIME), TIME_TO_USEC(NOW(6))"
                " FROM oceanbase.DBA_OB_SERVERS"
                " WHERE SVR_IP = HOST_IP() AND SVR_PORT = RPC_PORT()",
                ServerLimit(limit / 4).count())
          : "SELECT START_SERVICE_TIME, TIME_TO_USEC(NOW(6)) FROM oceanbase.V$OB_SERVER_STAT";
  const auto answer = session.Query(statement, limit);
  if (!answer) return session.broken() ? answer.error() : base::OkStatus();
  if (answer->rows.empty()) return base::OkStatus();
  const auto started = IntegerAt(answer->rows.front(), 0);
  const auto now = IntegerAt(answer->rows.front(), 1);
  if (!started || !now || *started <= 0) return base::OkStatus();
  found.started_us = *started;
  found.uptime_s = 1e-6 * static_cast<double>(*now - *started);
  return base::OkStatus();
}

}  // namespace

base::Result<Capabilities> DiscoverCapabilities(Session& session, base::Timestamp deadline,
                                                base::Clock& clock) {
  const auto left = [&] { return deadline - clock.Now(); };
  ASSIGN_OR_RETURN(
      const SqlRow any,
      OneRow(session, "SELECT VERSION(), @@version_comment, CURRENT_USER(), CONNECTION_ID()",
             left()));
  auto own =
      OneRow(session, "SELECT OB_VERSION(), EFFECTIVE_TENANT_ID(), EFFECTIVE_TENANT()", left());
  if (!own) {
    if (!session.broken() && session.last_error() == kNoSuchFunction)
      return base::Fail(NotOceanBase(TextAt(any, 0), TextAt(any, 1)));
    return base::Fail(std::move(own).error());
  }
  if (NumberAt(*own, 1) != 1) {
    return base::Fail(base::FailedPrecondition(
        fmt::format("expected a user of the tenant sys, which sees all tenants of the server, "
                    "found one of tenant "
                    "'{}': log in as user@sys, or as a user of the sys tenant without @",
                    TextAt(*own, 2))));
  }
  Capabilities found{.version = std::string(TextAt(*own, 0)),
                     .account = AccountForGrant(TextAt(any, 2)),
                     .own_session = static_cast<std::uint64_t>(IntegerAt(any, 3).value_or(0))};
  // A column that is not there is said before a right that is missing, so this needs no right.
  const auto tenants = session.Query("SELECT TENANT_ID FROM oceanbase.V$OB_UNITS LIMIT 0", left());
  if (!tenants && session.broken()) return base::Fail(tenants.error());
  found.has_tenants = tenants || session.last_error() != kNoSuchColumn;
  const auto proxy = session.Query(
      "SELECT PROXY_SESSID FROM oceanbase.V$OB_PROCESSLIST WHERE ID = CONNECTION_ID()", left());
  if (!proxy && session.broken()) return base::Fail(proxy.error());
  if (proxy && !proxy->rows.empty() && NumberAt(proxy->rows.front(), 0)) {
    return base::Fail(base::FailedPrecondition(
        "expected a server, found a proxy (ODP) before it, which asks a server of its choice: "
        "give the server's own address, usually port 2881"));
  }
  RETURN_FAIL_IF_ERROR(LearnStart(session, left(), found));
  return found;
}

}  // namespace distdiag::collect
