// seekdb, a single-node OceanBase 4.3.5 kernel (tools/seekdb): each node is a database of its own.
#include "lab/database_system.h"

#include <cstdlib>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

// Beside memory_limit: code, stacks, and what the kernel does not count. Measured under TPC-C: 1.2 GB in all.
constexpr std::int64_t kBesideLimit = 200 << 20;

// What docs/oceanbase.md has a single-node server grant; a test holds them equal.
constexpr const char* kMonitorViews[] = {"V$SYSSTAT",
                                         "V$SYSTEM_EVENT",
                                         "V$OB_PROCESSLIST",
                                         "V$OB_SQL_AUDIT",
                                         "V$OB_TRANSACTION_PARTICIPANTS",
                                         "V$OB_PARAMETERS",
                                         "V$OB_MEMSTORE",
                                         "V$OB_PLAN_CACHE_STAT",
                                         "V$OB_KVCACHE",
                                         "V$OB_UNITS",
                                         "V$OB_COMPACTION_PROGRESS",
                                         "V$OB_TABLET_COMPACTION_PROGRESS",
                                         "V$OB_LOG_STAT",
                                         "DBA_OB_ROOTSERVICE_EVENT_HISTORY",
                                         "DBA_OB_SERVER_EVENT_HISTORY",
                                         "V$OB_SERVER_STAT",
                                         "GV$OB_UNITS",
                                         "DBA_OB_MAJOR_COMPACTION"};

class OceanBase final : public DatabaseSystem {
 public:
  std::string_view process() const override { return "seekdb"; }
  std::string_view account() const override { return "root"; }
  std::string_view ready_word() const override { return "Ready"; }
  bool replicates() const override { return false; }
  std::vector<NeededProgram> Programs() const override { return {}; }
  std::int64_t MemoryBytes(const LabOptions& options) const override {
    return options.database_memory_bytes + kBesideLimit;
  }

  Argv VersionCommand(const LabOptions& options) const override {
    return {options.server_program, "--version"};
  }
  std::vector<Argv> InstallCommands(const Machine&) const override { return {}; }
  std::vector<std::string> TemplateExcludes() const override { return {"./log/*", "./run/*"}; }
  std::vector<std::string> BeforeLoading() const override { return {}; }
  base::Status MakeFounder(const Machine&) const override { return base::OkStatus(); }

  std::string ConfigText(const Layout&, const Machine&) const override { return ""; }
  Argv RecoverCommand(const Machine&, const std::string&) const override { return {}; }
  Argv StartCommand(const Layout& layout, const Machine& machine, ServerStart,
                    const std::string&) const override {
    Argv argv = {layout.options().server_program,
                 "--nodaemon",
                 "--port",
                 "3306",
                 "--base-dir",
                 machine.data};
    for (
        const std::string& parameter :
        {fmt::format("memory_limit={}M", layout.options().database_memory_bytes >> 20),
         // The least that the kernel accepts.
         std::string("log_disk_size=2G"), std::string("datafile_size=64M"),
         std::string("datafile_next=64M"), std::string("datafile_maxsize=2G"),
         std::string("cpu_count=2"), std::string("syslog_level=WARN"),
         std::string("enable_syslog_recycle=True"), std::string("max_syslog_file_count=2"),
         // A compaction is made when it is wanted, and not to come by itself at night.
         std::string("major_freeze_duty_time=disable"), std::string("_ob_ash_enable=True"),
         // seekdb looks for deadlocks every 5 s only, in which eight terminals stand still; OceanBase's own default.
         std::string("_lcl_op_interval=30ms")}) {
      argv.emplace_back("--parameter");
      argv.push_back(parameter);
    }
    return argv;
  }
  std::string StateStatement() const override {
    return "SELECT START_SERVICE_TIME FROM oceanbase.V$OB_SERVER_STAT";
  }
  NodeState ReadState(const sql::ResultSet& rows) const override {
    NodeState found{.state = "Starting", .cluster_size = 1};
    if (rows.rows.empty() || rows.rows[0].empty() || !rows.rows[0][0]) return found;
    found.ready = std::atoll(rows.rows[0][0]->c_str()) > 0;
    if (found.ready) found.state = ready_word();
    return found;
  }

  std::vector<std::string> AccountStatements(const Layout& layout,
                                             std::string_view monitor_password) const override {
    // Anew each time: the template has the accounts, and perhaps the rights, of the lab that made it.
    const auto user = [](const char* name, std::string_view password) {
      return std::vector<std::string>{
          fmt::format("DROP USER IF EXISTS '{}'", name),
          fmt::format("CREATE USER '{}' IDENTIFIED BY {}", name, sql::Quoted(password))};
    };
    std::vector<std::string> all = {
        // root has no password. It may come over the socket, which only the machine's root can open, and, like all others, from
        // the clients' namespace, into which only the machine's root gets.
        fmt::format("SET GLOBAL ob_tcp_invited_nodes = '127.0.0.1,{}.100'",
                    layout.options().network),
        "SET GLOBAL time_zone = '+00:00'",
        // A statement that takes long is slow, not wrong: by default it ends after 10 s.
        "SET GLOBAL ob_query_timeout = 60000000",
        fmt::format("CREATE DATABASE IF NOT EXISTS {}", kDatabase),
    };
    for (const auto& [name, password] : {std::pair{kClientUser, std::string_view(kClientPassword)},
                                         std::pair{kMonitorUser, monitor_password}}) {
      for (std::string& statement : user(name, password)) all.push_back(std::move(statement));
    }
    all.push_back(fmt::format("GRANT ALL PRIVILEGES ON {}.* TO '{}'", kDatabase, kClientUser));
    all.push_back(fmt::format("GRANT PROCESS ON *.* TO '{}'", kMonitorUser));
    for (const char* view : kMonitorViews)
      all.push_back(fmt::format("GRANT SELECT ON oceanbase.{} TO '{}'", view, kMonitorUser));
    return all;
  }
};

}  // namespace

const DatabaseSystem& OceanBaseSystem() {
  static const OceanBase system;
  return system;
}

}  // namespace distdiag::lab
