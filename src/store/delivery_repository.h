// The durable outbox: notifications that wait to be sent, and what became of them.
//
// Why so: a delivery is enqueued in the transaction that stores the incident's change, so neither can be there without
// the other, also after a crash. For one incident and channel they leave in the order they came ("opened" first).
// Thread: safe (through Database).
#pragma once

#include "base/status.h"
#include "domain/delivery.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace distdiag::store {

struct DeliveryFilter {
  std::optional<std::int64_t> incident_id = std::nullopt;
  int limit = 50;
};

class DeliveryRepository {
 public:
  // `database` outlives the repository.
  explicit DeliveryRepository(Database& database) : database_(database) {}

  // Gives the delivery its id; `next_attempt` says when it is due. REQUIRES: delivery.id == 0, the incident is stored.
  base::Result<std::int64_t> Enqueue(Transaction& transaction, const domain::Delivery& delivery);

  // Pending and due, oldest first; nothing behind an older pending one of the same incident and channel.
  base::Result<std::vector<domain::Delivery>> TakeDue(base::Timestamp now, int limit) const;
  // When the next pending delivery is due; nullopt when none is pending.
  base::Result<std::optional<base::Timestamp>> NextDue() const;
  // Stores state, attempts, next_attempt and last_error of a delivery taken before.
  base::Status Record(const domain::Delivery& delivery);
  // Newest first.
  base::Result<std::vector<domain::Delivery>> List(const DeliveryFilter& filter) const;

 private:
  Database& database_;
};

}  // namespace distdiag::store
