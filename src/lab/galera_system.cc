// MariaDB with Galera: the nodes are one cluster.
#include "base/file_system.h"
#include "lab/database_system.h"
#include "lab/server_config.h"
#include "lab/template.h"

#include <cstdlib>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr std::int64_t kBesidePool = 250 << 20;  // what a mariadbd takes beside its pool

std::string ConfigOption(const Machine& machine) { return "--defaults-file=" + machine.config; }

class Galera final : public DatabaseSystem {
 public:
  std::string_view process() const override { return "mariadbd"; }
  std::string_view account() const override { return "mysql"; }
  std::string_view ready_word() const override { return "Synced"; }
  bool replicates() const override { return true; }
  std::vector<NeededProgram> Programs() const override {
    return {{"mariadbd", "mariadb-server"},
            {"mariadb-install-db", "mariadb-server"},
            {"rsync", "rsync"}};
  }
  std::int64_t MemoryBytes(const LabOptions& options) const override {
    return options.database_memory_bytes + kBesidePool;
  }

  Argv VersionCommand(const LabOptions& options) const override {
    return {options.server_program, "--no-defaults", "--version"};
  }
  std::vector<Argv> InstallCommands(const Machine& machine) const override {
    return {{"mariadb-install-db", "--no-defaults", "--user=mysql", "--datadir=" + machine.data,
             "--skip-test-db", "--auth-root-authentication-method=socket"}};
  }
  std::vector<std::string> TemplateExcludes() const override {
    return {"./galera.cache", "./gvwstate.dat", "./ib_buffer_pool.incomplete"};
  }
  std::vector<std::string> BeforeLoading() const override {
    return {"SET GLOBAL innodb_flush_log_at_trx_commit = 0"};
  }
  base::Status MakeFounder(const Machine& machine) const override {
    base::RealFileSystem files;
    const std::string path = machine.data + "/grastate.dat";
    ASSIGN_OR_RETURN_STATUS(const std::string text, files.ReadFile(path));
    RETURN_IF_ERROR(files.WriteFileAtomic(path, BootstrapGrastate(text)));
    return RunAll({{"chown", "mysql:mysql", path}});
  }

  std::string ConfigText(const Layout& layout, const Machine& machine) const override {
    return ServerConfigText(layout, machine);
  }
  Argv RecoverCommand(const Machine& machine, const std::string& log) const override {
    return {"/usr/sbin/mariadbd", ConfigOption(machine), "--wsrep-recover", "--log-error=" + log};
  }
  Argv StartCommand(const Layout& layout, const Machine& machine, ServerStart how,
                    const std::string& position) const override {
    Argv argv = {layout.options().server_program, ConfigOption(machine)};
    if (how == ServerStart::kBootstrap) argv.emplace_back("--wsrep-new-cluster");
    if (!position.empty()) argv.push_back("--wsrep-start-position=" + position);
    return argv;
  }
  std::string StateStatement() const override {
    return "SHOW GLOBAL STATUS WHERE Variable_name IN "
           "('wsrep_ready','wsrep_cluster_size','wsrep_local_state_comment')";
  }
  NodeState ReadState(const sql::ResultSet& rows) const override {
    NodeState found;
    bool ready = false;
    for (const auto& row : rows.rows) {
      if (row.size() < 2 || !row[0] || !row[1]) continue;
      if (*row[0] == "wsrep_ready") ready = *row[1] == "ON";
      if (*row[0] == "wsrep_cluster_size") found.cluster_size = std::atoi(row[1]->c_str());
      if (*row[0] == "wsrep_local_state_comment") found.state = *row[1];
    }
    found.ready = ready && found.state == ready_word();
    return found;
  }

  std::vector<std::string> AccountStatements(const Layout&,
                                             std::string_view monitor_password) const override {
    return {
        fmt::format("CREATE DATABASE IF NOT EXISTS {}", kDatabase),
        fmt::format("CREATE OR REPLACE USER '{}'@'%' IDENTIFIED BY {}", kClientUser,
                    sql::Quoted(kClientPassword)),
        fmt::format("GRANT ALL PRIVILEGES ON {}.* TO '{}'@'%'", kDatabase, kClientUser),
        fmt::format("CREATE OR REPLACE USER '{}'@'%' IDENTIFIED BY {}", kMonitorUser,
                    sql::Quoted(monitor_password)),
        // PROCESS: SHOW ENGINE INNODB STATUS, innodb_metrics, the process list; BINLOG and REPLICA MONITOR: their SHOW … STATUS.
        fmt::format("GRANT PROCESS, BINLOG MONITOR, REPLICA MONITOR ON *.* TO '{}'@'%'",
                    kMonitorUser),
        fmt::format("GRANT SELECT ON performance_schema.* TO '{}'@'%'", kMonitorUser),
    };
  }
};

}  // namespace

const DatabaseSystem& GaleraSystem() {
  static const Galera system;
  return system;
}

}  // namespace distdiag::lab
