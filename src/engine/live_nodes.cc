#include "engine/live_nodes.h"

#include "collect/clients/clients_probe.h"
#include "collect/host/host_probe.h"
#include "collect/host/node_exporter_probe.h"
#include "collect/mysql/mysql_probe.h"
#include "collect/oceanbase/oceanbase_probe.h"

#include <cstdlib>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

base::Status WrongKey(const NodeConfig& node, std::string_view key, std::string_view expected,
                      std::string_view found) {
  return base::InvalidArgument(fmt::format("source.nodes: node {}: key {}: expected {}, found {}",
                                           node.name, key, expected, found));
}

base::Result<std::string> ReadPassword(const NodeConfig& node, const base::FileSystem& files) {
  if (!node.password_file.empty()) {
    const auto text = files.ReadFile(node.password_file);
    if (!text)
      return base::Fail(WrongKey(node, "password_file", "a readable file", text.error().message()));
    return FirstLine(*text);
  }
  if (node.password_env.empty()) return std::string();
  const char* value = std::getenv(node.password_env.c_str());
  if (value == nullptr)
    return base::Fail(WrongKey(node, "password_env", "an environment variable that is set",
                               fmt::format("no {}", node.password_env)));
  return std::string(value);
}

sql::TlsMode TlsModeOf(const std::string& word) {
  if (word == "off") return sql::TlsMode::kOff;
  if (word == "required") return sql::TlsMode::kRequired;
  return word == "verified" ? sql::TlsMode::kVerified : sql::TlsMode::kPreferred;
}

// Of all nodes, when all have a numeric one, which is what a server says of its peers: only then is an address that is not among
// them another server.
std::vector<std::string> KnownAddresses(const Config::Source& source) {
  std::vector<std::string> addresses;
  for (const NodeConfig& node : source.nodes) {
    if (!node.has_database() || node.is_oceanbase()) continue;
    if (node.host.find_first_not_of("0123456789.") != std::string::npos || node.host.empty())
      return {};
    addresses.push_back(fmt::format("{}:{}", node.host, node.sql_port()));
  }
  return addresses;
}

// OceanBase servers are told apart by address and SQL port.
std::vector<collect::WatchedServer> WatchedServers(const Config::Source& source) {
  std::vector<collect::WatchedServer> watched;
  for (const NodeConfig& node : source.nodes) {
    if (node.has_database() && node.is_oceanbase())
      watched.push_back({.node = node.name, .host = node.host, .sql_port = node.sql_port()});
  }
  return watched;
}

base::Result<sql::Endpoint> EndpointOf(const NodeConfig& node, const base::FileSystem& files) {
  ASSIGN_OR_RETURN(std::string password, ReadPassword(node, files));
  return sql::Endpoint{.host = node.host,
                       .port = node.sql_port(),
                       .socket = node.socket,
                       .user = node.user,
                       .password = std::move(password),
                       .database = {},
                       .tls = node.socket.empty() ? TlsModeOf(node.tls) : sql::TlsMode::kOff,
                       .tls_ca_file = node.tls_ca_file};
}

base::Result<std::unique_ptr<collect::Probe>> DatabaseProbe(const NodeConfig& node,
                                                            const Config::Source& source,
                                                            const base::FileSystem& files,
                                                            base::Clock& clock) {
  ASSIGN_OR_RETURN(sql::Endpoint endpoint, EndpointOf(node, files));
  if (node.is_oceanbase()) {
    return std::make_unique<collect::OceanBaseProbe>(
        collect::OceanBaseProbeOptions{
            .node = node.name, .endpoint = std::move(endpoint), .watched = WatchedServers(source)},
        clock);
  }
  return std::make_unique<collect::MysqlProbe>(
      collect::MysqlProbeOptions{.node = node.name,
                                 .endpoint = std::move(endpoint),
                                 .known_addresses = KnownAddresses(source)},
      clock);
}

std::unique_ptr<collect::Probe> LocalHostProbe(const NodeConfig& node, base::Clock& clock) {
  collect::HostProbeOptions options;
  options.node = node.name;
  options.cgroup = node.cgroup;
  if (!node.cgroup.empty()) {
    options.database_group = "db";
    options.rest_group = "ext";
  }
  options.database_pid_file = node.pid_file;
  options.database_process = node.process;
  if (!node.device.empty()) options.devices = {node.device};
  options.mount_point = node.mount;
  if (!node.interface.empty()) options.interfaces = {node.interface};
  options.network_pid_file = node.net_pid_file;
  options.box = collect::BoxValues::kOn;
  return std::make_unique<collect::HostProbe>(std::move(options), clock);
}

std::unique_ptr<collect::Probe> RemoteHostProbe(const NodeConfig& node,
                                                base::HttpTransport& transport,
                                                base::Clock& clock) {
  collect::NodeExporterOptions options;
  options.node = node.name;
  options.url = node.node_exporter;
  if (!node.device.empty()) options.devices = {node.device};
  if (!node.interface.empty()) options.interfaces = {node.interface};
  options.mount_point = node.mount;
  return std::make_unique<collect::NodeExporterProbe>(std::move(options), transport, clock);
}

// The catalogue's metrics of these probes: the prefix says whose a metric is.
std::vector<domain::MetricId> MetricsOf(const std::set<char>& prefixes) {
  std::vector<domain::MetricId> metrics;
  for (std::size_t i = 0; i < domain::AllMetrics().size(); ++i) {
    if (prefixes.contains(domain::AllMetrics()[i].name.front()))
      metrics.push_back(domain::MetricId(static_cast<std::uint16_t>(i)));
  }
  return metrics;
}

}  // namespace

base::Result<LiveSetup> BuildLiveNodes(const Config::Source& source, base::FileSystem& files,
                                       base::HttpTransport& transport, base::Clock& clock) {
  LiveSetup setup;
  setup.topology.cluster = source.cluster;
  std::set<char> prefixes;
  for (const NodeConfig& node : source.nodes) {
    const auto index = domain::NodeIndex(static_cast<std::uint32_t>(setup.topology.nodes.size()));
    setup.topology.nodes.push_back({.name = node.name, .zone = node.zone});
    const auto add = [&](std::unique_ptr<collect::Probe> probe) {
      setup.probes.push_back({.node = index, .probe = std::move(probe)});
    };
    if (node.has_database()) {
      ASSIGN_OR_RETURN(auto probe, DatabaseProbe(node, source, files, clock));
      add(std::move(probe));
      prefixes.insert(node.is_oceanbase() ? 'o' : 'd');
    }
    if (node.host_metrics == "local") {
      add(LocalHostProbe(node, clock));
      prefixes.insert({'h', 'x'});
    } else if (node.host_metrics == "node_exporter") {
      add(RemoteHostProbe(node, transport, clock));
      prefixes.insert('h');
    }
    if (!node.clients_file.empty()) {
      add(std::make_unique<collect::ClientsProbe>(
          collect::ClientsProbeOptions{.node = node.name, .path = node.clients_file}, files,
          clock));
      prefixes.insert('c');
    }
  }
  setup.layout = domain::SeriesLayout(setup.topology.nodes.size(), MetricsOf(prefixes));
  return setup;
}

}  // namespace distdiag::engine
