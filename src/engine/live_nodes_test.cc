#include "engine/live_nodes.h"

#include "base/file_system.h"

#include <map>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using ::testing::HasSubstr;

class NoTransport final : public base::HttpTransport {
 public:
  base::Result<base::HttpResponse> Send(const base::HttpRequest&) override {
    return base::Fail(base::Unavailable("nothing is sent here"));
  }
};

class LiveNodesTest : public ::testing::Test {
 protected:
  base::Result<LiveSetup> Build(std::vector<NodeConfig> nodes) {
    Config::Source source;
    source.nodes = std::move(nodes);
    return BuildLiveNodes(source, files_, transport_, clock_);
  }
  static NodeConfig Node(const char* name, const char* database, const char* host) {
    NodeConfig node;
    node.name = name;
    node.database = database;
    node.host = host;
    return node;
  }
  // How many metrics of each probe there is place for.
  static std::map<char, int> Prefixes(const LiveSetup& setup) {
    std::map<char, int> count;
    for (const domain::MetricId metric : setup.layout.columns())
      ++count[domain::GetMetric(metric).name.front()];
    return count;
  }

  base::RealFileSystem files_;
  NoTransport transport_;
  base::RealClock clock_;
};

TEST_F(LiveNodesTest, AnOceanBaseNodeIsAskedAsSuchAndHasPlaceForItsMetricsOnly) {
  const auto setup =
      Build({Node("ob1", "oceanbase", "10.0.0.1"), Node("ob2", "oceanbase", "10.0.0.2")});
  ASSERT_TRUE(setup) << setup.error().message();
  ASSERT_EQ(setup->probes.size(), 2U);
  EXPECT_EQ(setup->probes[0].probe->kind(), "oceanbase");
  const auto prefixes = Prefixes(*setup);
  EXPECT_EQ(prefixes.size(), 1U);
  EXPECT_GT(prefixes.at('o'), 90);
}

TEST_F(LiveNodesTest, MysqlIsTheDefaultAndBothMayStandSideBySide) {
  const auto setup = Build(
      {Node("m", NodeConfig{}.database.c_str(), "10.0.0.1"), Node("o", "oceanbase", "10.0.0.2")});
  ASSERT_TRUE(setup);
  EXPECT_EQ(setup->probes[0].probe->kind(), "mysql");
  EXPECT_EQ(setup->probes[1].probe->kind(), "oceanbase");
  const auto prefixes = Prefixes(*setup);
  EXPECT_GT(prefixes.at('d'), 0);
  EXPECT_GT(prefixes.at('o'), 0);
}

TEST_F(LiveNodesTest, AnOceanBasePasswordThatCanNotBeReadNamesNodeAndKey) {
  NodeConfig node = Node("ob1", "oceanbase", "10.0.0.1");
  node.password_file = "/nowhere/password";
  const auto setup = Build({node});
  ASSERT_FALSE(setup);
  EXPECT_THAT(setup.error().message(),
              HasSubstr("node ob1: key password_file: expected a readable file"));
}

TEST(NodeConfigTest, ThePortIsTheDatabaseSystemsUsualOne) {
  NodeConfig node;
  EXPECT_EQ(node.sql_port(), 3306);
  node.database = "oceanbase";
  EXPECT_EQ(node.sql_port(), 2881);
  node.port = 12881;
  EXPECT_EQ(node.sql_port(), 12881);
}

}  // namespace
}  // namespace distdiag::engine
