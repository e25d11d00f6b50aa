// A session of written answers, for the tests of parts: the answer is that of the longest key that the statement contains; a statement
// without a key meets a table that is not there.
#pragma once

#include "collect/sql_cell.h"
#include "collect/sql_session.h"

#include <map>
#include <string>
#include <vector>

namespace distdiag::collect {

class SessionScript final : public Session {
 public:
  struct Answer {
    std::vector<SqlRow> rows = {};
    unsigned error = 0;    // of the server; the connection goes on
    bool is_lost = false;  // the connection
    base::Duration takes{};
  };

  base::Result<sql::ResultSet> Query(std::string_view statement,
                                     base::Duration /*limit*/) override {
    asked.emplace_back(statement);
    const Answer* best = nullptr;
    std::size_t length = 0;
    for (const auto& [key, answer] : answers) {
      if (statement.find(key) == std::string_view::npos || key.size() < length) continue;
      best = &answer;
      length = key.size();
    }
    error_ = best == nullptr ? 1146 : best->error;
    if (best != nullptr) clock.Advance(best->takes);
    if (best != nullptr && best->is_lost) {
      broken_ = true;
      return base::Fail(base::Unavailable("the connection is lost"));
    }
    if (error_ != 0) return base::Fail(base::InvalidArgument("as the server says"));
    return sql::ResultSet{.columns = {}, .rows = best->rows, .affected_rows = 0};
  }
  unsigned last_error() const override { return error_; }
  bool broken() const override { return broken_; }
  void Reconnect() { broken_ = false; }

  std::map<std::string, Answer> answers;
  std::vector<std::string> asked;
  base::SimulatedClock clock{base::TimestampFromSeconds(1'700'000'000)};

 private:
  unsigned error_ = 0;
  bool broken_ = false;
};

}  // namespace distdiag::collect
