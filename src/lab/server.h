// One node's database server: start, wait, ask, stop, and come back after a crash.
//
// Why so: cluster and faults start and stop servers in the same way. What runs is read from the node's control group, not from
// a pid file that may be stale. A server that died comes back with its recovered position (mariadbd --wsrep-recover), so the
// others send what it missed (IST, seconds) instead of all data (SST).
// Thread: single (owner: the caller). Several objects for one node may exist.
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "lab/cgroups.h"
#include "lab/layout.h"
#include "sql/connection.h"

#include <sys/types.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::lab {

enum class ServerStart {
  kBootstrap,  // first node of a new cluster
  kJoin,       // data folder was closed cleanly or comes from the template
  kRejoin,     // after a crash: position recovered first
};

// What a node says about itself.
struct ReplicationState {
  std::string state =
      "unreachable";  // wsrep_local_state_comment: "Synced", "Joined", "Donor/Desynced", …
  int cluster_size = 0;
  bool ready = false;

  bool Synced(int size) const { return ready && state == "Synced" && cluster_size >= size; }
};

class Server final {
 public:
  // All outlive it.
  Server(const Layout& layout, const Machine& machine, const CgroupTrees& trees,
         base::Clock& clock);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // mariadbd of this node, when it runs.
  std::optional<pid_t> Pid() const;
  // Writes the configuration and starts mariadbd; returns before it answers.
  base::Status Start(ServerStart how);
  // Until it is synced in a cluster of at least `size` nodes. Unavailable when it died (with the end of its log) or at `limit`.
  base::Status WaitSynced(int size, base::Duration limit, base::StopSignal& stop);
  // SIGCONT, SIGTERM, after `limit` SIGKILL. Ok also when none runs.
  base::Status Stop(base::Duration limit);

  // As administrator (root over the socket). Unavailable after `limit`, connecting (3 s at most) included.
  base::Result<sql::ResultSet> Ask(std::string_view statement, base::Duration limit);
  ReplicationState Replication();

 private:
  base::Result<std::string> RecoverPosition();

  const Layout& layout_;
  const Machine& machine_;
  const CgroupTrees& trees_;
  base::Clock& clock_;
};

// "uuid:seqno" from the log that mariadbd --wsrep-recover wrote. NotFound when there is none.
base::Result<std::string> ParseRecoveredPosition(std::string_view log);
// The last lines of a server's log that say what is wrong, for messages.
std::string LogTail(std::string_view log);

}  // namespace distdiag::lab
