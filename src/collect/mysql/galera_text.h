// The texts that Galera puts into single status variables.
//
// Thread: const-safe (free functions on outside bytes: any text is allowed).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

struct EvsLatency {
  double avg_ms = 0;
  double max_ms = 0;
};

// wsrep_evs_repl_latency: "min/avg/max/stddev/samples" in seconds. nullopt when it has not these five numbers.
std::optional<EvsLatency> ParseEvsLatency(std::string_view text);

// wsrep_incoming_addresses: "10.0.0.1:3306,AUTO,,10.0.0.2:3306". Sorted, each once; a member that names no address (AUTO,
// unspecified, an arbitrator's empty entry) is left out.
std::vector<std::string> ParseIncomingAddresses(std::string_view text);

// True when `member` ("10.0.0.1:3306") is one of `known`, whose entries may leave out the port.
bool IsKnownAddress(std::string_view member, const std::vector<std::string>& known);

}  // namespace distdiag::collect
