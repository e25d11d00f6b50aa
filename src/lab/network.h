// The lab's network: a bridge in a namespace of its own, one namespace for each node, one for the clients.
//
// Why so: all interfaces live inside the lab's namespaces; the machine's own network is not touched, and deleting the
// namespaces deletes everything in them.
// Thread: safe (pure).
#pragma once

#include "lab/commands.h"
#include "lab/layout.h"

#include <string>
#include <string_view>
#include <vector>

namespace distdiag::lab {

// Makes namespaces, bridge, cables and addresses.
std::vector<Argv> NetworkUpCommands(const Layout& layout);

// Those of `existing` that a lab of this name makes, whatever its number of nodes.
std::vector<std::string> NamespacesOfLab(std::string_view lab_name,
                                         const std::vector<std::string>& existing);
Argv DeleteNamespaceCommand(const std::string& netns);

}  // namespace distdiag::lab
