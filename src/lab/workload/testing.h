// A session for tests: remembers statements, answers from a list.
#pragma once

#include "lab/workload/session.h"

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace distdiag::lab {

// Answers a statement that begins with `prefix`; the first fitting one is used, as often as it is asked.
struct Answer {
  std::string prefix;
  std::vector<std::optional<std::string>> row;  // empty = no row
};

class FakeSession final : public Session {
 public:
  explicit FakeSession(std::vector<Answer> answers = {}) : answers_(std::move(answers)) {}

  base::Result<sql::ResultSet> Run(StatementKind kind, const std::string& statement) override {
    statements.push_back(statement);
    kinds.push_back(kind);
    if (!failures.empty()) {
      auto failure = failures.front();
      failures.pop_front();
      if (!failure.ok()) {
        broken_ = failure.code() == base::StatusCode::kUnavailable;
        return base::Fail(failure);
      }
    }
    sql::ResultSet result;
    for (const Answer& answer : answers_) {
      if (!statement.starts_with(answer.prefix)) continue;
      if (!answer.row.empty()) result.rows.push_back(answer.row);
      break;
    }
    return result;
  }
  bool broken() const override { return broken_; }

  std::vector<std::string> statements;
  std::vector<StatementKind> kinds;
  std::deque<base::Status> failures;  // of the next statements; Unavailable breaks the session

 private:
  std::vector<Answer> answers_;
  bool broken_ = false;
};

}  // namespace distdiag::lab
