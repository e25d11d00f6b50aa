// Measures one OceanBase server over SQL, by a connection of the sys tenant to the server itself.
//
// What it delivers: the catalogue's o_ metrics from V$SYSSTAT, V$SYSTEM_EVENT and V$OB_PROCESSLIST in one statement at every reading, each
// tenant's load beside it; everything else (settings, memory, disks, transactions, compactions, events, roles, structure, statements) from
// slow parts.
// Why so: V$ views are the server's own memory. GV$ views ask the other servers and hang exactly when one of them is sick.
// Thread: single (owner: the live source's thread for this probe). Cost: see docs/oceanbase.md.
#pragma once

#include "base/clock.h"
#include "collect/oceanbase/capabilities.h"
#include "collect/oceanbase/cluster_structure.h"
#include "collect/oceanbase/stat_access.h"
#include "collect/oceanbase/stat_reading.h"
#include "collect/oceanbase/tenant_kind.h"
#include "collect/part_schedule.h"
#include "collect/probe.h"
#include "collect/sql_session.h"
#include "sql/connection.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

struct OceanBaseProbeOptions {
  std::string node;
  sql::Endpoint endpoint;
  std::vector<WatchedServer> watched = {};  // all configured nodes of the cluster
  double part_pace = 1;  // factor on the parts' intervals; tests: 0 = at every reading
  // Time for the statements of a slow part; one that takes longer costs the connection.
  base::Duration slow_part_limit = std::chrono::milliseconds(500);
};

class OceanBaseProbe final : public Probe {
 public:
  // `clock` outlives it. Nothing is connected before the first Read.
  OceanBaseProbe(OceanBaseProbeOptions options, base::Clock& clock);
  // For tests: sessions from elsewhere than a server.
  OceanBaseProbe(OceanBaseProbeOptions options, base::Clock& clock, SessionOpener opener);

  OceanBaseProbe(const OceanBaseProbe&) = delete;  // parts refer to it
  OceanBaseProbe& operator=(const OceanBaseProbe&) = delete;

  std::string_view kind() const override { return "oceanbase"; }
  // The first reading after a connection holds no rates.
  base::Result<ProbeReading> Read(base::Timestamp deadline) override;

 private:
  base::Status Connect(base::Timestamp deadline);
  void MakeParts();
  void GiveUp();
  base::Status LearnTenants(base::Timestamp deadline);
  base::Result<StatAnswer> ReadStat(base::Timestamp deadline, double& took_ms);
  void KeepUp(const StatRates::Step& step, base::Timestamp deadline);
  void TellRestart(ProbeReading& reading);
  void TellTenants(const StatRates::Step& step, ProbeReading& reading) const;

  const OceanBaseProbeOptions options_;
  base::Clock& clock_;
  const SessionOpener open_;
  std::unique_ptr<Session> session_;
  bool may_resume_ = false;         // the connection was given up by us, between two answers
  Capabilities capabilities_ = {};  // of the newest connection, as the next two
  StatAccess access_ = {};
  std::optional<bool>
      restarted_;  // since the connection before; nullopt = not told, the counters say it
  TenantNames names_;
  StatRates rates_;
  PartSchedule parts_;
};

}  // namespace distdiag::collect
