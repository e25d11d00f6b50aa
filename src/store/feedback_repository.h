// Judgements of people on incidents, by version; see domain/feedback.h.
//
// Why so: append-only, and the file itself refuses to change or drop a written row: taking back is a row of its own.
// Thread: safe (through Database).
#pragma once

#include "base/status.h"
#include "domain/feedback.h"
#include "store/database.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace distdiag::store {

class FeedbackRepository {
 public:
  // `database` outlives the repository.
  explicit FeedbackRepository(Database& database) : database_(database) {}

  // The judgement as stored (with version), in a transaction of its own.
  //   NotFound            the incident doesn't exist
  //   FailedPrecondition  it takes back, and no judgement stands
  // REQUIRES: domain::CheckFeedback is ok.
  base::Result<domain::Feedback> Add(domain::Feedback feedback);
  // Of one incident, oldest first.
  base::Result<std::vector<domain::Feedback>> List(std::int64_t incident_id) const;
  // The judgements that stand; incidents without one are left out. Cost: a look-up an incident.
  base::Result<std::map<std::int64_t, domain::Judgement>> Current(
      std::span<const std::int64_t> incident_ids) const;
  // Over all incidents of the cluster.
  base::Result<domain::FeedbackMeter> Count(const std::string& cluster) const;

 private:
  Database& database_;
};

}  // namespace distdiag::store
