// All settings of DistDiag, and the YAML they come from.
//
// Why so: one declarative table (settings.cc) names every key with type, default, bounds and description; the parser, the
// commented config/distdiag.yaml and config/distdiag.schema.json all come from it, and a test proves that they agree.
// Thread: value.
#pragma once

#include "base/status.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::engine {

struct ChannelConfig {
  std::string name;
  std::string kind;  // "log" or "webhook"
  std::string url;   // webhook only
};

// One watched node. What is not given is not measured.
struct NodeConfig {
  std::string name;
  std::string zone;
  // Database over SQL: an address or a socket makes it watched.
  std::string database = "mysql";
  std::string host;
  std::int64_t port = 0;  // 0 = the database system's usual one
  std::string socket;
  std::string user = "distdiag";
  std::string password_file;
  std::string password_env;
  std::string tls = "preferred";
  std::string tls_ca_file;
  // Host.
  std::string host_metrics = "none";
  std::string node_exporter;
  std::string cgroup;
  std::string device;
  std::string mount;
  std::string interface;
  std::string pid_file;
  std::string process;
  std::string net_pid_file;
  // Clients.
  std::string clients_file;
  bool injectable = false;

  bool has_database() const { return !host.empty() || !socket.empty(); }
  bool is_oceanbase() const { return database == "oceanbase"; }
  std::uint16_t sql_port() const {
    return static_cast<std::uint16_t>(port != 0 ? port : is_oceanbase() ? 2881 : 3306);
  }
};

struct Config {
  struct Source {
    std::string kind = "recorded";
    std::string cluster = "cluster";
    double interval_s = 1;
    std::vector<NodeConfig> nodes;
    std::string directory = "recordings";
    std::vector<std::string> cases;  // empty = all, in file order
    double speed = 1;  // 1 = real time, 10 = ten times faster, 0 = as fast as possible
    bool repeat = false;
  } source;
  struct Window {
    std::int64_t capacity_ticks = 3600;
  } window;
  struct Model {
    std::string path = "models/galera/model.json";
  } model;
  struct Detectors {
    struct Sequence {
      bool enabled = true;
      std::string path = "models/galera/sequence.json";
    } sequence;
  } detectors;
  struct Diagnosis {
    std::string ranker = "combined";
    double shown_probability = 0.4;
  } diagnosis;
  struct Storage {
    std::string directory = "data";
    std::int64_t max_alarms = 1'000'000;
  } storage;
  struct Serve {
    std::string ui_address = "127.0.0.1:13000";
    std::string api_address = "127.0.0.1:18000";
    std::string web_directory = "web/dist";
    std::string public_url = "http://localhost:13000";
  } serve;
  struct Notify {
    std::vector<ChannelConfig> channels = {{"log", "log", ""}};
    std::int64_t max_attempts = 10;
    double pages_per_week = 0;  // 0 = no budget
  } notify;
  struct Lab {
    std::string directory;  // empty = no faults can be made
  } lab;
  struct Logging {
    std::string level = "info";
  } logging;
};

// An empty text gives the defaults. Errors name `file`, line, column and key: unknown key (with the nearest known one), wrong
// type, out of bounds, a key given twice, broken YAML.
base::Result<Config> ParseConfig(std::string_view yaml, std::string_view file);

// The commented YAML with every key at its default, and its JSON Schema (draft 2020-12).
std::string RenderDefaultConfig();
std::string RenderConfigSchema();

}  // namespace distdiag::engine
