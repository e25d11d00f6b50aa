// From the rows of the status statement to the catalogue's metrics and the tenants' loads.
//
// Why so: pure, so that captured rows and made ones (a tenant that moves away, a counter that falls) are tried without a server.
// What counts as the users' load: the user tenants; where there is none (a single-node server, a cluster used through sys), sys.
// Thread: single (owner: the probe). Cost: one look-up a row, about 100 rows a tenant.
#pragma once

#include "base/time.h"
#include "collect/oceanbase/stat_table.h"
#include "collect/oceanbase/tenant_kind.h"
#include "collect/sql_cell.h"
#include "domain/database_structure.h"
#include "domain/sample.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::collect {

// The three sources of the status statement; those that the account may not read are left out.
struct StatSources {
  bool statistics = true;  // V$SYSSTAT
  bool waits = true;       // V$SYSTEM_EVENT
  bool sessions = true;    // V$OB_PROCESSLIST, with the right to see all sessions
};

// One statement for all sources: kind, tenant, id, value, value, value, tenant's name. `timeout`: after which the server gives up.
// `absent`: ids that this version does not have.
std::string StatStatement(const StatSources& sources, const std::vector<std::int64_t>& absent,
                          base::Duration timeout);

struct SessionCount {
  double all = 0;
  double active = 0;
  double longest_s = 0;
};

struct StatAnswer {
  base::Timestamp time;  // when the answer was complete
  // By tenant; [as StatCounters()]: raw value, as the server said it.
  std::map<std::int64_t, std::vector<std::optional<double>>> by_tenant;
  std::optional<std::map<std::string, SessionCount>>
      sessions;                // by tenant's name; absent = not asked
  std::size_t unreadable = 0;  // rows that were not understood
};

StatAnswer ParseStat(const std::vector<SqlRow>& rows, const StatSources& sources,
                     base::Timestamp time);

// Ids whose counter this version does not have, or has under another name, for which nothing may be concluded from it. `rows`: id, name.
std::vector<std::int64_t> AbsentCounters(const std::vector<SqlRow>& rows);
// "this version (4.2.1) does not count: rows scanned in blocks, write throttling"; empty where nothing is missing.
std::string AbsentText(const std::vector<std::int64_t>& absent, std::string_view version);

class StatRates {
 public:
  struct Step {
    std::vector<domain::MetricValue> values;
    std::vector<domain::TenantLoad> tenants;  // by id; those with an answer before this one
    std::vector<std::int64_t> appeared;
    std::vector<std::int64_t> vanished;
    bool has_fallen =
        false;  // most counters of the tenant sys fell: another process answers; no rates
  };

  // A metric to which a counter belongs that has no value before, or fell, is absent; so is a mean whose denominator did not grow.
  // A tenant counts from its second answer on.
  Step Next(const StatAnswer& answer, const TenantNames& names);
  // The next step gives no rates and tells of no tenants: the time in between was not seen.
  void Forget() { has_gap_ = true; }

 private:
  void Compare(const StatAnswer& answer, const TenantNames& names, Step& step) const;

  std::optional<StatAnswer> previous_;
  bool has_gap_ = false;
};

}  // namespace distdiag::collect
