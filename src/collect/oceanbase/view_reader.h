// Reads OceanBase's views for one reading of a part: each within the part's time, and what is missing as sentences.
//
// Why so: a view that is denied, not there in this version, or too slow costs its own values only.
// Thread: single (owner: the part). Cost: one statement a call.
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "collect/sql_cell.h"
#include "collect/sql_session.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

class ViewReader {
 public:
  // All outlive it. `account`: as GRANT wants it.
  ViewReader(Session& session, base::Timestamp until, const std::string& account,
             base::Clock& clock)
      : session_(session), until_(until), account_(account), clock_(clock) {}

  // SELECT `columns` FROM oceanbase.`view` `rest`. `what`: what is not known without it. `most`: time for this view, for one that must not
  // cost the others theirs. nullopt: denied, not offered or too slow, said in missing(). Fails only where the connection is lost.
  base::Result<std::optional<std::vector<SqlRow>>> Ask(std::string_view columns,
                                                       std::string_view view, std::string_view rest,
                                                       std::string_view what,
                                                       base::Duration most = base::Duration::max());

  std::vector<std::string>& missing() { return missing_; }
  // Those of missing() that a right would give.
  const std::vector<std::string>& denied() const { return denied_; }
  // The last view, or a column of it, is not there in this version.
  bool is_absent() const { return is_absent_; }

 private:
  Session& session_;
  const base::Timestamp until_;
  const std::string& account_;
  base::Clock& clock_;
  bool is_absent_ = false;
  std::vector<std::string> missing_;
  std::vector<std::string> denied_;
};

}  // namespace distdiag::collect
