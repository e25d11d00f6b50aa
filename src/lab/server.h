// One node's database server: start, wait, ask, stop, and come back after a crash.
//
// Why so: cluster and faults start and stop servers in the same way. What runs is read from the node's control group, not from
// a pid file that may be stale. A Galera server that died comes back with its recovered position (mariadbd --wsrep-recover), so
// the others send what it missed (IST, seconds) instead of all data (SST). What differs between systems: database_system.h.
// Thread: single (owner: the caller). Several objects for one node may exist.
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "lab/cgroups.h"
#include "lab/database_system.h"
#include "lab/layout.h"
#include "sql/connection.h"

#include <sys/types.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::lab {

class Server final {
 public:
  // All outlive it.
  Server(const Layout& layout, const Machine& machine, const CgroupTrees& trees,
         base::Clock& clock);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The server's process, when it runs.
  std::optional<pid_t> Pid() const;
  // Writes the configuration and starts the server; returns before it answers.
  base::Status Start(ServerStart how);
  // Until it serves its clients in a cluster of at least `size` nodes, or of as many as the lab has. Unavailable when it died (with
  // the end of its log) or at `limit`.
  base::Status WaitReady(int size, base::Duration limit, base::StopSignal& stop);
  base::Status WaitReady(base::Duration limit, base::StopSignal& stop);
  // SIGCONT, SIGTERM, after `limit` SIGKILL. Ok also when none runs.
  base::Status Stop(base::Duration limit);

  // As administrator (root over the socket). Unavailable after `limit`, connecting (3 s at most) included.
  base::Result<sql::ResultSet> Ask(std::string_view statement, base::Duration limit);
  NodeState State();
  // As a lab that is well wants it.
  bool Ready() { return State().ReadyWith(system_.ClusterSize(layout_)); }

 private:
  base::Result<std::string> RecoverPosition();

  const Layout& layout_;
  const DatabaseSystem& system_;
  const Machine& machine_;
  const CgroupTrees& trees_;
  base::Clock& clock_;
};

// "uuid:seqno" from the log that mariadbd --wsrep-recover wrote. NotFound when there is none.
base::Result<std::string> ParseRecoveredPosition(std::string_view log);
// The last lines of a server's log that say what is wrong, for messages.
std::string LogTail(std::string_view log);

}  // namespace distdiag::lab
