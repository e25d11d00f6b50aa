// The steps of a fault that take waiting and looking: resizing the buffer pool, killing, continuing and restarting a server.
//
// Thread: safe. All outlive it.
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "inject/step.h"
#include "lab/cgroups.h"
#include "lab/layout.h"
#include "lab/server.h"

#include <cstdint>
#include <string>

namespace distdiag::lab {

class FaultActions final {
 public:
  FaultActions(const Layout& layout, const CgroupTrees& trees, base::Clock& clock);

  // By its name; each may be repeated:
  //   resize_pool BYTES  the buffer pool, down in steps of 20 %, up at once; waits until the server is done
  //   drop_indexes       those that the fault "index" made, as many as there are
  //   kill_server        SIGKILL
  //   continue_server    SIGCONT
  //   start_server       with its recovered position; waits until it serves its clients, with all nodes of its cluster
  //   wait_synced        until it does
  //   wait_applied       until the node has applied what the cluster has committed by now
  base::Status Run(const inject::ActionStep& step);

 private:
  base::Status ResizePool(Server& server, std::int64_t bytes);
  base::Status SetPool(Server& server, std::int64_t bytes);
  base::Status DropIndexes(Server& server);

  const Layout& layout_;
  const CgroupTrees& trees_;
  base::Clock& clock_;
};

// The next size on the way from `now` to `target`: 20 % less, in whole chunks; up in one step.
std::int64_t NextPoolSize(std::int64_t now, std::int64_t target);

}  // namespace distdiag::lab
