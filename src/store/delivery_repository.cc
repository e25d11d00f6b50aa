#include "store/delivery_repository.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace distdiag::store {
namespace {

using Deliveries = std::vector<domain::Delivery>;

constexpr std::string_view kSelect =
    "SELECT id, incident_id, channel, event, payload, state, attempts, created_us, "
    "next_attempt_us, last_error "
    "FROM delivery AS d ";
// No older one of the same incident and channel waits: "resolved" may not overtake "opened".
constexpr std::string_view kHeadOfLine =
    "NOT EXISTS (SELECT 1 FROM delivery AS older WHERE older.incident_id = d.incident_id AND "
    "older.channel = d.channel AND older.id < d.id AND older.state = 'pending')";

base::Result<domain::DeliveryState> ParseState(std::int64_t id, std::string_view name) {
  using enum domain::DeliveryState;
  for (const domain::DeliveryState state : {kPending, kDelivered, kFailed}) {
    if (domain::DeliveryStateName(state) == name) return state;
  }
  return base::Fail(base::DataLoss(
      fmt::format("delivery {}: expected a delivery state, found \"{}\"", id, name)));
}

base::Result<Deliveries> ReadRows(Statement& select) {
  Deliveries deliveries;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return deliveries;
    ASSIGN_OR_RETURN(const domain::DeliveryState state, ParseState(select.Int(0), select.Text(5)));
    deliveries.push_back({.id = select.Int(0),
                          .incident_id = select.Int(1),
                          .channel = select.Text(2),
                          .event = select.Text(3),
                          .payload = select.Text(4),
                          .state = state,
                          .attempts = static_cast<int>(select.Int(6)),
                          .created = select.Time(7),
                          .next_attempt = select.Time(8),
                          .last_error = select.Text(9)});
  }
}

}  // namespace

base::Result<std::int64_t> DeliveryRepository::Enqueue(Transaction& transaction,
                                                       const domain::Delivery& delivery) {
  Connection& connection = transaction.connection();
  ASSIGN_OR_RETURN(
      Statement insert,
      connection.Prepare(
          "INSERT INTO delivery (incident_id, channel, event, payload, state, attempts, "
          "created_us, next_attempt_us, last_error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(delivery.incident_id)
      .Bind(delivery.channel)
      .Bind(delivery.event)
      .Bind(delivery.payload);
  insert.Bind(domain::DeliveryStateName(delivery.state))
      .Bind(static_cast<std::int64_t>(delivery.attempts));
  insert.Bind(delivery.created).Bind(delivery.next_attempt).Bind(delivery.last_error);
  RETURN_FAIL_IF_ERROR(insert.Run());
  return connection.last_insert_id();
}

base::Result<std::vector<domain::Delivery>> DeliveryRepository::TakeDue(base::Timestamp now,
                                                                        int limit) const {
  return database_.Query<Deliveries>([&](Connection& connection) -> base::Result<Deliveries> {
    ASSIGN_OR_RETURN(Statement select,
                     connection.Prepare(std::string(kSelect) +
                                        "WHERE state = 'pending' AND next_attempt_us <= ? AND " +
                                        std::string(kHeadOfLine) + " ORDER BY id LIMIT ?"));
    select.Bind(now).Bind(static_cast<std::int64_t>(limit));
    return ReadRows(select);
  });
}

base::Result<std::optional<base::Timestamp>> DeliveryRepository::NextDue() const {
  using Next = std::optional<base::Timestamp>;
  return database_.Query<Next>([&](Connection& connection) -> base::Result<Next> {
    ASSIGN_OR_RETURN(
        Statement select,
        connection.Prepare(
            "SELECT min(next_attempt_us) FROM delivery AS d WHERE state = 'pending' AND " +
            std::string(kHeadOfLine)));
    ASSIGN_OR_RETURN(const bool row, select.Step());
    return row ? select.OptionalTime(0) : std::nullopt;
  });
}

base::Status DeliveryRepository::Record(const domain::Delivery& delivery) {
  return database_.InTransaction([&](Transaction& transaction) -> base::Status {
    Connection& connection = transaction.connection();
    ASSIGN_OR_RETURN_STATUS(Statement update,
                            connection.Prepare("UPDATE delivery SET state = ?, attempts = ?, "
                                               "next_attempt_us = ?, last_error = ? WHERE id = ?"));
    update.Bind(domain::DeliveryStateName(delivery.state))
        .Bind(static_cast<std::int64_t>(delivery.attempts));
    update.Bind(delivery.next_attempt).Bind(delivery.last_error).Bind(delivery.id);
    RETURN_IF_ERROR(update.Run());
    if (connection.changed_rows() == 0)
      return base::NotFound(fmt::format("there is no delivery {}", delivery.id));
    return base::OkStatus();
  });
}

base::Result<std::vector<domain::Delivery>> DeliveryRepository::List(
    const DeliveryFilter& filter) const {
  return database_.Query<Deliveries>([&](Connection& connection) -> base::Result<Deliveries> {
    const std::string where = filter.incident_id ? "WHERE incident_id = ? " : "";
    ASSIGN_OR_RETURN(Statement select,
                     connection.Prepare(std::string(kSelect) + where + "ORDER BY id DESC LIMIT ?"));
    if (filter.incident_id) select.Bind(*filter.incident_id);
    select.Bind(static_cast<std::int64_t>(filter.limit));
    return ReadRows(select);
  });
}

}  // namespace distdiag::store
