#include "lab/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using testing::Contains;
using testing::ElementsAre;

TEST(Network, EveryCommandStaysInsideTheLabsNamespaces) {
  const Layout layout({.name = "ddlab", .nodes = 2});
  for (const Argv& command : NetworkUpCommands(layout)) {
    ASSERT_EQ(command[0], "ip");
    const bool makes_namespace = command[1] == "netns" && command[2] == "add";
    const std::string& netns = makes_namespace ? command[3] : command[2];
    EXPECT_TRUE(makes_namespace || command[1] == "-n") << command[1];
    EXPECT_TRUE(netns.starts_with("ddlab-")) << netns;
  }
}

TEST(Network, NodesGetTheirAddressesAndABridgePort) {
  const Layout layout({.network = "10.9.8", .nodes = 2});
  const auto commands = NetworkUpCommands(layout);
  EXPECT_THAT(commands,
              Contains(Argv{"ip", "-n", "ddlab-n2", "addr", "add", "10.9.8.12/24", "dev", "eth0"}));
  EXPECT_THAT(commands, Contains(Argv{"ip", "-n", "ddlab-cli", "addr", "add", "10.9.8.100/24",
                                      "dev", "eth0"}));
  EXPECT_THAT(commands, Contains(Argv{"ip", "-n", "ddlab-hub", "link", "set", "ddlabp2", "master",
                                      "br0", "up"}));
}

TEST(Network, InterfaceNamesFitTheKernel) {
  const Layout layout({.name = "abcdefgh", .nodes = 9});
  for (const Argv& command : NetworkUpCommands(layout)) {
    for (std::size_t i = 0; i + 1 < command.size(); ++i) {
      if (command[i] != "name") continue;
      EXPECT_LE(command[i + 1].size(), 15U) << command[i + 1];
    }
  }
}

TEST(Network, OnlyNamespacesOfThisVeryLabAreItsOwn) {
  EXPECT_THAT(NamespacesOfLab("dd", {"dd-cli", "dd-hub", "dd-n1", "dd-n12", "dd-n", "dd-nx", "dd",
                                     "dd-other", "ddlab-n1", "xdd-n1", "dd-n1x"}),
              ElementsAre("dd-cli", "dd-hub", "dd-n1", "dd-n12"));
}

}  // namespace
}  // namespace distdiag::lab
