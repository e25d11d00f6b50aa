#include "engine/settings.h"

#include <array>

namespace distdiag::engine {
namespace {

// The place of a value within a Config; one of these per setting, by its type.
#define DISTDIAG_PLACE(member) [](Config& config) { return &config.member; }

constexpr std::array<SettingSection, 11> kSections = {{
    {"source", "Where samples come from."},
    {"window", "The recent past kept in memory."},
    {"model", "The classifier that names problems."},
    {"detectors",
     "What notices that a series misbehaves, beside the detectors that are always at work."},
    {"detectors.sequence",
     "A network that forecasts each node's metrics. It advises: its alarms are shown with an "
     "incident, and open none."},
    {"diagnosis", "How causes are ranked."},
    {"storage", "Durable facts: alarms, incidents, notes, deliveries (SQLite)."},
    {"serve", "Web UI and API. Only loopback addresses are taken until access control exists."},
    {"notify", "Who is told."},
    {"lab", "The live lab, where faults can be made on purpose."},
    {"logging", "The log on standard error."},
}};

const std::vector<Setting>& Table() {
  static const std::vector<Setting> table = {
      {.section = "source",
       .key = "kind",
       .type = SettingType::kString,
       .description = "recorded = replay recorded cases; live = watch the nodes listed below.",
       .words = {"recorded", "live"},
       .text = DISTDIAG_PLACE(source.kind)},
      {.section = "source",
       .key = "cluster",
       .type = SettingType::kString,
       .description = "live: the cluster's name.",
       .text = DISTDIAG_PLACE(source.cluster)},
      {.section = "source",
       .key = "interval_s",
       .type = SettingType::kNumber,
       .description = "live: seconds between two measurements of every node; the shipped model was "
                      "trained on 1.",
       .minimum = 0.5,
       .maximum = 300,
       .number = DISTDIAG_PLACE(source.interval_s)},
      {.section = "source",
       .key = "nodes",
       .type = SettingType::kNodeList,
       .description = "live: one entry a node; docs/collectors.md explains the keys."},
      {.section = "source",
       .key = "directory",
       .type = SettingType::kString,
       .description = "Folder with cases.json and the cases' files.",
       .text = DISTDIAG_PLACE(source.directory)},
      {.section = "source",
       .key = "cases",
       .type = SettingType::kStringList,
       .description =
           "Ids of the cases to replay, in this order; empty = all, in the order of cases.json.",
       .list = DISTDIAG_PLACE(source.cases)},
      {.section = "source",
       .key = "speed",
       .type = SettingType::kNumber,
       .description =
           "1 = real time, 10 = ten times faster, 0 = as fast as possible (first round).",
       .minimum = 0,
       .maximum = 1000,
       .number = DISTDIAG_PLACE(source.speed)},
      {.section = "source",
       .key = "repeat",
       .type = SettingType::kBoolean,
       .description = "Begin again with the first case after the last one, in real time.",
       .boolean = DISTDIAG_PLACE(source.repeat)},
      {.section = "window",
       .key = "capacity_ticks",
       .type = SettingType::kInteger,
       .description =
           "Ticks kept in memory for charts and diagnosis; a tick is one collection interval.",
       .minimum = 120,
       .maximum = 1'000'000,
       .integer = DISTDIAG_PLACE(window.capacity_ticks)},
      {.section = "model",
       .key = "path",
       .type = SettingType::kString,
       .description = "Model artefact made by `distdiag train`.",
       .text = DISTDIAG_PLACE(model.path)},
      {.section = "detectors.sequence",
       .key = "enabled",
       .type = SettingType::kBoolean,
       .description = "false = goes on without it.",
       .boolean = DISTDIAG_PLACE(detectors.sequence.enabled)},
      {.section = "detectors.sequence",
       .key = "path",
       .type = SettingType::kString,
       .description = "Model artefact made by `distdiag train --sequence`.",
       .text = DISTDIAG_PLACE(detectors.sequence.path)},
      {.section = "diagnosis",
       .key = "ranker",
       .type = SettingType::kString,
       .description = "combined = ours; grano_rcr = root cause relevance on the anomaly graph; "
                      "dist_diagnosis = PageRank times classifier; "
                      "classifier = probability alone; largest_deviation = the metric furthest "
                      "outside its band.",
       .words = {"combined", "grano_rcr", "dist_diagnosis", "classifier", "largest_deviation"},
       .text = DISTDIAG_PLACE(diagnosis.ranker)},
      {.section = "diagnosis",
       .key = "shown_probability",
       .type = SettingType::kNumber,
       .description = "A cause is shown from this calibrated probability on; the first one of a "
                      "trouble always is.",
       .minimum = 0,
       .maximum = 1,
       .number = DISTDIAG_PLACE(diagnosis.shown_probability)},
      {.section = "storage",
       .key = "directory",
       .type = SettingType::kString,
       .description = "Folder of the database file distdiag.db; made when missing.",
       .text = DISTDIAG_PLACE(storage.directory)},
      {.section = "storage",
       .key = "max_alarms",
       .type = SettingType::kInteger,
       .description =
           "Stored alarms kept; the oldest go first. Incidents and notes are never removed.",
       .minimum = 1000,
       .maximum = 1e9,
       .integer = DISTDIAG_PLACE(storage.max_alarms)},
      {.section = "serve",
       .key = "ui_address",
       .type = SettingType::kString,
       .description = "host:port of the web UI.",
       .text = DISTDIAG_PLACE(serve.ui_address)},
      {.section = "serve",
       .key = "api_address",
       .type = SettingType::kString,
       .description = "host:port of the REST API and its documentation (/docs).",
       .text = DISTDIAG_PLACE(serve.api_address)},
      {.section = "serve",
       .key = "web_directory",
       .type = SettingType::kString,
       .description = "Folder of the built web UI.",
       .text = DISTDIAG_PLACE(serve.web_directory)},
      {.section = "serve",
       .key = "public_url",
       .type = SettingType::kString,
       .description = "Address of the UI as people reach it; links in notifications begin with it.",
       .text = DISTDIAG_PLACE(serve.public_url)},
      {.section = "notify",
       .key = "channels",
       .type = SettingType::kChannelList,
       .description = "One entry a channel: name, kind (log or webhook) and, for a webhook, url "
                      "(http or https). A webhook gets a JSON POST."},
      {.section = "notify",
       .key = "max_attempts",
       .type = SettingType::kInteger,
       .description = "Attempts to deliver a notification before it is recorded as failed.",
       .minimum = 1,
       .maximum = 1000,
       .integer = DISTDIAG_PLACE(notify.max_attempts)},
      {.section = "notify",
       .key = "pages_per_week",
       .type = SettingType::kNumber,
       .description =
           "Alarm budget: at most so many incidents a week are sent, the surest; 0 = all "
           "are. What is held back is still on the page.",
       .minimum = 0,
       .maximum = 1000,
       .number = DISTDIAG_PLACE(notify.pages_per_week)},
      {.section = "lab",
       .key = "directory",
       .type = SettingType::kString,
       .description = "Folder of a running lab (`distdiag lab up`): its injectable nodes can be "
                      "broken from /drills; empty = nothing can be broken.",
       .text = DISTDIAG_PLACE(lab.directory)},
      {.section = "logging",
       .key = "level",
       .type = SettingType::kString,
       .description = "Lowest level written.",
       .words = {"debug", "info", "warning", "error"},
       .text = DISTDIAG_PLACE(logging.level)},
  };
  return table;
}

#undef DISTDIAG_PLACE

#define DISTDIAG_NODE_PLACE(member) [](NodeConfig& node) { return &node.member; }

const std::vector<NodeSetting>& NodeTable() {
  static const std::vector<NodeSetting> table = {
      {.key = "name",
       .description = "The node's name, unique in the cluster.",
       .text = DISTDIAG_NODE_PLACE(name)},
      {.key = "zone",
       .description = "Zone, rack or data centre.",
       .text = DISTDIAG_NODE_PLACE(zone)},
      {.key = "database",
       .description = "The database system; mysql is also MariaDB. OceanBase is asked at each "
                      "server itself, never "
                      "through a proxy.",
       .words = {"mysql", "oceanbase"},
       .text = DISTDIAG_NODE_PLACE(database)},
      {.key = "host",
       .description = "Address of the database server.",
       .text = DISTDIAG_NODE_PLACE(host)},
      {.key = "port",
       .description = "Port of the database server; without it 3306, of OceanBase 2881.",
       .port = DISTDIAG_NODE_PLACE(port)},
      {.key = "socket",
       .description = "Unix socket of the database server, instead of host and port.",
       .text = DISTDIAG_NODE_PLACE(socket)},
      {.key = "user",
       .description = "Account with the grants of docs/collectors.md.",
       .text = DISTDIAG_NODE_PLACE(user)},
      {.key = "password_file",
       .description = "File whose first line is the account's password.",
       .text = DISTDIAG_NODE_PLACE(password_file)},
      {.key = "password_env",
       .description = "Environment variable that holds the password.",
       .text = DISTDIAG_NODE_PLACE(password_env)},
      {.key = "tls",
       .description = "Encryption of the connection; verified also checks the certificate.",
       .words = {"off", "preferred", "required", "verified"},
       .text = DISTDIAG_NODE_PLACE(tls)},
      {.key = "tls_ca_file",
       .description = "Certificates that sign the server's; needed for verified.",
       .text = DISTDIAG_NODE_PLACE(tls_ca_file)},
      {.key = "host_metrics",
       .description =
           "Where host metrics come from: local = /proc, /sys and cgroups of the machine "
           "DistDiag runs on; node_exporter = over HTTP.",
       .words = {"none", "local", "node_exporter"},
       .text = DISTDIAG_NODE_PLACE(host_metrics)},
      {.key = "node_exporter",
       .description = "Address like http://10.0.0.1:9100/metrics.",
       .text = DISTDIAG_NODE_PLACE(node_exporter)},
      {.key = "cgroup",
       .description = "local: the node's control group, relative to the hierarchy; without it the "
                      "whole machine is the node.",
       .text = DISTDIAG_NODE_PLACE(cgroup)},
      {.key = "device",
       .description = "Block device of the data, like sda (node_exporter: only this one).",
       .text = DISTDIAG_NODE_PLACE(device)},
      {.key = "mount",
       .description = "Mount point of the data, for free space.",
       .text = DISTDIAG_NODE_PLACE(mount)},
      {.key = "interface",
       .description = "Network interface, like eth0 (default: all physical ones).",
       .text = DISTDIAG_NODE_PLACE(interface)},
      {.key = "pid_file",
       .description = "local: file with the database server's process id.",
       .text = DISTDIAG_NODE_PLACE(pid_file)},
      {.key = "process",
       .description =
           "local: name of the database's program, like mariadbd, to search for instead of "
           "a pid_file.",
       .text = DISTDIAG_NODE_PLACE(process)},
      {.key = "net_pid_file",
       .description = "local: file with the id of a process in the node's network namespace.",
       .text = DISTDIAG_NODE_PLACE(net_pid_file)},
      {.key = "clients_file",
       .description = "Text file in which load generators report what they see.",
       .text = DISTDIAG_NODE_PLACE(clients_file)},
      {.key = "injectable",
       .description = "true allows faults on this node.",
       .boolean = DISTDIAG_NODE_PLACE(injectable)},
  };
  return table;
}

#undef DISTDIAG_NODE_PLACE

}  // namespace

std::span<const SettingSection> AllSections() { return kSections; }

std::string_view LastName(std::string_view section) {
  const std::size_t dot = section.rfind('.');
  return dot == std::string_view::npos ? section : section.substr(dot + 1);
}

std::vector<SettingSection> SectionsWithin(std::string_view outer) {
  std::vector<SettingSection> within;
  for (const SettingSection& section : kSections) {
    const std::size_t dot = section.name.rfind('.');
    if (section.name.substr(0, dot == std::string_view::npos ? 0 : dot) == outer)
      within.push_back(section);
  }
  return within;
}

std::span<const Setting> AllSettings() { return Table(); }

std::span<const NodeSetting> NodeSettings() { return NodeTable(); }

}  // namespace distdiag::engine
