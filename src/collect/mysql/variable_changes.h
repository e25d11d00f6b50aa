// Settings that were changed at run time: SHOW GLOBAL VARIABLES against the answer before.
//
// Thread: single (owner: the probe). Cost: one hash look-up a row; about 700 rows on MariaDB 10.11.
#pragma once

#include "collect/sql_cell.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace distdiag::collect {

// True for variables that the server changes by itself: positions, counters, the time.
bool ChangesByItself(std::string_view variable);

class VariableWatch {
 public:
  // "innodb_buffer_pool_size changed from 268435456 to 41943040", one a change, in the order of the answer. Values that are
  // long (wsrep_provider_options) are told as what changed inside them. The first call only remembers.
  std::vector<std::string> Next(const std::vector<SqlRow>& rows);

 private:
  std::unordered_map<std::string, std::string> values_;
};

}  // namespace distdiag::collect
