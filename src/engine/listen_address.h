// "host:port" of the configuration.
//
// Thread: value / const-safe.
#pragma once

#include "base/status.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace distdiag::engine {

struct ListenAddress {
  std::string host;  // without brackets
  std::uint16_t port = 0;
};

// "127.0.0.1:13000", "localhost:13000" or "[::1]:13000"; port 0 = any free one. `key` names the setting in the message.
base::Result<ListenAddress> ParseListenAddress(std::string_view text, std::string_view key);

}  // namespace distdiag::engine
