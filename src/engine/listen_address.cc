#include "engine/listen_address.h"

#include <charconv>

#include <fmt/format.h>

namespace distdiag::engine {

base::Result<ListenAddress> ParseListenAddress(std::string_view text, std::string_view key) {
  const auto wrong = [&] {
    return base::Fail(base::InvalidArgument(fmt::format(
        "key {}: expected host:port with a port from 0 to 65535, found \"{}\"", key, text)));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return wrong();
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  ListenAddress address;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (error != std::errc() || digits.empty() || end != digits.data() + digits.size())
    return wrong();
  if (host.starts_with('[') != host.ends_with(']')) return wrong();
  if (host.starts_with('[')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong();
  }
  if (host.empty()) return wrong();
  address.host = host == "localhost" ? "127.0.0.1" : std::string(host);
  return address;
}

}  // namespace distdiag::engine
