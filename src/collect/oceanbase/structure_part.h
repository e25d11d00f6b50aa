// The cluster's structure as OceanBase's sys tenant tells it: read by one server for all, the holder of the root service.
//
// Why so: the views are the same on every server and cost a fan-out, so one reading is enough; the others only ask who reads. A server of
// its own (seekdb) has no such views and gives the degenerate form: one zone, server, tenant, unit, log stream.
// Thread: single (owner: the probe). Cost: on the reader six statements, else one; all of inner tables of a few rows but GV$OB_LOG_STAT, which asks
// every server and therefore has its own limit.
#pragma once

#include "base/clock.h"
#include "collect/oceanbase/cluster_structure.h"
#include "collect/slow_part.h"

#include <memory>
#include <string>
#include <vector>

namespace distdiag::collect {

struct StructureOptions {
  std::string node;                    // this server's
  std::vector<WatchedServer> watched;  // all configured nodes of the cluster
  std::string account;                 // as GRANT wants it
};

class ViewReader;

class StructurePart final : public SlowPart {
 public:
  // `clock` outlives it.
  StructurePart(StructureOptions options, base::Clock& clock)
      : options_(std::move(options)), clock_(clock) {}
  std::string_view name() const override { return "structure"; }
  base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                 base::Duration limit) override;

 private:
  base::Result<PartReading> ReadWhole(ViewReader& reader, std::vector<SqlRow> servers,
                                      base::Timestamp now);
  base::Result<PartReading> ReadSingle(ViewReader& reader, base::Timestamp now);
  void Finish(domain::DatabaseStructure structure, ViewReader& reader, PartReading& reading);

  const StructureOptions options_;
  base::Clock& clock_;
  std::shared_ptr<const domain::DatabaseStructure> before_;  // while this server is the reader
};

}  // namespace distdiag::collect
