// Measures one database over SQL: MariaDB (with or without Galera), MySQL 8.
//
// What it delivers: the catalogue's d_ metrics from SHOW GLOBAL STATUS at every reading; activity, statement digests and group
// replication every few seconds; and as changes: restart, changed settings, DDL, membership and role.
// Why so: what a server offers is found by asking, not by its version. The rest comes from slow parts (PartSchedule).
// Thread: single (owner: the live source's thread for this probe). Cost: one statement of 500 to 600 rows a reading (3 ms of
// the server), see docs/collectors.md for the slow parts.
#pragma once

#include "base/clock.h"
#include "collect/mysql/membership.h"
#include "collect/mysql/schema_changes.h"
#include "collect/mysql/status_reading.h"
#include "collect/part_schedule.h"
#include "collect/probe.h"
#include "collect/sql_session.h"
#include "sql/connection.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

struct MysqlProbeOptions {
  std::string node;
  sql::Endpoint endpoint;
  // Addresses of all configured nodes, with or without port, as Galera says them. A member that is not among them is told as a
  // blind spot; empty = not looked for.
  std::vector<std::string> known_addresses = {};
  base::Duration activity_interval = std::chrono::seconds(5);  // also digests, group replication
  base::Duration variables_interval = std::chrono::seconds(10);
  // Time for the statements of a slow part; one that takes longer costs the connection.
  base::Duration slow_part_limit = std::chrono::milliseconds(500);
};

class MysqlProbe final : public Probe {
 public:
  // `clock` outlives it. Nothing is connected before the first Read.
  MysqlProbe(MysqlProbeOptions options, base::Clock& clock);
  // For tests: sessions from elsewhere than a server.
  MysqlProbe(MysqlProbeOptions options, base::Clock& clock, SessionOpener opener);

  std::string_view kind() const override { return "mysql"; }
  // The first reading after a connection holds no rates.
  base::Result<ProbeReading> Read(base::Timestamp deadline) override;

 private:
  base::Status Connect(base::Timestamp deadline);
  void MakeParts(const std::string& account);
  base::Result<StatusAnswer> ReadStatus(base::Timestamp deadline, double& took_ms);
  void TakeChanges(const StatusAnswer& answer, bool restarted, base::Timestamp deadline,
                   ProbeReading& reading);
  std::string DdlText(const std::vector<std::string_view>& statements, base::Timestamp deadline);

  const MysqlProbeOptions options_;
  base::Clock& clock_;
  const SessionOpener open_;
  std::unique_ptr<Session> session_;
  Continuity continuity_ = Continuity::kReconnected;
  bool may_resume_ = false;  // the connection was given up by us, between two answers
  StatusRates rates_;
  MembershipWatch membership_;
  SchemaChangeWatch schema_;
  PartSchedule parts_;
  bool has_digests_ = false;  // the server keeps statement digests
};

}  // namespace distdiag::collect
