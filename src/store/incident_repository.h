// Incidents, what they said when, and the evidence kept with them.
//
// Why so: the newest state of an incident is one row; its history is append-only (the file itself refuses to change a
// written record), so hindsight can't rewrite what was said.
// Thread: safe (through Database). Cost: Insert/Update are one fsync with everything else in the transaction.
#pragma once

#include "base/status.h"
#include "domain/incident.h"
#include "store/database.h"
#include "store/incident_json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::store {

struct IncidentFilter {
  std::optional<std::string> cluster = std::nullopt;
  std::optional<domain::IncidentState> state = std::nullopt;
  std::optional<std::int64_t> before_id = std::nullopt;
  int limit = 50;
};

// JSON texts as the API shows them (ChartList, AnomalyGraph, Impact, StatementEvidence); empty = not there.
struct IncidentEvidence {
  std::string charts_json;
  std::string graph_json;
  std::string impact_json;
  std::string statements_json = {};
};

class IncidentRepository {
 public:
  // `database` outlives the repository.
  explicit IncidentRepository(Database& database) : database_(database) {}

  // Gives the incident its id. REQUIRES: incident.id == 0.
  base::Result<std::int64_t> Insert(Transaction& transaction, const domain::Incident& incident,
                                    const domain::Topology& topology);
  // Writes the newest state and appends the history records that are not there yet. NotFound for an unknown id;
  // FailedPrecondition when `incident.history` is shorter than what is stored.
  base::Status Update(Transaction& transaction, const domain::Incident& incident,
                      const domain::Topology& topology);
  // Replaces what was saved before. NotFound for an unknown id.
  base::Status SaveEvidence(Transaction& transaction, std::int64_t incident_id,
                            const IncidentEvidence& evidence);

  // Whole, with history. NotFound for an unknown id.
  base::Result<StoredIncident> Get(std::int64_t id) const;
  // Newest (largest id) first, without history.
  base::Result<std::vector<StoredIncident>> List(const IncidentFilter& filter) const;
  // Empty texts when nothing was saved yet. NotFound for an unknown incident.
  base::Result<IncidentEvidence> LoadEvidence(std::int64_t incident_id) const;
  base::Result<bool> Exists(std::int64_t id) const;

 private:
  Database& database_;
};

}  // namespace distdiag::store
