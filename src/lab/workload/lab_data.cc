#include "lab/workload/lab_data.h"

#include "lab/workload/data.h"

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr const char* kVersion = "go-tpc v1.0.7, index 1";  // as tools/go-tpc pins it
constexpr int kProgressSteps = 5;

}  // namespace

DataLoader GoTpcLoader(const std::string& go_tpc, base::Clock& clock) {
  DataLoader loader;
  loader.version = kVersion;
  loader.load = [go_tpc, &clock](const Layout& layout, const Machine& machine,
                                 const Progress& progress, base::StopSignal& stop) {
    DataOptions options{.go_tpc = go_tpc,
                        .host = machine.address,
                        .warehouses = layout.options().warehouses,
                        .network_namespace = Layout::NetnsPath(layout.clients_netns()),
                        .log_path = layout.run_directory() + "/go-tpc.log",
                        .endpoint = {}};
    options.endpoint.socket = machine.socket;
    options.endpoint.user = kClientUser;
    options.endpoint.password = kClientPassword;
    options.endpoint.database = kDatabase;
    int told = 0;
    const auto tell = [&](double done) {
      const int step = static_cast<int>(done * kProgressSteps);
      if (step <= told) return;
      told = step;
      progress(fmt::format("data: {} % loaded", step * 100 / kProgressSteps));
    };
    return LoadData(options, tell, clock, stop);
  };
  return loader;
}

}  // namespace distdiag::lab
