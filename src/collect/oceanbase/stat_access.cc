#include "collect/oceanbase/stat_access.h"

#include "collect/slow_part.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr std::string_view kSessions = "sessions and the longest statement";

class Finder {
 public:
  Finder(Session& session, const Capabilities& capabilities, base::Timestamp deadline,
         base::Clock& clock)
      : session_(session), capabilities_(capabilities), deadline_(deadline), clock_(clock) {}

  base::Result<sql::ResultSet> Ask(std::string_view statement) {
    return session_.Query(statement, deadline_ - clock_.Now());
  }

  // Can the view be read? If not, says what is not seen. Fails only where the connection is lost.
  base::Result<bool> CanRead(std::string_view view, std::string_view what, StatAccess& access) {
    const auto answer = Ask(fmt::format("SELECT 1 FROM oceanbase.{} LIMIT 0", view));
    if (answer) return true;
    if (session_.broken()) return base::Fail(answer.error());
    access.limits.push_back(
        IsDenied(session_.last_error())
            ? MissingRight(what, fmt::format("SELECT ON oceanbase.{}", view), capabilities_.account)
            : fmt::format("no {}: {}: {}", what, view, answer.error().message()));
    return false;
  }

  base::Status FindCounters(StatAccess& access) {
    const auto names = Ask("SELECT DISTINCT STAT_ID, NAME FROM oceanbase.V$SYSSTAT");
    if (!names) return names.error();
    access.absent = AbsentCounters(names->rows);
    if (auto text = AbsentText(access.absent, capabilities_.version); !text.empty())
      access.limits.push_back(std::move(text));
    return base::OkStatus();
  }

  base::Status CheckProcessRight(StatAccess& access) {
    const auto grants = Ask("SHOW GRANTS");
    if (!grants) return session_.broken() ? grants.error() : base::OkStatus();
    if (MaySeeAllSessions(grants->rows)) return base::OkStatus();
    access.sources.sessions = false;
    access.limits.push_back(MissingRight(kSessions, "PROCESS ON *.*", capabilities_.account));
    return base::OkStatus();
  }

 private:
  Session& session_;
  const Capabilities& capabilities_;
  const base::Timestamp deadline_;
  base::Clock& clock_;
};

}  // namespace

bool MaySeeAllSessions(const std::vector<SqlRow>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const SqlRow& row) {
    const std::string_view grant = TextAt(row, 0);
    const auto scope = grant.find(" ON *.* ");
    if (scope == std::string_view::npos) return false;
    const std::string_view rights = grant.substr(0, scope);
    return rights.find("PROCESS") != std::string_view::npos ||
           rights.find("ALL PRIVILEGES") != std::string_view::npos;
  });
}

base::Result<StatAccess> FindStatAccess(Session& session, const Capabilities& capabilities,
                                        base::Timestamp deadline, base::Clock& clock) {
  StatAccess access{.sources = {}, .absent = {}, .limits = {}, .found = clock.Now()};
  Finder finder(session, capabilities, deadline, clock);
  ASSIGN_OR_RETURN(
      access.sources.statistics,
      finder.CanRead("V$SYSSTAT", "counters of the server (nearly all metrics)", access));
  ASSIGN_OR_RETURN(access.sources.waits,
                   finder.CanRead("V$SYSTEM_EVENT", "wait times by class", access));
  ASSIGN_OR_RETURN(access.sources.sessions, finder.CanRead("V$OB_PROCESSLIST", kSessions, access));
  if (access.sources.statistics) RETURN_FAIL_IF_ERROR(finder.FindCounters(access));
  if (access.sources.sessions) RETURN_FAIL_IF_ERROR(finder.CheckProcessRight(access));
  return access;
}

}  // namespace distdiag::collect
