// Where everything of the live lab is: names, addresses, paths. Pure arithmetic on the options; nothing is touched.
//
// Why so: cluster, workload, faults and configuration must agree on each name; and all of it begins with the lab's own name, so
// that `lab down` can find and remove what a killed process left behind, and nothing else.
// Thread: value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::lab {

// What runs on the nodes.
enum class LabDatabase {
  kGalera,     // MariaDB: the nodes are one cluster
  kOceanBase,  // seekdb, a single-node OceanBase kernel: each node is a database of its own, nothing is replicated between them
};
std::string_view LabDatabaseName(LabDatabase database);  // "galera" "oceanbase"
std::optional<LabDatabase> FindLabDatabase(std::string_view name);

struct LabOptions {
  std::string name = "ddlab";  // [a-z0-9]{1,8}: prefix of namespaces, interfaces, cgroups
  std::string directory = "/var/tmp/distdiag-lab";  // absolute; everything on disk lies below it
  std::string network =
      "10.77.0";  // first three bytes of the lab's /24, inside its own namespaces only
  LabDatabase database = LabDatabase::kGalera;
  std::string server_program = "/usr/sbin/mariadbd";
  int nodes = 3;
  double cpu_cores = 0.5;        // a node's CPU quota
  std::int64_t disk_iops = 700;  // a node's disk throttle, reads and writes each
  std::int64_t disk_bytes_per_s = 24 << 20;
  std::int64_t disk_bytes = std::int64_t{2} << 30;
  // What a node's server may take: Galera's buffer pool; all of OceanBase (memory_limit).
  std::int64_t database_memory_bytes = 256 << 20;
  int warehouses = 3;
  int terminals = 8;  // of a node
  double think_time_ms = 250;
};
// The sizes that fit this database system.
LabOptions DefaultOptions(LabDatabase database);

// One node's "machine".
struct Machine {
  int number = 0;       // 1-based
  std::string name;     // "n1"
  std::string address;  // "10.77.0.11"
  std::string netns;    // "ddlab-n1"; path /run/netns/ddlab-n1
  std::string
      port;  // its bridge port inside the hub's namespace, "ddlabp1" (at most 15 characters)
  std::string disk_image;  // <dir>/disk/n1.img
  std::string mount;       // <dir>/disk/n1
  std::string data;        // <dir>/disk/n1/data
  std::string temporary;   // <dir>/disk/n1/tmp: where load on the disk is made
  std::string socket;      // <dir>/run/n1.sock; OceanBase makes its own below the data folder
  std::string pid_file;    // <dir>/run/n1.pid: of the database server
  std::string
      holder_pid_file;  // <dir>/run/n1.holder.pid: a sleeping process of the namespace; its /proc/PID/net is the node's
  std::string device_file;  // <dir>/run/n1.dev: "/dev/loop3"
  std::string config;       // <dir>/run/n1.cnf; none for OceanBase
  std::string log;          // <dir>/run/n1.err; OceanBase: <data>/log/seekdb.log
  std::string
      clients_file;  // <dir>/run/n1.clients.prom: what its terminals see, Prometheus text format
};

class Layout {
 public:
  explicit Layout(LabOptions options);

  const LabOptions& options() const { return options_; }
  const std::vector<Machine>& machines() const { return machines_; }
  // nullptr when there is none of this name.
  const Machine* Find(std::string_view name) const;

  std::string hub_netns() const { return options_.name + "-hub"; }      // holds the bridge br0
  std::string clients_netns() const { return options_.name + "-cli"; }  // address <network>.100
  std::string run_directory() const { return options_.directory + "/run"; }
  std::string state_file() const {
    return run_directory() + "/state.json";
  }  // options and phase of a lab that is up
  std::string config_file() const {
    return options_.directory + "/distdiag.yaml";
  }  // for `distdiag serve --config`
  // One number: the terminals' pace against the normal one; absent = 1. Read by every load process once a second.
  std::string load_level_file() const { return run_directory() + "/load_level"; }
  std::string journal_directory() const {
    return options_.directory + "/faults";
  }  // inject::Journal
  // cgroup of a node, relative to a hierarchy's mount point: "ddlab/n1"; below it "db" (the server) and "ext" (everything else,
  // faults too). "ddlab/clients" holds the terminals and other clients.
  std::string cgroup(const Machine& machine) const { return options_.name + "/" + machine.name; }
  std::string clients_cgroup() const { return options_.name + "/clients"; }

  static std::string NetnsPath(const std::string& netns) { return "/run/netns/" + netns; }

 private:
  LabOptions options_;
  std::vector<Machine> machines_;
};

inline constexpr const char* kDatabase = "tpcc";
inline constexpr const char* kClientUser =
    "tpcc";  // of terminals and SQL faults; password below, the lab's network is its own
inline constexpr const char* kClientPassword = "tpcc";
inline constexpr const char* kMonitorUser =
    "distdiag";  // read-only, as docs/collectors.md grants it; password in run/monitor.password

}  // namespace distdiag::lab
