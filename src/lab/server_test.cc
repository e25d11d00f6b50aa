#include "lab/server.h"

#include "lab/accounts.h"
#include "lab/serve_config.h"
#include "lab/server_config.h"
#include "lab/template.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST(ServerConfig, NamesTheNodeItsFolderAndAllMembers) {
  const Layout layout({.name = "ab", .directory = "/srv/lab", .network = "10.1.2", .nodes = 3});
  const std::string text = ServerConfigText(layout, layout.machines()[1]);
  for (const char* line : {"datadir=/srv/lab/disk/n2/data\n", "socket=/srv/lab/run/n2.sock\n",
                           "bind-address=10.1.2.12\n", "server-id=2\n", "wsrep_node_name=n2\n",
                           "wsrep_cluster_name=ab\n", "innodb_buffer_pool_size=268435456\n",
                           "wsrep_cluster_address=gcomm://10.1.2.11,10.1.2.12,10.1.2.13\n"})
    EXPECT_THAT(text, HasSubstr(line));
}

// Listens, lets everybody in, and never says a word: a server that hangs.
class SilentSocket final {
 public:
  explicit SilentSocket(const std::string& path)
      : file_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(address.sun_path), sizeof(address.sun_path) - 1);
    EXPECT_EQ(::bind(file_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0) << path;
    EXPECT_EQ(::listen(file_, 4), 0);
  }
  ~SilentSocket() { ::close(file_); }
  SilentSocket(const SilentSocket&) = delete;
  SilentSocket& operator=(const SilentSocket&) = delete;

 private:
  const int file_;
};

TEST(Server, AQuestionCostsItsLimitInTotal) {
  std::string folder = testing::TempDir() + "server_XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  std::filesystem::create_directory(folder + "/run");
  const Layout layout({.directory = folder});
  const SilentSocket hung(layout.machines().front().socket);
  const CgroupTrees trees;
  base::RealClock clock;
  Server server(layout, layout.machines().front(), trees, clock);
  const base::Timestamp began = clock.Now();
  const auto answer = server.Ask("SELECT 1", std::chrono::milliseconds(50));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), base::StatusCode::kUnavailable);
  EXPECT_LT(clock.Now() - began, std::chrono::seconds(2)) << "connecting alone may take 3 s";
  std::filesystem::remove_all(folder);
}

TEST(RecoveredPosition, IsReadWithAndWithoutBinlogPosition) {
  EXPECT_EQ(*ParseRecoveredPosition("x\n[Note] WSREP: Recovered position: 27-ad:1234,0-1-77\n"),
            "27-ad:1234");
  EXPECT_EQ(*ParseRecoveredPosition("Recovered position: a:1\nRecovered position: b:2\n"), "b:2");
}

TEST(RecoveredPosition, SaysWhatIsWrong) {
  EXPECT_EQ(ParseRecoveredPosition("nothing").error().code(), base::StatusCode::kNotFound);
  EXPECT_EQ(ParseRecoveredPosition("Recovered position: ").error().code(),
            base::StatusCode::kDataLoss);
}

TEST(ServerLog, TheTailPrefersErrors) {
  EXPECT_EQ(LogTail("a\n[ERROR] one\nb\n[ERROR] two\nc\n"), "[ERROR] one | [ERROR] two");
  EXPECT_EQ(LogTail("1\n2\n\n3\n4\n5\n6\n7\n"), "3 | 4 | 5 | 6 | 7");
  EXPECT_EQ(LogTail(""), "");
}

TEST(Accounts, TheMonitorCanNeitherReadRowsNorChangeAnything) {
  const auto statements = GaleraSystem().AccountStatements(Layout(LabOptions()), "it's secret");
  int grants = 0;
  for (const std::string& statement : statements) {
    if (!statement.starts_with("GRANT") || statement.find("'distdiag'") == std::string::npos)
      continue;
    ++grants;
    EXPECT_THAT(statement, AnyOf(HasSubstr("GRANT PROCESS, BINLOG MONITOR, REPLICA MONITOR ON *.*"),
                                 HasSubstr("GRANT SELECT ON performance_schema.*")));
  }
  EXPECT_EQ(grants, 2);
  EXPECT_THAT(statements, Contains(HasSubstr("'it\\'s secret'")));
}

TEST(Accounts, PasswordsAreLongAndDiffer) {
  const auto one = NewPassword(), two = NewPassword();
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->size(), 32U);
  EXPECT_NE(*one, *two);
}

TEST(ServeConfig, WatchesEveryNodeWithItsOwnDevice) {
  const Layout layout({.directory = "/srv/lab", .nodes = 2});
  const std::string text = ServeConfigText(layout, {"loop3", "loop5"});
  for (const char* line :
       {"  kind: live\n", "    - name: n2\n", "      socket: /srv/lab/run/n2.sock\n",
        "      device: loop5\n", "      cgroup: ddlab/n1\n",
        "      net_pid_file: /srv/lab/run/n1.holder.pid\n",
        "      password_file: /srv/lab/run/monitor.password\n", "      injectable: true\n",
        "storage:\n  directory: /srv/lab/data\n", "lab:\n  directory: /srv/lab\n"})
    EXPECT_THAT(text, HasSubstr(line));
}

TEST(Template, ANewServerLoaderOrSizeMakesAnotherOne) {
  const TemplateParts parts{.server_version = "10.11", .loader_version = "a", .warehouses = 3};
  const std::string name = TemplateName(parts);
  EXPECT_THAT(name, testing::MatchesRegex("lab-template-[0-9a-f]+\\.tar"));
  EXPECT_EQ(name.size(), std::string("lab-template-.tar").size() + 12);
  for (const TemplateParts& other : {TemplateParts{"10.12", "a", 3}, TemplateParts{"10.11", "b", 3},
                                     TemplateParts{"10.11", "a", 4}})
    EXPECT_NE(TemplateName(other), name);
  EXPECT_EQ(TemplateName(parts), name);
}

TEST(Template, LiesInTheUsersCache) {
  EXPECT_EQ(CacheDirectory("/x", "/root"), "/x/distdiag");
  EXPECT_EQ(CacheDirectory("", "/root"), "/root/.cache/distdiag");
  EXPECT_EQ(CacheDirectory("", ""), "/var/cache/distdiag");
}

TEST(Template, LeavesOutWhatBelongsToOneNodesLife) {
  const Layout layout({.directory = "/srv/lab"});
  const Argv pack =
      PackCommand(layout.machines()[0], "/c/t.tar", GaleraSystem().TemplateExcludes());
  EXPECT_THAT(pack,
              AllOf(Contains("--exclude=./galera.cache"), Contains("--exclude=./gvwstate.dat"),
                    Not(Contains("--exclude=./grastate.dat")), Contains("/c/t.tar")));
}

TEST(Template, TheFirstNodeMayFoundTheCluster) {
  EXPECT_EQ(BootstrapGrastate("seqno:   12\nsafe_to_bootstrap: 0\n"),
            "seqno:   12\nsafe_to_bootstrap: 1\n");
  EXPECT_EQ(BootstrapGrastate("safe_to_bootstrap: 1\n"), "safe_to_bootstrap: 1\n");
}

}  // namespace
}  // namespace distdiag::lab
