#include "store/drill_repository.h"

#include "store/drill_json.h"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace distdiag::store {
namespace {

using Drills = std::vector<domain::Drill>;

constexpr std::string_view kSelect =
    "SELECT id, suite, run, cluster, phase, created_us, body FROM drill ";

base::Result<domain::Drill> ReadRow(Statement& select) {
  domain::Drill drill;
  drill.id = select.Int(0);
  drill.suite = select.Text(1);
  drill.run = select.Text(2);
  drill.cluster = select.Text(3);
  const std::string phase = select.Text(4);
  const auto known = domain::FindDrillPhase(phase);
  if (!known) {
    return base::Fail(base::DataLoss(
        fmt::format("drill {}: expected a drill phase, found \"{}\"", drill.id, phase)));
  }
  drill.phase = *known;
  drill.created = select.Time(5);
  RETURN_FAIL_IF_ERROR(ReadDrillJson(select.Text(6), drill));
  return drill;
}

base::Result<Drills> ReadRows(Statement& select) {
  Drills drills;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return drills;
    ASSIGN_OR_RETURN(domain::Drill drill, ReadRow(select));
    drills.push_back(std::move(drill));
  }
}

base::Status Insert(Connection& connection, domain::Drill& drill) {
  ASSIGN_OR_RETURN_STATUS(
      Statement insert,
      connection.Prepare("INSERT INTO drill (suite, run, cluster, phase, created_us, body) "
                         "VALUES (?, ?, ?, ?, ?, ?)"));
  insert.Bind(drill.suite).Bind(drill.run).Bind(drill.cluster);
  insert.Bind(domain::DrillPhaseName(drill.phase)).Bind(drill.created).Bind(DrillToJson(drill));
  RETURN_IF_ERROR(insert.Run());
  drill.id = connection.last_insert_id();
  return base::OkStatus();
}

}  // namespace

base::Result<Drills> DrillRepository::Add(Drills drills) {
  const base::Status status =
      database_.InTransaction([&](Transaction& transaction) -> base::Status {
        for (domain::Drill& drill : drills)
          RETURN_IF_ERROR(Insert(transaction.connection(), drill));
        return base::OkStatus();
      });
  if (!status.ok()) return base::Fail(status);
  return drills;
}

base::Result<domain::Drill> DrillRepository::Add(domain::Drill drill) {
  ASSIGN_OR_RETURN(Drills stored, Add(Drills{std::move(drill)}));
  return std::move(stored.front());
}

base::Status DrillRepository::Update(const domain::Drill& drill) {
  return database_.InTransaction([&](Transaction& transaction) -> base::Status {
    Connection& connection = transaction.connection();
    ASSIGN_OR_RETURN_STATUS(
        Statement update, connection.Prepare("UPDATE drill SET phase = ?, body = ? WHERE id = ?"));
    update.Bind(domain::DrillPhaseName(drill.phase)).Bind(DrillToJson(drill)).Bind(drill.id);
    RETURN_IF_ERROR(update.Run());
    if (connection.changed_rows() == 0)
      return base::NotFound(fmt::format("there is no drill {}", drill.id));
    return base::OkStatus();
  });
}

base::Result<domain::Drill> DrillRepository::Get(std::int64_t id) const {
  using domain::Drill;
  return database_.Query<Drill>([&](Connection& connection) -> base::Result<Drill> {
    ASSIGN_OR_RETURN(Statement select, connection.Prepare(std::string(kSelect) + "WHERE id = ?"));
    ASSIGN_OR_RETURN(const bool found, select.Bind(id).Step());
    if (!found) return base::Fail(base::NotFound(fmt::format("there is no drill {}", id)));
    return ReadRow(select);
  });
}

base::Result<Drills> DrillRepository::List(const DrillFilter& filter) const {
  return database_.Query<Drills>([&](Connection& connection) -> base::Result<Drills> {
    std::string where = "WHERE 1";
    if (filter.suite) where += " AND suite = ?";
    if (filter.run) where += " AND run = ?";
    if (filter.before_id) where += " AND id < ?";
    ASSIGN_OR_RETURN(Statement select, connection.Prepare(std::string(kSelect) + where +
                                                          " ORDER BY id DESC LIMIT ?"));
    if (filter.suite) select.Bind(*filter.suite);
    if (filter.run) select.Bind(*filter.run);
    if (filter.before_id) select.Bind(*filter.before_id);
    select.Bind(static_cast<std::int64_t>(filter.limit));
    return ReadRows(select);
  });
}

base::Result<Drills> DrillRepository::Unfinished() const {
  return database_.Query<Drills>([&](Connection& connection) -> base::Result<Drills> {
    ASSIGN_OR_RETURN(
        Statement select,
        connection.Prepare(std::string(kSelect) +
                           "WHERE phase IN ('waiting', 'preparing', 'active', 'recovering') "
                           "ORDER BY id"));
    return ReadRows(select);
  });
}

}  // namespace distdiag::store
