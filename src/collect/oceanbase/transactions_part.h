// Transactions that are open for long, summed up by the server.
//
// Thread: single (owner: the probe). Cost: one row, from the server's memory.
#pragma once

#include "base/clock.h"
#include "collect/slow_part.h"

#include <string>
#include <string_view>

namespace distdiag::collect {

class TransactionsPart final : public SlowPart {
 public:
  // `clock` outlives it.
  TransactionsPart(std::string account, base::Clock& clock)
      : account_(std::move(account)), clock_(clock) {}
  std::string_view name() const override { return "transactions"; }
  base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                 base::Duration limit) override;

 private:
  const std::string account_;
  base::Clock& clock_;
};

}  // namespace distdiag::collect
