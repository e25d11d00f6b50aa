// What differs between the database systems a lab can be made of. All the rest of the lab is one for all of them.
//
// Thread: safe (pure, but for MakeFounder). SystemOf() gives the one of a lab.
#pragma once

#include "base/status.h"
#include "lab/commands.h"
#include "lab/layout.h"
#include "sql/connection.h"

#include <string>
#include <string_view>
#include <vector>

namespace distdiag::lab {

enum class ServerStart {
  kBootstrap,  // first node of a new cluster
  kJoin,       // data folder was closed cleanly or comes from the template
  kRejoin,     // after a crash: position recovered first
};

// What a node says about itself.
struct NodeState {
  // Galera: wsrep_local_state_comment, "Synced", "Joined", …; OceanBase: "Ready", "Starting"
  std::string state = "unreachable";
  int cluster_size = 0;  // nodes that it is in one cluster with, itself included
  bool ready = false;    // it serves its clients

  bool ReadyWith(int size) const { return ready && cluster_size >= size; }
};

// A program and the Debian package that has it.
struct NeededProgram {
  std::string name;
  std::string package;
};

class DatabaseSystem {
 public:
  virtual ~DatabaseSystem() = default;

  virtual std::string_view process() const = 0;  // name of the server's process: "mariadbd"
  virtual std::string_view account() const = 0;  // the system's account that it runs as
  virtual std::string_view ready_word()
      const = 0;  // NodeState::state of a node that is well: "Synced"
  // The nodes are one cluster: what is done at one of them is done at all. Otherwise each is a database of its own.
  virtual bool replicates() const = 0;
  virtual std::vector<NeededProgram> Programs() const = 0;
  virtual std::int64_t MemoryBytes(const LabOptions& options) const = 0;  // of a node's server

  // Prints the server's version.
  virtual Argv VersionCommand(const LabOptions& options) const = 0;
  // Make an empty database in the node's data folder; none = the server does it itself.
  virtual std::vector<Argv> InstallCommands(const Machine& machine) const = 0;
  // What is to be left out of a template: what belongs to one node's life. Patterns of tar.
  virtual std::vector<std::string> TemplateExcludes() const = 0;
  // Once, before data is loaded that can be made anew at any time.
  virtual std::vector<std::string> BeforeLoading() const = 0;
  // A node whose data come from the template may now found the cluster.
  virtual base::Status MakeFounder(const Machine& machine) const = 0;

  // The server's configuration file; empty = it has none.
  virtual std::string ConfigText(const Layout& layout, const Machine& machine) const = 0;
  // Writes the position that a server had when it died into `log`; empty = the server finds it by itself.
  virtual Argv RecoverCommand(const Machine& machine, const std::string& log) const = 0;
  // `position`: what the recovery said; empty when there was none.
  virtual Argv StartCommand(const Layout& layout, const Machine& machine, ServerStart how,
                            const std::string& position) const = 0;
  // As administrator; its rows tell the state.
  virtual std::string StateStatement() const = 0;
  virtual NodeState ReadState(const sql::ResultSet& rows) const = 0;

  // Statements for the administrator, at the first node when the system replicates, else at each; they may be repeated.
  //   kClientUser   everything in kDatabase and nothing else: terminals, the loader, and faults made by ordinary SQL
  //   kMonitorUser  what the documentation grants: it reads status, never a table's rows
  // Faults that need more (FLUSH, SET GLOBAL, shutting down) go over the socket as root.
  virtual std::vector<std::string> AccountStatements(const Layout& layout,
                                                     std::string_view monitor_password) const = 0;

  // The least NodeState::cluster_size of a lab that is well.
  int ClusterSize(const Layout& layout) const {
    return replicates() ? static_cast<int>(layout.machines().size()) : 1;
  }
};

const DatabaseSystem& SystemOf(LabDatabase database);
inline const DatabaseSystem& SystemOf(const Layout& layout) {
  return SystemOf(layout.options().database);
}
const DatabaseSystem& GaleraSystem();     // galera_system.cc
const DatabaseSystem& OceanBaseSystem();  // oceanbase_system.cc

// "Joined in a cluster of 2"; without the cluster where there is none.
std::string StateText(const DatabaseSystem& system, std::string_view state, int cluster_size);

}  // namespace distdiag::lab
