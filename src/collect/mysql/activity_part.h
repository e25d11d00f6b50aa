// What runs and what waits right now: the process list and InnoDB's transactions, summed up by the server.
//
// Thread: single (owner: the probe). Cost: two statements that the server answers from memory, one row each; a third one only
// while a transaction waits for a lock.
#pragma once

#include "collect/slow_part.h"

#include <string>

namespace distdiag::collect {

class ActivityPart final : public SlowPart {
 public:
  explicit ActivityPart(std::string account) : account_(std::move(account)) {}
  std::string_view name() const override { return "activity"; }
  base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                 base::Duration limit) override;

 private:
  const std::string account_;
};

// The single rows of the two summaries as metrics; cells that are missing give no metric.
void TakeProcessSummary(const sql::ResultSet& answer, std::vector<domain::MetricValue>& values);
void TakeTransactionSummary(const sql::ResultSet& answer, std::vector<domain::MetricValue>& values);

}  // namespace distdiag::collect
