#include "lab/faults/fault_context.h"

#include <unistd.h>

namespace distdiag::lab {
namespace {

constexpr auto kLimit = std::chrono::seconds(10);

bool Works(const std::vector<std::string>& argv) {
  return base::RunChecked(argv, kLimit).has_value();
}

// `unshare --net`: a namespace that ends with the program, so nothing is left.
bool QueueWorks(const std::vector<std::string>& queue) {
  std::vector<std::string> argv = {"unshare", "--net", "tc", "qdisc", "add", "dev", "lo", "root"};
  argv.insert(argv.end(), queue.begin(), queue.end());
  return Works(argv);
}

}  // namespace

FaultTools FindFaultTools() {
  FaultTools tools;
  tools.netem = QueueWorks({"netem", "delay", "1ms"});
  tools.tbf = QueueWorks({"tbf", "rate", "1mbit", "burst", "16kb", "latency", "200ms"});
  tools.numgen = Works({"unshare", "--net", "nft",
                        "add table inet t ; add chain inet t c { type filter hook input priority 0 "
                        "; } ; add rule inet t c numgen random mod 1000 < 10 drop"});
  tools.relay = access("/dev/net/tun", R_OK | W_OK) == 0;
  tools.stress = Works({"stress-ng", "--version"});
  return tools;
}

}  // namespace distdiag::lab
