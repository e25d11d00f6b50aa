// The settings of the server, compared with the look before.
//
// Thread: single (owner: the probe). Cost: one answer of about 700 rows (30 KB), by default every 10 s.
#pragma once

#include "collect/setting_watch.h"
#include "collect/slow_part.h"

#include <string_view>

namespace distdiag::collect {

// True for variables that MySQL or MariaDB changes by itself: positions, counters, the time.
bool ChangesByItself(std::string_view variable);

class VariablesPart final : public SlowPart {
 public:
  std::string_view name() const override { return "variables"; }
  base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                 base::Duration limit) override;

 private:
  SettingWatch watch_{ChangesByItself};
};

}  // namespace distdiag::collect
