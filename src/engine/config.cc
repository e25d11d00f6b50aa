#include "engine/config.h"

#include "engine/settings.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace distdiag::engine {
namespace {

// Where in the YAML something stands, for messages.
struct Place {
  std::string_view file;
  YAML::Mark mark;
  std::string key;  // "serve.ui_address"
};

std::string Describe(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Undefined: return "nothing";
    case YAML::NodeType::Null: return "nothing";
    case YAML::NodeType::Scalar: return fmt::format("\"{}\"", node.Scalar().substr(0, 60));
    case YAML::NodeType::Sequence: return "a list";
    case YAML::NodeType::Map: return "a map";
  }
  return "nothing";
}

base::Status WrongFound(const Place& place, std::string_view expected, std::string_view found) {
  return base::InvalidArgument(fmt::format("{}:{}:{}: key {}: expected {}, found {}", place.file,
                                           place.mark.line + 1, place.mark.column + 1, place.key,
                                           expected, found));
}

base::Status Wrong(const Place& place, std::string_view expected, const YAML::Node& found) {
  return WrongFound(place, expected, Describe(found));
}

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

base::Status UnknownKey(const Place& place, const std::vector<std::string_view>& known) {
  std::string_view nearest;
  std::size_t distance = std::numeric_limits<std::size_t>::max();
  const std::string last =
      place.key.substr(place.key.rfind('.') == std::string::npos ? 0 : place.key.rfind('.') + 1);
  for (const std::string_view candidate : known) {
    if (const std::size_t d = EditDistance(last, candidate); d < distance) {
      distance = d;
      nearest = candidate;
    }
  }
  return base::InvalidArgument(fmt::format(
      "{}:{}:{}: expected one of the keys {}; found unknown key {} (did you mean {}?)", place.file,
      place.mark.line + 1, place.mark.column + 1, fmt::join(known, ", "), place.key, nearest));
}

base::Result<std::string> TakeText(const YAML::Node& node, const Place& place,
                                   const std::vector<std::string_view>& words) {
  const std::string expected =
      words.empty() ? "a non-empty string" : fmt::format("one of {}", fmt::join(words, ", "));
  if (!node.IsScalar() || node.Scalar().empty()) return base::Fail(Wrong(place, expected, node));
  if (!words.empty() && std::find(words.begin(), words.end(), node.Scalar()) == words.end())
    return base::Fail(Wrong(place, expected, node));
  return node.Scalar();
}

base::Status TakeNumber(const YAML::Node& node, const Place& place, const Setting& setting,
                        Config& config) {
  const bool integer = setting.type == SettingType::kInteger;
  const std::string expected =
      fmt::format("{} from {} to {}", integer ? "a whole number" : "a number", setting.minimum,
                  setting.maximum);
  double value = 0;
  if (!node.IsScalar() || !YAML::convert<double>::decode(node, value) || !std::isfinite(value))
    return Wrong(place, expected, node);
  if (value < setting.minimum || value > setting.maximum || (integer && value != std::floor(value)))
    return Wrong(place, expected, node);
  if (integer) {
    *setting.integer(config) = static_cast<std::int64_t>(value);
  } else {
    *setting.number(config) = value;
  }
  return base::OkStatus();
}

base::Status TakeList(const YAML::Node& node, const Place& place, std::vector<std::string>& list) {
  if (!node.IsSequence()) return Wrong(place, "a list of strings", node);
  list.clear();
  for (const YAML::Node& item : node) {
    ASSIGN_OR_RETURN_STATUS(std::string text,
                            TakeText(item, {place.file, item.Mark(), place.key}, {}));
    list.push_back(std::move(text));
  }
  return base::OkStatus();
}

base::Result<ChannelConfig> TakeChannel(const YAML::Node& node, const Place& place) {
  if (!node.IsMap()) return base::Fail(Wrong(place, "a map with name, kind and url", node));
  ChannelConfig channel;
  for (const auto& entry : node) {
    const std::string key = entry.first.Scalar();
    const Place at{place.file, entry.first.Mark(), place.key + "." + key};
    const bool is_kind = key == "kind";
    std::string* target = key == "name"  ? &channel.name
                          : is_kind      ? &channel.kind
                          : key == "url" ? &channel.url
                                         : nullptr;
    if (target == nullptr) return base::Fail(UnknownKey(at, {"name", "kind", "url"}));
    ASSIGN_OR_RETURN(*target, TakeText(entry.second, at,
                                       is_kind ? std::vector<std::string_view>{"log", "webhook"}
                                               : std::vector<std::string_view>{}));
  }
  if (channel.name.empty())
    return base::Fail(
        WrongFound({place.file, place.mark, place.key + ".name"}, "a non-empty string", "nothing"));
  if (channel.kind.empty())
    return base::Fail(
        WrongFound({place.file, place.mark, place.key + ".kind"}, "log or webhook", "nothing"));
  const bool http = channel.url.starts_with("http://") || channel.url.starts_with("https://");
  if (channel.kind == "webhook" && !http) {
    // The address may hold a secret: it is not repeated.
    return base::Fail(WrongFound({place.file, place.mark, place.key + ".url"},
                                 "an address that begins with http:// or https://",
                                 "something else"));
  }
  return channel;
}

base::Status TakeChannels(const YAML::Node& node, const Place& place,
                          std::vector<ChannelConfig>& channels) {
  if (!node.IsSequence()) return Wrong(place, "a list of channels", node);
  channels.clear();
  std::set<std::string> names;
  for (const YAML::Node& item : node) {
    const Place at{place.file, item.Mark(), place.key};
    ASSIGN_OR_RETURN_STATUS(ChannelConfig channel, TakeChannel(item, at));
    if (!names.insert(channel.name).second)
      return WrongFound(at, "each channel name once", fmt::format("\"{}\" again", channel.name));
    channels.push_back(std::move(channel));
  }
  return base::OkStatus();
}

base::Status TakeNodeKey(const YAML::Node& value, const Place& at, const NodeSetting& setting,
                         NodeConfig& node) {
  if (setting.text != nullptr) {
    ASSIGN_OR_RETURN_STATUS(*setting.text(node), TakeText(value, at, setting.words));
    return base::OkStatus();
  }
  if (setting.boolean != nullptr) {
    if (!value.IsScalar() || !YAML::convert<bool>::decode(value, *setting.boolean(node)))
      return Wrong(at, "true or false", value);
    return base::OkStatus();
  }
  std::int64_t port = 0;
  if (!value.IsScalar() || !YAML::convert<std::int64_t>::decode(value, port) || port < 1 ||
      port > 65535)
    return Wrong(at, "a port from 1 to 65535", value);
  *setting.port(node) = port;
  return base::OkStatus();
}

// What must be there together.
base::Status CheckNode(const NodeConfig& node, const Place& place) {
  const auto missing = [&](std::string_view key, std::string_view expected) {
    return WrongFound({place.file, place.mark, fmt::format("{}.{}", place.key, key)}, expected,
                      "nothing");
  };
  if (node.name.empty()) return missing("name", "a non-empty string");
  if (!node.has_database() && node.host_metrics == "none")
    return missing("host", "host or socket of the database, or host_metrics");
  if (node.host_metrics == "node_exporter" && !node.node_exporter.starts_with("http://") &&
      !node.node_exporter.starts_with("https://"))
    return missing("node_exporter", "an address that begins with http:// or https://");
  if (!node.socket.empty() && (node.tls == "required" || node.tls == "verified"))
    return WrongFound(
        {place.file, place.mark, place.key + ".tls"},
        "off or preferred (nobody can listen in on a Unix socket, it is not encrypted)",
        "\"" + node.tls + "\"");
  if (node.tls == "verified" && node.tls_ca_file.empty())
    return missing("tls_ca_file", "the certificates to verify with (tls is verified)");
  return base::OkStatus();
}

base::Result<NodeConfig> TakeNode(const YAML::Node& entry, const Place& place) {
  if (!entry.IsMap()) return base::Fail(Wrong(place, "a map with name, host, …", entry));
  NodeConfig node;
  std::vector<std::string_view> known;
  for (const NodeSetting& setting : NodeSettings()) known.push_back(setting.key);
  std::set<std::string> seen;
  for (const auto& pair : entry) {
    const std::string key = pair.first.Scalar();
    const Place at{place.file, pair.first.Mark(), place.key + "." + key};
    const auto found = std::find(known.begin(), known.end(), key);
    if (found == known.end()) return base::Fail(UnknownKey(at, known));
    if (!seen.insert(key).second) return base::Fail(WrongFound(at, "each key once", "it again"));
    RETURN_FAIL_IF_ERROR(TakeNodeKey(
        pair.second, at, NodeSettings()[static_cast<std::size_t>(found - known.begin())], node));
  }
  RETURN_FAIL_IF_ERROR(CheckNode(node, place));
  return node;
}

base::Status TakeNodes(const YAML::Node& list, const Place& place, std::vector<NodeConfig>& nodes) {
  if (!list.IsSequence()) return Wrong(place, "a list of nodes", list);
  nodes.clear();
  std::set<std::string> names;
  for (const YAML::Node& item : list) {
    const Place at{place.file, item.Mark(), place.key};
    ASSIGN_OR_RETURN_STATUS(NodeConfig node, TakeNode(item, at));
    if (!names.insert(node.name).second)
      return WrongFound(at, "each node name once", fmt::format("\"{}\" again", node.name));
    nodes.push_back(std::move(node));
  }
  return base::OkStatus();
}

base::Status TakeSetting(const YAML::Node& node, const Place& place, const Setting& setting,
                         Config& config) {
  switch (setting.type) {
    case SettingType::kString: {
      const bool may_be_empty = setting.text(config)->empty();
      if (may_be_empty && node.IsScalar() && node.Scalar().empty()) return base::OkStatus();
      ASSIGN_OR_RETURN_STATUS(*setting.text(config), TakeText(node, place, setting.words));
      return base::OkStatus();
    }
    case SettingType::kInteger:
    case SettingType::kNumber: return TakeNumber(node, place, setting, config);
    case SettingType::kBoolean:
      if (!node.IsScalar() || !YAML::convert<bool>::decode(node, *setting.boolean(config)))
        return Wrong(place, "true or false", node);
      return base::OkStatus();
    case SettingType::kStringList: return TakeList(node, place, *setting.list(config));
    case SettingType::kChannelList: return TakeChannels(node, place, config.notify.channels);
    case SettingType::kNodeList: return TakeNodes(node, place, config.source.nodes);
  }
  return base::OkStatus();
}

base::Status TakeSection(const YAML::Node& section, const Place& place, Config& config) {
  if (section.IsNull()) return base::OkStatus();  // "serve:" with nothing below
  if (!section.IsMap()) return Wrong(place, "a map", section);
  std::set<std::string> seen;
  for (const auto& entry : section) {
    const std::string key = entry.first.Scalar();
    const Place at{place.file, entry.first.Mark(), place.key + "." + key};
    std::vector<std::string_view> known;
    const Setting* found = nullptr;
    for (const Setting& setting : AllSettings()) {
      if (setting.section != place.key) continue;
      known.push_back(setting.key);
      if (setting.key == key) found = &setting;
    }
    bool is_section = false;
    for (const SettingSection& within : SectionsWithin(place.key)) {
      known.push_back(LastName(within.name));
      is_section |= within.name == at.key;
    }
    if (found == nullptr && !is_section) return UnknownKey(at, known);
    if (!seen.insert(key).second) return WrongFound(at, "each key once", "it again");
    RETURN_IF_ERROR(is_section ? TakeSection(entry.second, at, config)
                               : TakeSetting(entry.second, at, *found, config));
  }
  return base::OkStatus();
}

base::Result<Config> TakeRoot(const YAML::Node& root, std::string_view file) {
  Config config;
  if (root.IsNull()) return config;
  if (!root.IsMap())
    return base::Fail(Wrong({file, root.Mark(), "(top level)"}, "a map of sections", root));
  std::vector<std::string_view> known;
  for (const SettingSection& section : SectionsWithin("")) known.push_back(section.name);
  std::set<std::string> seen;
  for (const auto& entry : root) {
    const Place at{file, entry.first.Mark(), entry.first.Scalar()};
    if (std::find(known.begin(), known.end(), at.key) == known.end())
      return base::Fail(UnknownKey(at, known));
    if (!seen.insert(at.key).second)
      return base::Fail(WrongFound(at, "each section once", "it again"));
    RETURN_FAIL_IF_ERROR(TakeSection(entry.second, at, config));
  }
  if (config.source.kind == "live" && config.source.nodes.empty())
    return base::Fail(WrongFound({file, root.Mark(), "source.nodes"},
                                 "at least one node (source.kind is live)", "none"));
  return config;
}

}  // namespace

base::Result<Config> ParseConfig(std::string_view yaml, std::string_view file) {
  try {
    return TakeRoot(YAML::Load(std::string(yaml)), file);
  } catch (const YAML::Exception& error) {
    return base::Fail(
        base::InvalidArgument(fmt::format("{}:{}:{}: expected valid YAML, found: {}", file,
                                          error.mark.line + 1, error.mark.column + 1, error.msg)));
  }
}

}  // namespace distdiag::engine
