// The settings of the server, compared with the look before.
//
// Thread: single (owner: the probe). Cost: one answer of about 700 rows (30 KB), by default every 10 s.
#pragma once

#include "collect/mysql/variable_changes.h"
#include "collect/slow_part.h"

namespace distdiag::collect {

class VariablesPart final : public SlowPart {
 public:
  std::string_view name() const override { return "variables"; }
  base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                 base::Duration limit) override;

 private:
  VariableWatch watch_;
};

}  // namespace distdiag::collect
