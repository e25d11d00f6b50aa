// DDL as the server counts it: Com_alter_table and the like.
//
// Why so: the counters come with every status answer and cost nothing; looking through information_schema for what has changed
// opens every table. Galera runs DDL on every node in total order and each node counts what it runs, so each node reports it.
// Thread: single (owner: the probe).
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace distdiag::collect {

// True for a status variable that counts DDL.
bool IsSchemaStatement(std::string_view status_variable);

class SchemaChangeWatch {
 public:
  struct Change {
    std::string text;  // "ALTER TABLE 3x, DROP INDEX 1x"; empty = nothing new
    std::vector<std::string_view> statements;  // "ALTER TABLE", "DROP INDEX"
  };

  // The first call only remembers.
  Change Next(const std::unordered_map<std::string, double>& counts);
  // The counters start anew (restart).
  void Forget() { counts_.clear(); }

 private:
  std::unordered_map<std::string, double> counts_;
};

}  // namespace distdiag::collect
