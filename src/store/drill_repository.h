// Drills and how the diagnosis did.
//
// Thread: safe (through Database). Cost: Add and Update are one fsync each.
#pragma once

#include "base/status.h"
#include "domain/drill.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::store {

struct DrillFilter {
  std::optional<std::string> suite = std::nullopt;
  std::optional<std::string> run = std::nullopt;
  std::optional<std::int64_t> before_id = std::nullopt;
  int limit = 50;
};

class DrillRepository {
 public:
  // `database` outlives the repository.
  explicit DrillRepository(Database& database) : database_(database) {}

  // All in one transaction; the drills as stored (with ids), in the order given. REQUIRES: ids are 0.
  base::Result<std::vector<domain::Drill>> Add(std::vector<domain::Drill> drills);
  base::Result<domain::Drill> Add(domain::Drill drill);
  // Replaces everything but id, suite, run, cluster and created. NotFound for an unknown id.
  base::Status Update(const domain::Drill& drill);

  // NotFound for an unknown id.
  base::Result<domain::Drill> Get(std::int64_t id) const;
  // Newest (largest id) first.
  base::Result<std::vector<domain::Drill>> List(const DrillFilter& filter) const;
  // Those whose phase is not over, oldest first: after a crash nobody works on them any more.
  base::Result<std::vector<domain::Drill>> Unfinished() const;

 private:
  Database& database_;
};

}  // namespace distdiag::store
