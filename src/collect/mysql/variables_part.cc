#include "collect/mysql/variables_part.h"

#include <algorithm>
#include <array>
#include <utility>

namespace distdiag::collect {
namespace {

constexpr auto kSelfChanging = std::to_array<std::string_view>({
    "timestamp",
    "identity",
    "last_insert_id",
    "insert_id",
    "rand_seed1",
    "rand_seed2",
    "error_count",
    "warning_count",
    "pseudo_thread_id",
    "last_gtid",
    "in_transaction",
    "auto_increment_increment",  // Galera sets these two by the number of members
    "auto_increment_offset",
    "wsrep_start_position",
    "wsrep_gtid_seq_no",
    "ft_query_expansion_limit_used",
    "gtid_executed",
    "gtid_purged",
    "gtid_owned",
    "gtid_next",
    "gtid_binlog_pos",
    "gtid_binlog_state",
    "gtid_current_pos",
    "gtid_slave_pos",
    "statement_id",
    "proxy_user",
    "external_user",
});

}  // namespace

bool ChangesByItself(std::string_view variable) {
  return std::find(kSelfChanging.begin(), kSelfChanging.end(), variable) != kSelfChanging.end();
}

base::Result<PartReading> VariablesPart::Read(Session& session, base::Timestamp,
                                              base::Duration limit) {
  auto answer = session.Query("SHOW GLOBAL VARIABLES", limit);
  PartReading reading;
  if (!answer) {
    if (session.broken()) return base::Fail(answer.error());
    reading.is_offered = false;
    reading.limits.push_back("no changes of settings: " + answer.error().message());
    return reading;
  }
  for (std::string& change : watch_.Next(answer->rows)) {
    reading.changes.push_back({.time = {},
                               .kind = domain::ChangeKind::kParameter,
                               .node = {},
                               .description = std::move(change)});
  }
  return reading;
}

}  // namespace distdiag::collect
