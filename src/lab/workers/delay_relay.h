// Delays all packets of one node's link on a kernel without sch_netem: takes them off the node's port, holds them, and gives
// them to the bridge through a tap interface; the same the other way.
//
// Why so: packets are passed with their virtio headers, so that offloading (big segments, checksums left to the card) goes on
// as it is; taking it off would be a second fault.
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "base/time.h"

#include <string>

namespace distdiag::lab {

struct DelayRelayOptions {
  std::string
      port;  // the node's end in this network namespace; REQUIRES: it is no port of the bridge now
  std::string tap;  // made by the relay, at most 15 characters; it ends with the relay
  std::string bridge;
  base::Duration delay{};  // each way
};

// Relays until `stop`; returns within about 50 ms of it. FailedPrecondition when an interface can't be used.
base::Status RunDelayRelay(const DelayRelayOptions& options, base::Clock& clock,
                           base::StopSignal& stop);

}  // namespace distdiag::lab
