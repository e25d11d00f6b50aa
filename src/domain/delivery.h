// A notification on its way to a person, and what became of it.
//
// Thread: value.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace distdiag::domain {

enum class DeliveryState { kPending, kDelivered, kFailed };

std::string_view DeliveryStateName(DeliveryState state);  // "pending" "delivered" "failed"

struct Delivery {
  std::int64_t id = 0;  // given by the store
  std::int64_t incident_id = 0;
  std::string channel;  // name of the configured channel
  std::string event;    // "opened", "updated", "resolved"
  std::string payload;  // JSON as it is sent
  DeliveryState state = DeliveryState::kPending;
  int attempts = 0;
  base::Timestamp created;
  base::Timestamp next_attempt;
  std::string last_error;  // of the last failed attempt, one line
};

}  // namespace distdiag::domain
