#include "lab/workload/processes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

std::string Joined(const base::SpawnOptions& options) {
  std::string text;
  for (std::size_t i = 1; i < options.argv.size(); ++i) text += options.argv[i] + " ";
  return text;
}

TEST(LoadProcess, RunsThisProgramInTheClientsNamespace) {
  const Layout layout({});
  const auto options = LoadProcessOptions(layout, layout.machines()[1],
                                          {.cgroup_files = {"/cg/clients/cgroup.procs"}});
  EXPECT_EQ(options.argv.front(), base::OwnProgramPath());
  EXPECT_EQ(Joined(options),
            "lab load --directory /var/tmp/distdiag-lab --node n2 --address 10.77.0.12 "
            "--warehouses 3 --home 2 --seed 2 --terminals 8 --think-ms 250 --report "
            "/var/tmp/distdiag-lab/run/n2.clients.prom ");
  EXPECT_EQ(options.network_namespace, "/run/netns/ddlab-cli");
  EXPECT_EQ(options.log_path, "/var/tmp/distdiag-lab/run/n2.load.log");
  EXPECT_THAT(options.cgroup_files, testing::ElementsAre("/cg/clients/cgroup.procs"));
}

TEST(LoadProcess, ExtraLoadReportsNothingAndHasItsOwnSeed) {
  const Layout layout({});
  LoadProcess process;
  process.terminals = 40;
  process.think_time_ms = 12.5;
  process.reports = false;
  process.seed = 77;
  process.ramp = "4:40:60";
  process.day_seconds = 300;
  process.seconds = 90;
  const std::string text = Joined(LoadProcessOptions(layout, layout.machines()[0], process));
  EXPECT_THAT(text, testing::HasSubstr("--seed 77 --terminals 40 --think-ms 12.5 --report none "
                                       "--ramp 4:40:60 --day-curve 300 --seconds 90 "));
}

TEST(LoadProcess, NodesShareTheWarehousesInTurn) {
  EXPECT_EQ(HomeWarehouse(1, 3), 1);
  EXPECT_EQ(HomeWarehouse(3, 3), 3);
  EXPECT_EQ(HomeWarehouse(4, 3), 1);
  EXPECT_EQ(HomeWarehouse(5, 1), 1);
}

}  // namespace
}  // namespace distdiag::lab
