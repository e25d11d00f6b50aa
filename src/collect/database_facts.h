// What only a database tells, beside values and changes: the node's role, its statements, its tenants, the cluster's structure.
//
// Thread: value.
#pragma once

#include "domain/database_structure.h"
#include "domain/sample.h"
#include "domain/statement.h"

#include <memory>
#include <optional>
#include <vector>

namespace distdiag::collect {

// Each is absent where nothing new was asked in this reading.
struct DatabaseFacts {
  std::optional<domain::NodeRole> role;
  std::optional<domain::StatementSample> statements;
  std::vector<domain::TenantLoad> tenants;
  std::shared_ptr<const domain::DatabaseStructure> structure;

  // Takes over what `newer` has.
  void Take(DatabaseFacts newer) {
    if (newer.role) role = newer.role;
    if (newer.statements) statements = std::move(newer.statements);
    if (!newer.tenants.empty()) tenants = std::move(newer.tenants);
    if (newer.structure) structure = std::move(newer.structure);
  }
};

}  // namespace distdiag::collect
