// Statements of one look: what is known of each kind is added up, ranked by time, and turned into rates with normalised texts.
//
// Why so: MySQL's digests, OceanBase's SQL audit and its plan cache give the same rows in other words; what becomes of them is here.
// Thread: value.
#pragma once

#include "base/time.h"
#include "domain/statement.h"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace distdiag::collect {

// What a source says of one kind of statement, or of a part of its calls (those by one plan).
struct StatementPart {
  std::string digest;
  std::string schema;
  std::string text;  // as the source has it; normalised by Rank
  std::string plan;
  double calls = 0;
  double seconds = 0;
  double rows = 0;                                      // looked at
  std::vector<std::pair<std::string, double>> waits{};  // what for, seconds of it
};

class StatementTotals {
 public:
  void Add(const StatementPart& part);
  // REQUIRES: to > from.
  domain::StatementSample Rank(base::Timestamp from, base::Timestamp to) const;

 private:
  struct Sum {
    StatementPart all;  // without plan and waits
    std::map<std::string, double> plans;
    std::map<std::string, double> waits;
  };
  std::unordered_map<std::string, Sum> sums_;  // by schema and digest
};

// Sums since a server's start, told again and again, as what was added between two looks.
class StatementSums {
 public:
  struct Row {
    StatementPart sum;
    bool is_new = false;  // did not exist at the last look
  };

  // A row without an earlier sum counts when it is new; sums that fell (TRUNCATE, a plan made anew) count from the next look on.
  StatementTotals Next(const std::vector<Row>& rows);
  // What was before the first look.
  void Remember(const std::vector<Row>& rows);
  void Forget() { sums_.clear(); }

 private:
  struct Sum {
    double calls = 0;
    double seconds = 0;
    double rows = 0;
  };
  std::unordered_map<std::string, Sum> sums_;  // by schema, digest and plan
};

}  // namespace distdiag::collect
