// One way to reach people: a webhook, the log, later chat and mail. Each lives in channels/<name>/.
//
// Thread: safe. Owner: OutboxPump.
#pragma once

#include "base/status.h"
#include "domain/delivery.h"

#include <string>

namespace distdiag::notify {

class Channel {
 public:
  virtual ~Channel() = default;
  // Name in the configuration; equals Delivery::channel.
  virtual const std::string& name() const = 0;
  // ok = the other side has taken it. Status::retryable() says whether a later attempt makes sense. May be called again
  // with the same delivery (at least once): the receiver can tell by IdempotencyKey(). May block up to its time-out.
  virtual base::Status Send(const domain::Delivery& delivery) = 0;
};

// The same for every attempt of one delivery, different for any two deliveries.
std::string IdempotencyKey(const domain::Delivery& delivery);

}  // namespace distdiag::notify
