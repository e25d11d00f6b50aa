#include "notify/channel.h"

#include "base/sha256.h"

#include <fmt/format.h>

namespace distdiag::notify {

std::string IdempotencyKey(const domain::Delivery& delivery) {
  // The payload is in it, so that ids that start anew (a new database file) don't repeat old keys.
  return base::Sha256Hex(fmt::format("{}\n{}\n{}", delivery.id, delivery.channel, delivery.payload))
      .substr(0, 32);
}

}  // namespace distdiag::notify
