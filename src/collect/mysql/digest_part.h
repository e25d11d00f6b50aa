// Which statements took the server's time since the last look: performance_schema's statement digests.
//
// Why so: the table keeps sums since the start and may hold ten thousand rows with texts; only what ran since the last look is
// asked for, and its share is told from the sums kept here.
// Thread: single (owner: the probe). Cost: one statement that scans the digest table, by default every 5 s; the sums of all
// digests once, at the first look.
#pragma once

#include "collect/slow_part.h"
#include "collect/statement_totals.h"

#include <string>

namespace distdiag::collect {

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
  StatementSums sums_;
  base::Timestamp last_look_;  // epoch = none yet
};

}  // namespace distdiag::collect
