// One structure of a cluster out of what its databases tell.
//
// Thread: const-safe (free function).
#pragma once

#include "domain/database_structure.h"

#include <memory>

namespace distdiag::engine {

// A cluster's structure replaces the one before. Servers of their own (each tells itself alone) stand beside each other: `newer`
// replaces what was told of its server and leaves the others.
std::shared_ptr<const domain::DatabaseStructure> AddStructure(
    std::shared_ptr<const domain::DatabaseStructure> before,
    std::shared_ptr<const domain::DatabaseStructure> newer);

}  // namespace distdiag::engine
