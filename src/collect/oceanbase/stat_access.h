// What of the status statement this account may read, and which counters this version has: asked at the start of a connection.
//
// Thread: value. Cost: five statements of a few rows, one of about 100.
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "collect/oceanbase/capabilities.h"
#include "collect/oceanbase/stat_reading.h"
#include "collect/sql_session.h"

#include <cstdint>
#include <string>
#include <vector>

namespace distdiag::collect {

struct StatAccess {
  StatSources sources;
  std::vector<std::int64_t> absent;  // counters
  std::vector<std::string> limits;   // one sentence for each that is missing
  base::Timestamp found;
};

base::Result<StatAccess> FindStatAccess(Session& session, const Capabilities& capabilities,
                                        base::Timestamp deadline, base::Clock& clock);

// `rows` of SHOW GRANTS: may the account see the sessions of others?
bool MaySeeAllSessions(const std::vector<SqlRow>& rows);

}  // namespace distdiag::collect
