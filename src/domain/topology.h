// What there is to watch: a cluster and its nodes.
//
// Thread: value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::domain {

// Position in Topology::nodes; dense, so that arrays are indexed by it.
enum class NodeIndex : std::uint32_t {};

constexpr std::size_t Index(NodeIndex node) { return static_cast<std::size_t>(node); }

struct Node {
  std::string name;  // unique within the cluster
  std::string zone;  // empty when the source knows none
};

struct Topology {
  std::string cluster;
  std::vector<Node> nodes;

  std::optional<NodeIndex> FindNode(std::string_view name) const {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i].name == name) return NodeIndex(static_cast<std::uint32_t>(i));
    }
    return std::nullopt;
  }
};

}  // namespace distdiag::domain
