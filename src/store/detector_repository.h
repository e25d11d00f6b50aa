// Versions of a cluster's detector definitions: who changed what, when and why. The newest is at work.
//
// Why so: append-only, so that what was flagged can be read with the definitions that flagged it; going back is a new version.
// Thread: safe (through Database).
#pragma once

#include "base/status.h"
#include "domain/detector_definition.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::store {

struct DetectorVersion {
  std::int64_t id = 0;  // given by the store
  std::string cluster;
  base::Timestamp time;
  std::string author;
  std::string reason;
  // As they were written: of an older version they may be what domain::CheckDetectors refuses by now.
  domain::DetectorDefinitions definitions;
};

class DetectorRepository {
 public:
  // `database` outlives the repository.
  explicit DetectorRepository(Database& database) : database_(database) {}

  // The version as stored, in a transaction of its own. FailedPrecondition when the newest of the cluster is not `base` (0 = none is stored yet):
  // somebody else was faster.
  base::Result<DetectorVersion> Add(DetectorVersion version, std::int64_t base);
  // nullopt: none is stored, the shipped ones are at work.
  base::Result<std::optional<DetectorVersion>> Newest(const std::string& cluster) const;
  // NotFound when the cluster has none of this id.
  base::Result<DetectorVersion> Get(const std::string& cluster, std::int64_t id) const;
  // Newest first.
  base::Result<std::vector<DetectorVersion>> List(const std::string& cluster, int limit) const;

 private:
  Database& database_;
};

}  // namespace distdiag::store
