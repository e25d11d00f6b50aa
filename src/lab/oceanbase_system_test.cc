#include "lab/database_system.h"

#include "base/file_system.h"
#include "lab/preflight.h"
#include "lab/serve_config.h"
#include "lab/server.h"
#include "lab/status.h"

#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::size_t kLongestSocket = 107;  // characters; the kernel's sockaddr_un

LabOptions Options() {
  LabOptions options = DefaultOptions(LabDatabase::kOceanBase);
  options.server_program = "/opt/seekdb";
  return options;
}

TEST(OceanBaseLab, EveryNodeIsADatabaseOfItsOwn) {
  const Layout layout(Options());
  EXPECT_EQ(OceanBaseSystem().ClusterSize(layout), 1);
  EXPECT_EQ(GaleraSystem().ClusterSize(Layout(LabOptions())), 3);
  EXPECT_EQ(StateText(OceanBaseSystem(), "Starting", 1), "Starting");
  EXPECT_EQ(StateText(GaleraSystem(), "Joined", 2), "Joined in a cluster of 2");
}

TEST(OceanBaseLab, NamesOfSystemsAreReadBack) {
  for (const LabDatabase one : {LabDatabase::kGalera, LabDatabase::kOceanBase})
    EXPECT_EQ(FindLabDatabase(LabDatabaseName(one)), one);
  EXPECT_FALSE(FindLabDatabase("mysql"));
}

TEST(OceanBaseLab, TheServerStartsInItsNodesFolderWithTheLabsMemory) {
  const Layout layout(Options());
  const Machine& second = layout.machines()[1];
  // A server that died finds its position by itself: it starts in the same way.
  for (const ServerStart how :
       {ServerStart::kBootstrap, ServerStart::kJoin, ServerStart::kRejoin}) {
    const Argv argv = OceanBaseSystem().StartCommand(layout, second, how, "");
    EXPECT_EQ(argv.front(), "/opt/seekdb");
    EXPECT_THAT(argv, Contains("/var/tmp/distdiag-lab/disk/n2/data"));
    EXPECT_THAT(argv, Contains("memory_limit=1024M"));
  }
  EXPECT_THAT(OceanBaseSystem().RecoverCommand(second, "/log"), IsEmpty());
  EXPECT_THAT(OceanBaseSystem().ConfigText(layout, second), IsEmpty());
}

TEST(OceanBaseLab, ANodeIsReadyWhenItsServiceHasStarted) {
  const auto state = [](std::vector<std::vector<std::optional<std::string>>> rows) {
    return OceanBaseSystem().ReadState(
        {.columns = {"START_SERVICE_TIME"}, .rows = std::move(rows)});
  };
  EXPECT_TRUE(state({{"1795582328513691"}}).ReadyWith(1));
  EXPECT_EQ(state({{"1795582328513691"}}).state, "Ready");
  for (const auto& found : {state({{"0"}}), state({{std::nullopt}}), state({})}) {
    EXPECT_FALSE(found.ReadyWith(1));
    EXPECT_EQ(found.state, "Starting");
  }
}

// The lines between ```sql and ``` under the heading "### 1. The account", but for those that a cluster needs (second block).
std::set<std::string> DocumentedRights() {
  const std::string page =
      base::RealFileSystem().ReadFile(DISTDIAG_SOURCE_DIR "/docs/oceanbase.md").value_or("");
  std::set<std::string> rights;
  std::istringstream lines(page);
  std::string line;
  int block = 0;
  while (std::getline(lines, line)) {
    if (line == "```sql" && ++block > 3) break;
    if (block == 2 || !line.starts_with("GRANT ")) continue;
    rights.insert(line.substr(0, line.find(" TO ")));
  }
  return rights;
}

TEST(OceanBaseLab, TheMonitorHasTheRightsThatTheDocumentationListsAndNoOthers) {
  const auto statements = OceanBaseSystem().AccountStatements(Layout(Options()), "it's secret");
  EXPECT_THAT(statements, Contains(HasSubstr("'it\\'s secret'")));
  std::set<std::string> rights;
  for (const std::string& statement : statements) {
    if (statement.starts_with("GRANT ") && statement.ends_with("TO 'distdiag'"))
      rights.insert(statement.substr(0, statement.find(" TO ")));
  }
  EXPECT_GT(rights.size(), 15U);
  EXPECT_EQ(rights, DocumentedRights());
}

TEST(OceanBaseLab, OnlyTheClientsComeOverTheNetwork) {
  LabOptions options = Options();
  options.network = "10.9.8";
  EXPECT_THAT(OceanBaseSystem().AccountStatements(Layout(options), "x"),
              Contains("SET GLOBAL ob_tcp_invited_nodes = '127.0.0.1,10.9.8.100'"));
}

TEST(OceanBaseLab, ItsSocketHasAPathOfTheLengthThatTheKernelTakes) {
  LabOptions options = Options();
  options.directory = "/" + std::string(79, 'a');
  options.nodes = 9;
  EXPECT_LE(Layout(options).machines().back().socket.size(), kLongestSocket);
}

TEST(OceanBaseLab, ServeIsToldWhatAnswersOnTheSocket) {
  const std::string text = ServeConfigText(Layout(Options()), {});
  EXPECT_THAT(text, HasSubstr("      database: oceanbase\n"));
  EXPECT_THAT(text, HasSubstr("socket: /var/tmp/distdiag-lab/disk/n3/data/run/sql.sock\n"));
  EXPECT_THAT(text, HasSubstr("model:\n  path: models/oceanbase/model.json\n"));
  EXPECT_THAT(ServeConfigText(Layout(LabOptions()), {}),
              Not(AnyOf(HasSubstr("database:"), HasSubstr("model:"))));
}

TEST(OceanBaseLab, NothingOfMariadbMustBeThere) {
  for (const NeededProgram& program : NeededPrograms(LabDatabase::kOceanBase))
    EXPECT_NE(program.package, "mariadb-server") << program.name;
  PreflightFacts facts;
  facts.galera_library = false;
  for (const std::string& problem : PreflightProblems(facts, Layout(Options())))
    EXPECT_THAT(problem, Not(HasSubstr("galera")));
}

TEST(OceanBaseLab, StatusAsksNoNodeForOthers) {
  LabStatus status;
  status.state.options = Options();
  status.state.phase = LabPhase::kUp;
  status.state.with_load = false;
  status.keeper = true;
  for (const char* name : {"n1", "n2", "n3"}) {
    NodeStatus& node = status.nodes.emplace_back();
    node.name = name;
    node.pid = 7;
    node.server = {.state = "Ready", .cluster_size = 1, .ready = true};
  }
  EXPECT_TRUE(AllWell(status)) << StatusText(status);
  status.nodes[1].server = {.state = "Starting", .cluster_size = 1, .ready = false};
  EXPECT_THAT(StatusText(status), HasSubstr("! n2: expected Ready, found Starting\n"));
  status.nodes[1].pid.reset();
  EXPECT_THAT(StatusText(status), HasSubstr("! n2: seekdb does not run\n"));
}

// A line of the real server's log.
TEST(OceanBaseLab, ItsErrorsAreFoundInItsLog) {
  const std::string error =
      "[2026-11-25 04:50:10.159534] ERROR [STORAGE] init (ob_server.cpp:553) [31704][seekdb] no "
      "disk";
  EXPECT_EQ(LogTail("[2026-11-25 04:50:09.904942] INFO  [STORAGE] init\n" + error + "\nmore\n"),
            error);
}

}  // namespace
}  // namespace distdiag::lab
