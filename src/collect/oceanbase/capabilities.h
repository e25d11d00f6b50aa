// What answers at an address, found by asking: an OceanBase server, as whom it takes us, and which shape its views have.
//
// Why so: OceanBase speaks MySQL's protocol, so a MySQL server, a proxy (which asks a random server) and a user's tenant (whose views show
// that tenant only) all answer, and would give wrong values; they are refused with the reason. Nothing is concluded from a version number.
// Thread: value. Cost: six statements a connection.
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "collect/sql_session.h"

#include <cstdint>
#include <string>

namespace distdiag::collect {

struct Capabilities {
  std::string version;            // OB_VERSION(): "4.3.5.3"
  std::string account;            // we, as GRANT wants it: `distdiag`@`%`
  std::uint64_t own_session = 0;  // ID of V$OB_PROCESSLIST
  // The views have columns for the tenant (V$OB_UNITS.TENANT_ID …). A single-node server (seekdb) has none: all is tenant 1.
  bool has_tenants = true;
  // When the server process began to serve, by its own clock; 0 = not told. Another value = it was restarted.
  std::int64_t started_us = 0;
  double uptime_s = 0;
};

// The proxy and the start are only found out where the account may read V$OB_PROCESSLIST, and V$OB_SERVER_STAT or DBA_OB_SERVERS.
// FailedPrecondition: the server is not OceanBase, the user is not of the sys tenant, or a proxy answers. Unavailable: no answer in time.
base::Result<Capabilities> DiscoverCapabilities(Session& session, base::Timestamp deadline,
                                                base::Clock& clock);

}  // namespace distdiag::collect
