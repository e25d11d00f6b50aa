#include "collect/mysql/schema_changes.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr auto kStatements = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"Com_alter_table", "ALTER TABLE"},
    {"Com_create_table", "CREATE TABLE"},
    {"Com_drop_table", "DROP TABLE"},
    {"Com_create_index", "CREATE INDEX"},
    {"Com_drop_index", "DROP INDEX"},
    {"Com_truncate", "TRUNCATE"},
    {"Com_rename_table", "RENAME TABLE"},
    {"Com_create_db", "CREATE DATABASE"},
    {"Com_alter_db", "ALTER DATABASE"},
    {"Com_drop_db", "DROP DATABASE"},
    {"Com_create_view", "CREATE VIEW"},
    {"Com_drop_view", "DROP VIEW"},
    {"Com_create_trigger", "CREATE TRIGGER"},
    {"Com_drop_trigger", "DROP TRIGGER"},
    {"Com_optimize", "OPTIMIZE TABLE"},
    {"Com_analyze", "ANALYZE TABLE"},  // new statistics: plans may change
});

}  // namespace

bool IsSchemaStatement(std::string_view status_variable) {
  return std::any_of(kStatements.begin(), kStatements.end(),
                     [&](const auto& entry) { return entry.first == status_variable; });
}

SchemaChangeWatch::Change SchemaChangeWatch::Next(
    const std::unordered_map<std::string, double>& counts) {
  Change change;
  for (const auto& [variable, statement] : kStatements) {
    const auto now = counts.find(std::string(variable));
    const auto before = counts_.find(std::string(variable));
    if (now == counts.end() || before == counts_.end() || now->second <= before->second) continue;
    change.text += fmt::format("{}{} {:.0f}x", change.text.empty() ? "" : ", ", statement,
                               now->second - before->second);
    change.statements.push_back(statement);
  }
  counts_ = counts;
  return change;
}

}  // namespace distdiag::collect
