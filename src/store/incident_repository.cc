#include "store/incident_repository.h"

#include <fmt/format.h>

#include <utility>

namespace distdiag::store {
namespace {

base::Status NoSuchIncident(std::int64_t id) {
  return base::NotFound(fmt::format("there is no incident {}", id));
}

base::Result<bool> IncidentExists(Connection& connection, std::int64_t id) {
  ASSIGN_OR_RETURN(Statement select, connection.Prepare("SELECT 1 FROM incident WHERE id = ?"));
  return select.Bind(id).Step();
}

base::Result<std::int64_t> HistoryLength(Connection& connection, std::int64_t id) {
  ASSIGN_OR_RETURN(
      Statement select,
      connection.Prepare("SELECT count(*) FROM incident_history WHERE incident_id = ?"));
  ASSIGN_OR_RETURN(const bool row, select.Bind(id).Step());
  return row ? select.Int(0) : 0;
}

base::Status AppendHistory(Connection& connection, std::int64_t id,
                           const domain::Incident& incident, const domain::Topology& topology) {
  ASSIGN_OR_RETURN_STATUS(const std::int64_t stored, HistoryLength(connection, id));
  if (std::cmp_less(incident.history.size(), stored)) {
    return base::FailedPrecondition(
        fmt::format("incident {}: expected at least the {} records stored, found {}", id, stored,
                    incident.history.size()));
  }
  ASSIGN_OR_RETURN_STATUS(Statement insert,
                          connection.Prepare("INSERT INTO incident_history (incident_id, position, "
                                             "time_us, verdict) VALUES (?, ?, ?, ?)"));
  for (auto i = static_cast<std::size_t>(stored); i < incident.history.size(); ++i) {
    const domain::VerdictRecord& record = incident.history[i];
    insert.Bind(id).Bind(static_cast<std::int64_t>(i)).Bind(record.time);
    RETURN_IF_ERROR(insert.Bind(VerdictToJson(record.verdict, topology)).Run());
  }
  return base::OkStatus();
}

base::Status LoadHistory(Connection& connection, StoredIncident& stored) {
  ASSIGN_OR_RETURN_STATUS(
      Statement select,
      connection.Prepare(
          "SELECT time_us, verdict FROM incident_history WHERE incident_id = ? ORDER BY position"));
  select.Bind(stored.incident.id);
  while (true) {
    ASSIGN_OR_RETURN_STATUS(const bool more, select.Step());
    if (!more) return base::OkStatus();
    ASSIGN_OR_RETURN_STATUS(domain::Verdict verdict,
                            VerdictFromJson(select.Text(1), stored.topology));
    stored.incident.history.push_back({.time = select.Time(0), .verdict = std::move(verdict)});
  }
}

base::Result<StoredIncident> ReadRow(const Statement& row) {
  auto stored = IncidentFromJson(row.Text(1));
  if (!stored) {
    return base::Fail({stored.error().code(),
                       fmt::format("incident {}: {}", row.Int(0), stored.error().message())});
  }
  stored->incident.id = row.Int(0);
  return stored;
}

std::string ListSql(const IncidentFilter& filter) {
  std::string sql = "SELECT id, body FROM incident WHERE 1";
  if (filter.cluster) sql += " AND cluster = ?";
  // A literal, so that the partial index over open incidents is used.
  if (filter.state)
    sql += fmt::format(" AND state = '{}'", domain::IncidentStateName(*filter.state));
  if (filter.before_id) sql += " AND id < ?";
  return sql + " ORDER BY id DESC LIMIT ?";
}

void BindIncident(Statement& statement, const domain::Incident& incident,
                  const domain::Topology& topology) {
  statement.Bind(incident.cluster)
      .Bind(domain::IncidentStateName(incident.state))
      .Bind(incident.started)
      .Bind(incident.detected)
      .Bind(incident.updated)
      .Bind(incident.resolved)
      .Bind(IncidentToJson(incident, topology));
}

}  // namespace

base::Result<std::int64_t> IncidentRepository::Insert(Transaction& transaction,
                                                      const domain::Incident& incident,
                                                      const domain::Topology& topology) {
  Connection& connection = transaction.connection();
  ASSIGN_OR_RETURN(Statement insert,
                   connection.Prepare(
                       "INSERT INTO incident (cluster, state, started_us, detected_us, updated_us, "
                       "resolved_us, body) VALUES (?, ?, ?, ?, ?, ?, ?)"));
  BindIncident(insert, incident, topology);
  RETURN_FAIL_IF_ERROR(insert.Run());
  const std::int64_t id = connection.last_insert_id();
  RETURN_FAIL_IF_ERROR(AppendHistory(connection, id, incident, topology));
  return id;
}

base::Status IncidentRepository::Update(Transaction& transaction, const domain::Incident& incident,
                                        const domain::Topology& topology) {
  Connection& connection = transaction.connection();
  ASSIGN_OR_RETURN_STATUS(
      Statement update,
      connection.Prepare(
          "UPDATE incident SET cluster = ?, state = ?, started_us = ?, detected_us = ?, "
          "updated_us = ?, resolved_us = ?, body = ? WHERE id = ?"));
  BindIncident(update, incident, topology);
  RETURN_IF_ERROR(update.Bind(incident.id).Run());
  if (connection.changed_rows() == 0) return NoSuchIncident(incident.id);
  return AppendHistory(connection, incident.id, incident, topology);
}

base::Status IncidentRepository::SaveEvidence(Transaction& transaction, std::int64_t incident_id,
                                              const IncidentEvidence& evidence) {
  Connection& connection = transaction.connection();
  ASSIGN_OR_RETURN_STATUS(const bool exists, IncidentExists(connection, incident_id));
  if (!exists) return NoSuchIncident(incident_id);
  ASSIGN_OR_RETURN_STATUS(
      Statement save,
      connection.Prepare(
          "INSERT INTO incident_evidence (incident_id, charts, graph, impact, statements) VALUES "
          "(?, ?, ?, ?, ?) ON CONFLICT (incident_id) DO UPDATE SET charts = excluded.charts, graph "
          "= "
          "excluded.graph, impact = excluded.impact, statements = excluded.statements"));
  return save.Bind(incident_id)
      .Bind(evidence.charts_json)
      .Bind(evidence.graph_json)
      .Bind(evidence.impact_json)
      .Bind(evidence.statements_json)
      .Run();
}

base::Result<StoredIncident> IncidentRepository::Get(std::int64_t id) const {
  return database_.Query<StoredIncident>(
      [&](Connection& connection) -> base::Result<StoredIncident> {
        ASSIGN_OR_RETURN(Statement select,
                         connection.Prepare("SELECT id, body FROM incident WHERE id = ?"));
        ASSIGN_OR_RETURN(const bool found, select.Bind(id).Step());
        if (!found) return base::Fail(NoSuchIncident(id));
        ASSIGN_OR_RETURN(StoredIncident stored, ReadRow(select));
        RETURN_FAIL_IF_ERROR(LoadHistory(connection, stored));
        return stored;
      });
}

base::Result<std::vector<StoredIncident>> IncidentRepository::List(
    const IncidentFilter& filter) const {
  using Incidents = std::vector<StoredIncident>;
  return database_.Query<Incidents>([&](Connection& connection) -> base::Result<Incidents> {
    Incidents incidents;
    ASSIGN_OR_RETURN(Statement select, connection.Prepare(ListSql(filter)));
    if (filter.cluster) select.Bind(*filter.cluster);
    if (filter.before_id) select.Bind(*filter.before_id);
    select.Bind(static_cast<std::int64_t>(filter.limit));
    while (true) {
      ASSIGN_OR_RETURN(const bool more, select.Step());
      if (!more) return incidents;
      ASSIGN_OR_RETURN(StoredIncident stored, ReadRow(select));
      incidents.push_back(std::move(stored));
    }
  });
}

base::Result<IncidentEvidence> IncidentRepository::LoadEvidence(std::int64_t incident_id) const {
  return database_.Query<IncidentEvidence>(
      [&](Connection& connection) -> base::Result<IncidentEvidence> {
        ASSIGN_OR_RETURN(const bool exists, IncidentExists(connection, incident_id));
        if (!exists) return base::Fail(NoSuchIncident(incident_id));
        ASSIGN_OR_RETURN(Statement select,
                         connection.Prepare("SELECT charts, graph, impact, statements FROM "
                                            "incident_evidence WHERE incident_id = ?"));
        ASSIGN_OR_RETURN(const bool found, select.Bind(incident_id).Step());
        if (!found) return IncidentEvidence{};
        return IncidentEvidence{.charts_json = select.Text(0),
                                .graph_json = select.Text(1),
                                .impact_json = select.Text(2),
                                .statements_json = select.Text(3)};
      });
}

base::Result<bool> IncidentRepository::Exists(std::int64_t id) const {
  return database_.Query<bool>(
      [&](Connection& connection) { return IncidentExists(connection, id); });
}

}  // namespace distdiag::store
