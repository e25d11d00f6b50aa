// From the configured nodes to the probes that watch them.
//
// Thread: const-safe (free function).
#pragma once

#include "base/clock.h"
#include "base/file_system.h"
#include "base/http_transport.h"
#include "base/status.h"
#include "collect/live_source.h"
#include "domain/topology.h"
#include "domain/window.h"
#include "engine/config.h"

#include <vector>

namespace distdiag::engine {

struct LiveSetup {
  domain::Topology topology;
  domain::SeriesLayout layout;  // every metric that one of the probes can deliver
  std::vector<collect::LiveProbe> probes;
};

// Reads passwords from file or environment; their text never goes into a message. InvalidArgument names node and key.
// `files`, `transport` and `clock` outlive the probes.
base::Result<LiveSetup> BuildLiveNodes(const Config::Source& source, base::FileSystem& files,
                                       base::HttpTransport& transport, base::Clock& clock);

}  // namespace distdiag::engine
