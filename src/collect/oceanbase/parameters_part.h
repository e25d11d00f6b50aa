// Parameters of the server and its tenants, compared with the look before.
//
// Thread: single (owner: the probe). Cost: one answer of about 600 rows (30 KB) from the server's memory, by default every 10 s.
#pragma once

#include "base/clock.h"
#include "collect/setting_watch.h"
#include "collect/slow_part.h"

#include <string>
#include <string_view>

namespace distdiag::collect {

// True for parameters that OceanBase writes by itself.
bool IsWrittenByServer(std::string_view parameter);

class ParametersPart final : public SlowPart {
 public:
  // `clock` outlives it. `has_tenants`: as Capabilities.
  ParametersPart(std::string account, bool has_tenants, base::Clock& clock)
      : account_(std::move(account)), has_tenants_(has_tenants), clock_(clock) {}
  std::string_view name() const override { return "parameters"; }
  base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                 base::Duration limit) override;

 private:
  const std::string account_;
  const bool has_tenants_;
  base::Clock& clock_;
  SettingWatch watch_{IsWrittenByServer};
};

}  // namespace distdiag::collect
