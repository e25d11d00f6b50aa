#include "store/alarm_repository.h"

#include <string>

namespace distdiag::store {
namespace {

base::Status InsertAlarm(Statement& insert, const domain::Alarm& alarm,
                         const domain::Topology& topology) {
  insert.Bind(topology.cluster)
      .Bind(topology.nodes[domain::Index(alarm.node)].name)
      .Bind(domain::GetMetric(alarm.metric).name)
      .Bind(domain::DetectorKindName(alarm.detector))
      .Bind(alarm.time)
      .Bind(alarm.severity)
      .Bind(alarm.evidence.observed)
      .Bind(alarm.evidence.expected)
      .Bind(alarm.evidence.band_low)
      .Bind(alarm.evidence.band_high)
      .Bind(alarm.evidence.since);
  return insert.Run();
}

StoredAlarm ReadRow(const Statement& row) {
  return {.id = row.Int(0),
          .cluster = row.Text(1),
          .node = row.Text(2),
          .metric = row.Text(3),
          .detector = row.Text(4),
          .time = row.Time(5),
          .severity = row.Real(6),
          .observed = row.Real(7),
          .expected = row.Real(8),
          .band_low = row.Real(9),
          .band_high = row.Real(10),
          .since = row.Time(11)};
}

// One text for each set of filters, so that SQLite picks the index that fits and the statement cache stays small.
std::string ListSql(const AlarmFilter& filter) {
  std::string sql =
      "SELECT id, cluster, node, metric, detector, time_us, severity, observed, expected, "
      "band_low, band_high, since_us "
      "FROM alarm WHERE 1";
  if (filter.cluster) sql += " AND cluster = ?";
  if (filter.node) sql += " AND node = ?";
  if (filter.from) sql += " AND time_us >= ?";
  if (filter.to) sql += " AND time_us <= ?";
  return sql + " ORDER BY time_us DESC, id DESC LIMIT ?";
}

}  // namespace

// Not const: it changes what the repository holds, though not its members.
// NOLINTNEXTLINE(readability-make-member-function-const)
base::Status AlarmRepository::Append(Transaction& transaction,
                                     std::span<const domain::Alarm> alarms,
                                     const domain::Topology& topology) {
  if (alarms.empty()) return base::OkStatus();
  Connection& connection = transaction.connection();
  ASSIGN_OR_RETURN_STATUS(
      Statement insert,
      connection.Prepare(
          "INSERT INTO alarm (cluster, node, metric, detector, time_us, severity, observed, "
          "expected, "
          "band_low, band_high, since_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  for (const domain::Alarm& alarm : alarms) RETURN_IF_ERROR(InsertAlarm(insert, alarm, topology));
  // Ids have no gaps but at the low end, so the count is a difference of ids.
  ASSIGN_OR_RETURN_STATUS(Statement drop, connection.Prepare("DELETE FROM alarm WHERE id <= ?"));
  return drop.Bind(connection.last_insert_id() - keep_).Run();
}

base::Status AlarmRepository::Append(std::span<const domain::Alarm> alarms,
                                     const domain::Topology& topology) {
  if (alarms.empty()) return base::OkStatus();
  return database_.InTransaction(
      [&](Transaction& transaction) { return Append(transaction, alarms, topology); });
}

base::Result<std::vector<StoredAlarm>> AlarmRepository::List(const AlarmFilter& filter) const {
  using Alarms = std::vector<StoredAlarm>;
  return database_.Query<Alarms>([&](Connection& connection) -> base::Result<Alarms> {
    Alarms alarms;
    ASSIGN_OR_RETURN(Statement select, connection.Prepare(ListSql(filter)));
    if (filter.cluster) select.Bind(*filter.cluster);
    if (filter.node) select.Bind(*filter.node);
    if (filter.from) select.Bind(*filter.from);
    if (filter.to) select.Bind(*filter.to);
    select.Bind(static_cast<std::int64_t>(filter.limit));
    while (true) {
      ASSIGN_OR_RETURN(const bool more, select.Step());
      if (!more) return alarms;
      alarms.push_back(ReadRow(select));
    }
  });
}

}  // namespace distdiag::store
