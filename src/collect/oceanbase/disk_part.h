// How full the tenants' log disks and the server's data file are.
//
// Thread: single (owner: the probe). Cost: two statements of a few rows, from the server's memory.
#pragma once

#include "base/clock.h"
#include "collect/slow_part.h"
#include "collect/sql_cell.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

// Columns of `rows`: used, size. The largest used / size; rows without a size are left out; nullopt without any.
std::optional<double> FullestShare(const std::vector<SqlRow>& rows);

class DiskPart final : public SlowPart {
 public:
  // `clock` outlives it.
  DiskPart(std::string account, bool has_tenants, base::Clock& clock)
      : account_(std::move(account)), has_tenants_(has_tenants), clock_(clock) {}
  std::string_view name() const override { return "disks"; }
  base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                 base::Duration limit) override;

 private:
  const std::string account_;
  const bool has_tenants_;
  base::Clock& clock_;
};

}  // namespace distdiag::collect
