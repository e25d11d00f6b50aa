#include "notify/channels/log/log_channel.h"

#include "base/logging.h"

namespace distdiag::notify {

base::Status LogChannel::Send(const domain::Delivery& delivery) {
  base::Log(base::LogLevel::kInfo, "notification",
            {{"channel", name_},
             {"incident", delivery.incident_id},
             {"event", delivery.event},
             {"key", IdempotencyKey(delivery)},
             {"payload", delivery.payload}});
  return base::OkStatus();
}

}  // namespace distdiag::notify
