#include "collect/oceanbase/disk_part.h"

#include "collect/oceanbase/view_reader.h"

#include <algorithm>
#include <utility>

namespace distdiag::collect {

std::optional<double> FullestShare(const std::vector<SqlRow>& rows) {
  std::optional<double> fullest;
  for (const SqlRow& row : rows) {
    const auto used = NumberAt(row, 0);
    const auto size = NumberAt(row, 1);
    if (used && size && *size > 0) fullest = std::max(fullest.value_or(0), *used / *size);
  }
  return fullest;
}

base::Result<PartReading> DiskPart::Read(Session& session, base::Timestamp, base::Duration limit) {
  ViewReader reader(session, clock_.Now() + limit, account_, clock_);
  ASSIGN_OR_RETURN(const auto logs, reader.Ask("LOG_DISK_IN_USE, LOG_DISK_SIZE", "V$OB_UNITS", "",
                                               "how full the log disks are"));
  // V$OB_SERVERS is the same on a cluster.
  ASSIGN_OR_RETURN(const auto data, reader.Ask("DATA_DISK_IN_USE, DATA_DISK_CAPACITY",
                                               has_tenants_ ? "V$OB_SERVERS" : "V$OB_SERVER_STAT",
                                               "", "how full the data file is"));
  PartReading reading;
  if (logs) AddValue("o_log_disk_used", FullestShare(*logs), reading.values);
  if (data) AddValue("o_data_disk_used", FullestShare(*data), reading.values);
  reading.limits = std::move(reader.missing());
  return reading;
}

}  // namespace distdiag::collect
