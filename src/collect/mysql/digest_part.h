// Which statements took the server's time since the last look: performance_schema's statement digests.
//
// Why so: the table keeps sums since the start and may hold ten thousand rows with texts; only what ran since the last look is
// asked for, and its share is told from the sums kept here.
// Thread: single (owner: the probe). Cost: one statement that scans the digest table, by default every 5 s; the sums of all
// digests once, at the first look.
#pragma once

#include "collect/slow_part.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace distdiag::collect {

// Sums of one digest since the server's start.
struct DigestSum {
  double calls = 0;
  double picoseconds = 0;
  double rows_examined = 0;
};

class DigestSums {
 public:
  struct Change {
    std::vector<domain::StatementTime> top;  // by time, at most kTop
    double seconds_per_second = 0;           // all statements together
    double calls_per_second = 0;
  };
  static constexpr std::size_t kTop = 10;

  // Columns of `rows`: schema, digest, calls, picoseconds, rows examined, is new (1 = first seen since the last look), text.
  // A digest without an earlier sum counts when it is new; sums that fell (TRUNCATE) count from the next look on.
  // REQUIRES: elapsed_s > 0.
  Change Next(const std::vector<std::vector<std::optional<std::string>>>& rows, double elapsed_s);
  // Takes the same columns as what was before the first look.
  void Remember(const std::vector<std::vector<std::optional<std::string>>>& rows);
  void Forget() { sums_.clear(); }

 private:
  std::unordered_map<std::string, DigestSum> sums_;
};

class DigestPart final : public SlowPart {
 public:
  explicit DigestPart(std::string account) : account_(std::move(account)) {}
  std::string_view name() const override { return "digests"; }
  base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                 base::Duration limit) override;
  void Restarted() override;

 private:
  base::Result<PartReading> Baseline(Session& session, base::Timestamp now, base::Duration limit);
  base::Result<PartReading> Refused(Session& session, base::Status failure);

  const std::string account_;
  DigestSums sums_;
  base::Timestamp last_look_;  // epoch = none yet
};

}  // namespace distdiag::collect
