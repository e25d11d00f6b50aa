// Settings that were changed at run time: an answer of names and values against the answer before.
//
// Thread: single (owner: the probe). Cost: one hash look-up a row; 600 to 700 rows.
#pragma once

#include "collect/sql_cell.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace distdiag::collect {

class SettingWatch {
 public:
  // `changes_by_itself`: settings that the server changes without anybody's doing.
  explicit SettingWatch(bool (*changes_by_itself)(std::string_view))
      : ignored_(changes_by_itself) {}

  // "innodb_buffer_pool_size changed from 268435456 to 41943040", one a change, in the order of the answer. Values that are
  // long (wsrep_provider_options) are told as what changed inside them. The first call only remembers.
  std::vector<std::string> Next(const std::vector<SqlRow>& rows);
  void Forget() { values_.clear(); }

 private:
  bool (*ignored_)(std::string_view);
  std::unordered_map<std::string, std::string> values_;
};

}  // namespace distdiag::collect
