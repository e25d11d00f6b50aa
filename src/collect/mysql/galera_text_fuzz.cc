// libFuzzer target: any bytes as the texts of Galera's status variables and as a number.
#include "collect/mysql/galera_text.h"
#include "collect/sql_cell.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace distdiag::collect;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto latency = ParseEvsLatency(text);
      latency && !(latency->avg_ms >= 0 && latency->max_ms >= 0))
    __builtin_trap();
  const auto addresses = ParseIncomingAddresses(text);
  if (!std::is_sorted(addresses.begin(), addresses.end())) __builtin_trap();
  for (const auto& address : addresses)
    if (address.empty() || !IsKnownAddress(address, addresses)) __builtin_trap();
  if (const auto number = ParseNumber(text); number && !std::isfinite(*number)) __builtin_trap();
  return 0;
}
